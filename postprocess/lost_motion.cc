#include "postprocess/lost_motion.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
bool is_level_rom(const ResultRow &row)
{
  return row.quantity == "rom" && row.component == "primary" && !row.level.empty() &&
         row.context.protocol == "hybrid" && row.context.stage == "moment";
}
} // namespace

std::vector<ResultRow> lost_motion_rows(const std::vector<ResultRow> &rows, const std::string &reference)
{
  const double least_lost_deg = 0.5;
  std::vector<ResultRow> result;
  const auto add = [&](const StepContext &context, const char *component, double value, const char *unit) {
    ResultRow row;
    row.context = context;
    row.quantity = "lost_motion";
    row.component = component;
    row.statistic = "value";
    row.value = value;
    row.unit = unit;
    result.push_back(row);
  };
  for (std::size_t first = 0; first < rows.size(); ++first) {
    const StepContext &context = rows[first].context;
    const auto same_run = [&](const ResultRow &row) {
      return is_level_rom(row) && row.context.variant == context.variant && row.context.direction == context.direction;
    };
    const auto before = rows.begin() + static_cast<std::ptrdiff_t>(first);
    if (!is_level_rom(rows[first]) || context.variant == reference || std::any_of(rows.begin(), before, same_run))
      continue;
    double lost = 0, gained = 0;
    bool is_compared = false;
    for (const ResultRow &row : rows) {
      if (!same_run(row))
        continue;
      const auto intact = std::find_if(rows.begin(), rows.end(), [&](const ResultRow &other) {
        return is_level_rom(other) && other.context.variant == reference &&
               other.context.direction == context.direction && other.level == row.level;
      });
      if (intact == rows.end())
        continue;
      is_compared = true;
      const double change = row.value - intact->value;
      (change < 0 ? lost : gained) += std::abs(change);
    }
    if (!is_compared) // the reference was not solved here
      continue;
    add(context, "lost", lost, "deg");
    add(context, "gained", gained, "deg");
    if (lost >= least_lost_deg)
      add(context, "closure", (gained - lost) / lost, "-");
  }
  return result;
}
} // namespace lumbarfem
