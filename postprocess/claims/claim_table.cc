#include "postprocess/claims/claim_table.h"

#include "base/formatted.h"
#include "base/text_columns.h"
#include "postprocess/csv_table.h"

#include <algorithm>
#include <map>

namespace lumbarfem
{
namespace
{
std::string short_number(double value) { return formatted("%.4g", value); }
std::string full_number(const std::optional<double> &value) { return value ? formatted("%.7g", *value) : ""; }

/// "30 .. 60", ">= 30", "1.62", "rises"
std::string published_text(const ClaimLine &line)
{
  if (line.low && line.high && *line.low < *line.high)
    return short_number(*line.low) + " .. " + short_number(*line.high);
  if (line.low && !line.high)
    return ">= " + short_number(*line.low);
  if (line.high && !line.low)
    return "<= " + short_number(*line.high);
  if (line.published)
    return short_number(*line.published);
  return line.expected > 0 ? "rises" : line.expected < 0 ? "falls" : "-";
}

std::string range_text(double low, double high)
{
  const std::string first = short_number(low), last = short_number(high);
  return first == last ? first : first + " .. " + last;
}

/// ", flexion", ", 4 directions"
std::string directions_text(const ClaimLine &line)
{
  const auto n_spaces = std::count(line.directions.begin(), line.directions.end(), ' ');
  return line.directions.empty() ? ""
         : n_spaces == 0         ? ", " + line.directions
                                 : formatted(", %d directions", static_cast<int>(n_spaces) + 1);
}

std::string runs_text(const ClaimLine &line)
{
  if (line.runs.empty() || !line.computed)
    return "-";
  return (line.spread ? range_text(line.spread->low, line.spread->high) : "-") +
         formatted(" (%d of %d)", line.n_with_value(), line.n_runs());
}

/// Runs without a figure, by what happened: "not converged: ligaments_bmcmsd2010 (extension, fused)".
std::string runs_without_figure(const ClaimBlock &block)
{
  std::map<std::string, std::map<std::string, std::vector<std::string>>> directions; // state -> run -> directions
  for (const ClaimLine &line : block.lines)
    for (const ClaimRun &run : line.runs)
      if (!run.value && !run.state.empty()) {
        if (run.state == "not computed") { // nothing of it is there
          directions[run.state][run.assumption];
          continue;
        }
        auto &list = directions[run.state][run.assumption + ", " + line.variant];
        if (std::find(list.begin(), list.end(), line.directions) == list.end())
          list.push_back(line.directions);
      }
  std::string text;
  for (const auto &[state, runs] : directions) {
    std::vector<std::string> words;
    for (const auto &[run, list] : runs)
      words.push_back(run + (list.empty() ? "" : " (" + joined(list) + ")"));
    text += "  " + state + ": " + joined(words, "; ") + "\n";
  }
  return text;
}

std::vector<std::string> csv_record(const ClaimBlock &block, const ClaimLine &line)
{
  std::vector<std::string> runs;
  for (const ClaimRun &run : line.runs)
    runs.push_back(run.assumption + " " + (run.value ? short_number(*run.value) : run.state));
  return {block.row,
          block.title,
          line.label,
          line.variant,
          line.reference,
          line.directions,
          line.protocol,
          line.level,
          line.quantity,
          line.compared,
          line.unit,
          full_number(line.published),
          full_number(line.low),
          full_number(line.high),
          line.expected > 0   ? "rise"
          : line.expected < 0 ? "fall"
                              : "",
          full_number(line.computed),
          full_number(line.largest),
          line.spread ? full_number(line.spread->low) : "",
          line.spread ? full_number(line.spread->high) : "",
          std::to_string(line.n_with_value()),
          std::to_string(line.n_runs()),
          full_number(line.error),
          name(line.verdict),
          line.detail,
          joined(runs, "; "),
          line.mesh,
          line.hash,
          line.state,
          line.revision,
          line.confidence,
          line.source};
}

const char *const claims_header =
    "row,title,label,variant,reference,directions,protocol,level,quantity,compared,unit,published,low,high,expected,"
    "computed,largest,spread_low,spread_high,runs_with_figure,runs,numerical_error,verdict,detail,by_assumption,mesh,"
    "hash,state,revision,confidence,source";
} // namespace

int ClaimLine::n_with_value() const
{
  return (computed ? 1 : 0) +
         static_cast<int>(std::count_if(runs.begin(), runs.end(), [](const ClaimRun &run) { return run.value; }));
}

std::string claims_text(const std::vector<ClaimBlock> &blocks)
{
  std::string text;
  for (const ClaimBlock &block : blocks) {
    const std::string heading = block.row + "  " + block.title;
    text += (text.empty() ? "" : "\n") + heading + "\n" + std::string(heading.size(), '-') + "\n";
    if (!block.needs.empty())
      text += "  not computed yet: needs " + block.needs + "\n";
    else
      text += "  " + block.question + "\n";
    for (const std::string &side : block.sides)
      text += "  the literature contradicts itself: " + side + "\n";
    std::vector<std::vector<std::string>> table;
    for (const ClaimLine &line : block.lines) {
      if (table.empty())
        table.push_back(
            {"", "unit", "published", "computed", "spread (runs)", "error", "verdict", "mesh, bone", "hash"});
      const bool has_detail = !line.detail.empty() && (line.verdict == ClaimVerdict::not_computed || line.largest);
      table.push_back({line.label + directions_text(line), line.unit, published_text(line),
                       !line.computed                                   ? "-"
                       : line.largest && *line.largest > *line.computed ? range_text(*line.computed, *line.largest)
                                                                        : short_number(*line.computed),
                       runs_text(line), line.error ? short_number(*line.error) : "not known",
                       name(line.verdict) + (has_detail ? " (" + line.detail + ")" : ""), line.mesh,
                       line.hash + (line.state == "current" || line.state.empty() ? "" : ", " + line.state)});
      if (!line.computed)
        table.back()[5] = "-";
    }
    if (!table.empty())
      text += aligned_columns(
          table, [n = table.front().size()](std::size_t k) { return k < 2 || k + 3 >= n; }, "  ");
    text += runs_without_figure(block);
    if (!block.remark.empty())
      text += "  " + block.remark + "\n";
  }
  return text;
}

std::string claims_csv(const std::vector<ClaimBlock> &blocks)
{
  std::string text = std::string(claims_header) + "\n";
  for (const ClaimBlock &block : blocks) {
    std::vector<ClaimLine> lines = block.lines;
    if (lines.empty()) { // so that no row of the list is missing in the table
      lines.emplace_back();
      lines.back().detail = "needs " + block.needs;
    }
    for (const ClaimLine &line : lines) {
      std::vector<std::string> fields;
      for (const std::string &field : csv_record(block, line))
        fields.push_back(quoted_field(field));
      text += joined(fields, ",") + "\n";
    }
  }
  return text;
}

std::string claims_count(const std::vector<ClaimBlock> &blocks)
{
  std::map<ClaimVerdict, int> counts;
  int n_rows_open = 0;
  for (const ClaimBlock &block : blocks) {
    n_rows_open += block.needs.empty() ? 0 : 1;
    for (const ClaimLine &line : block.lines)
      ++counts[line.verdict];
  }
  std::vector<std::string> words;
  for (const auto &[verdict, count] : counts)
    words.push_back(std::to_string(count) + " " + name(verdict));
  return (words.empty() ? "no figures" : joined(words, "; ")) +
         (n_rows_open > 0 ? formatted("; rows without a study: %d", n_rows_open) : "");
}
} // namespace lumbarfem
