#include "postprocess/validation/corridor.h"

#include "base/anatomy.h"
#include "base/number.h"
#include "base/user_error.h"
#include "postprocess/csv_table.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
const std::vector<std::string> kind_words = {"calibrated", "consistent", "independent", "printed"};
const std::vector<std::string> operation_words = {
    "value",      "lowest",        "highest",       "slope",          "change",
    "spread",     "smallest_rise", "largest_level", "smallest_level", "contralateral_ratio",
    "stiffening", "error_rms",     "error_largest"};
const std::vector<std::string> header = {"label",     "operation", "variant",    "quantity", "level",
                                         "direction", "load",      "published",  "low",      "high",
                                         "unit",      "kind",      "confidence", "source"};

/// One record of a corridor table with its place for messages.
class RowReader
{
public:
  RowReader(const CsvTable &table, std::size_t record) : table_(table), record_(record) {}

  CorridorRow read() const
  {
    CorridorRow row;
    row.label = required("label");
    row.operation = static_cast<CorridorOperation>(word("operation", operation_words, "value"));
    row.variants = split_words(text("variant"), ';');
    row.selector_text = required("quantity");
    row.selector = selector(row.selector_text);
    row.level = text("level");
    row.direction = direction();
    row.load = load();
    row.published = number("published");
    row.low = number("low");
    row.high = number("high");
    row.unit = required("unit");
    row.kind = static_cast<CorridorKind>(word("kind", kind_words, ""));
    row.confidence = required("confidence");
    row.source = required("source");
    check(row);
    return row;
  }

private:
  [[noreturn]] void fault(const std::string &column, const std::string &message) const
  {
    throw UserError(table_.path() + ": record " + std::to_string(record_ + 2) + ": " + column + ": " + message);
  }

  std::string text(const std::string &column) const { return table_.field(record_, column); }

  std::string required(const std::string &column) const
  {
    const std::string result = text(column);
    if (result.empty())
      fault(column, "is empty");
    return result;
  }

  std::optional<double> parse(const std::string &column, const std::string &given) const
  {
    if (given.empty())
      return {};
    const std::optional<double> value = parse_number(given);
    if (!value || !std::isfinite(*value))
      fault(column, "\"" + given + "\" is not a number");
    return value;
  }
  std::optional<double> number(const std::string &column) const { return parse(column, text(column)); }

  int index_of(const std::string &column, const std::string &given, const std::vector<std::string> &allowed) const
  {
    const auto found = std::find(allowed.begin(), allowed.end(), given);
    if (found != allowed.end())
      return static_cast<int>(found - allowed.begin());
    const std::string nearest = nearest_match(given, allowed);
    fault(column, "\"" + given + "\" is not possible; allowed: " + join_alternatives(allowed) +
                      (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
  }

  int word(const std::string &column, const std::vector<std::string> &allowed, const std::string &fallback) const
  {
    const std::string given = text(column);
    return index_of(column, given.empty() ? fallback : given, allowed);
  }

  MeasureSelector selector(const std::string &given) const
  {
    try {
      return parse_measure_selector(given);
    } catch (const UserError &error) {
      fault("quantity", error.what());
    }
  }

  std::string direction() const
  {
    std::vector<std::string> allowed = direction_names();
    for (const char *more : {"", "preload", "compression", "lateral_bending", "axial_rotation", "flexion-extension"})
      allowed.push_back(more);
    const std::string given = text("direction");
    index_of("direction", given, allowed);
    return given;
  }

  std::vector<double> load() const
  {
    const std::string given = text("load");
    const std::size_t dots = given.find("..");
    std::vector<double> result;
    if (dots != std::string::npos) {
      const auto from = parse("load", given.substr(0, dots)), to = parse("load", given.substr(dots + 2));
      if (!from || !to || *from >= *to)
        fault("load", "\"" + given + "\" is not a range such as 400..1000");
      result = {*from, *to};
    } else if (const auto value = parse("load", given))
      result = {*value};
    return result;
  }

  void check(const CorridorRow &row) const
  {
    using Operation = CorridorOperation;
    const Operation operation = row.operation;
    const bool needs_range =
        operation == Operation::slope || operation == Operation::lowest || operation == Operation::highest;
    if (needs_range != (row.load.size() == 2))
      fault("load", needs_range ? "a range such as 400..1000 is needed for \"" + text("operation") + "\""
                                : "a range is for slope, lowest and highest only");
    const bool needs_variants = operation == Operation::spread || operation == Operation::smallest_rise;
    const bool needs_two = operation == Operation::change || operation == Operation::stiffening;
    if (needs_two && row.variants.size() != 2)
      fault("variant", "\"" + text("operation") + "\" compares two variants: from;to");
    if (operation == Operation::stiffening && !row.direction.empty())
      fault("direction", "\"stiffening\" is a mean over the directions; leave it empty");
    if (needs_variants && row.variants.size() < 2)
      fault("variant", "\"" + text("operation") + "\" needs several variants: a;b;c");
    if (!needs_variants && !needs_two && row.variants.size() > 1)
      fault("variant", "only one is possible here");
    if (row.low && row.high && *row.low > *row.high)
      fault("low", "is above high");
    const bool can_judge = row.kind == CorridorKind::independent || row.kind == CorridorKind::calibrated;
    if (can_judge && !row.low && !row.high)
      fault("kind", "\"" + name(row.kind) + "\" needs low or high; a figure without corridor is printed or consistent");
  }

  const CsvTable &table_;
  std::size_t record_;
};
} // namespace

std::string name(CorridorKind kind) { return kind_words[static_cast<std::size_t>(kind)]; }

std::vector<CorridorRow> read_corridor(const std::string &path)
{
  const CsvTable table(path, header);
  std::vector<CorridorRow> rows;
  for (std::size_t record = 0; record < table.size(); ++record)
    rows.push_back(RowReader(table, record).read());
  return rows;
}
} // namespace lumbarfem
