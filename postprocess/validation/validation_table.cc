#include "postprocess/validation/validation_table.h"

#include "base/formatted.h"
#include "postprocess/csv_table.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
std::string number(const std::optional<double> &value) { return value ? formatted("%.4g", *value) : "-"; }
std::string exact(const std::optional<double> &value) { return value ? formatted("%.12g", *value) : ""; }

std::string load_text(const std::vector<double> &load)
{
  std::string result;
  for (const double one : load)
    result += (result.empty() ? "" : "..") + formatted("%g", one);
  return result;
}

std::string line_of(const std::vector<std::string> &cells, std::size_t label_width)
{
  return formatted("%-*s  %-6s %10s %10s %10s %10s %7s  %-12s %s\n", static_cast<int>(label_width), cells[0].c_str(),
                   cells[1].c_str(), cells[2].c_str(), cells[3].c_str(), cells[4].c_str(), cells[5].c_str(),
                   cells[6].c_str(), cells[7].c_str(), cells[8].c_str());
}
} // namespace

std::string validation_text(const std::vector<ValidationRow> &rows)
{
  std::size_t width = 0;
  for (const ValidationRow &row : rows)
    width = std::max(width, row.corridor.label.size());
  std::string text, block;
  for (const ValidationRow &row : rows) {
    if (block != row.validation) {
      block = row.validation;
      text += (text.empty() ? "" : "\n") + block + "\n" + std::string(block.size(), '-') + "\n";
      text += line_of({"", "unit", "computed", "published", "low", "high", "ratio", "verdict", "kind"}, width);
    }
    const std::optional<double> ratio = row.ratio();
    text += line_of({row.corridor.label, row.corridor.unit, number(row.computed), number(row.corridor.published),
                     number(row.corridor.low), number(row.corridor.high), ratio ? formatted("%.2f", *ratio) : "-",
                     name(row.verdict), name(row.corridor.kind)},
                    width);
  }
  return text;
}

std::string validation_csv(const std::vector<ValidationRow> &rows)
{
  std::string text = "validation,label,variant,quantity,level,direction,load,computed,published,low,high,unit,ratio,"
                     "verdict,kind,confidence,source,run\n";
  for (const ValidationRow &row : rows) {
    const CorridorRow &corridor = row.corridor;
    std::string verdict = name(row.verdict);
    std::transform(verdict.begin(), verdict.end(), verdict.begin(), [](unsigned char c) { return std::tolower(c); });
    const std::vector<std::string> fields = {row.validation,
                                             corridor.label,
                                             joined(corridor.variants, ";"),
                                             corridor.selector_text,
                                             corridor.level,
                                             corridor.direction,
                                             load_text(corridor.load),
                                             exact(row.computed),
                                             exact(corridor.published),
                                             exact(corridor.low),
                                             exact(corridor.high),
                                             corridor.unit,
                                             exact(row.ratio()),
                                             verdict,
                                             name(corridor.kind),
                                             corridor.confidence,
                                             corridor.source,
                                             row.run};
    for (std::size_t k = 0; k < fields.size(); ++k)
      text += (k > 0 ? "," : "") + quoted_field(fields[k]);
    text += "\n";
  }
  return text;
}

std::string validation_count(const std::vector<ValidationRow> &rows)
{
  const auto count = [&](Verdict verdict) {
    return std::count_if(rows.begin(), rows.end(), [&](const ValidationRow &row) { return row.verdict == verdict; });
  };
  const auto independent = std::count_if(rows.begin(), rows.end(), [](const ValidationRow &row) {
    return row.verdict == Verdict::outside && row.corridor.kind == CorridorKind::independent;
  });
  const auto outside = count(Verdict::outside);
  return std::to_string(count(Verdict::inside)) + " inside, " + std::to_string(outside) + " OUTSIDE" +
         (outside > 0 ? " (" + std::to_string(independent) + " of them independent)" : "") + ", " +
         std::to_string(count(Verdict::printed_only)) + " printed only, " +
         std::to_string(count(Verdict::not_measured)) + " not measured";
}
} // namespace lumbarfem
