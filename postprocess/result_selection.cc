#include "postprocess/result_selection.h"

#include <algorithm>

namespace lumbarfem
{
bool has_columns(const ResultRow &row, const MeasureSelector &selector)
{
  const auto holds = [&](const char *column, const std::string &word) {
    const auto wanted = selector.columns.find(column);
    return wanted == selector.columns.end() ||
           std::find(wanted->second.begin(), wanted->second.end(), word) != wanted->second.end();
  };
  return holds("object", row.object) && holds("side", row.side) && holds("region", row.region) &&
         holds("component", row.component) && holds("statistic", row.statistic);
}
} // namespace lumbarfem
