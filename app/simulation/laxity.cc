#include "app/simulation/laxity.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
constexpr double laxity_moment_Nm = 1;
}

std::vector<double> moment_waypoints(int steps, double moment_Nm)
{
  const double near = 0.3; // of a step
  std::vector<double> waypoints;
  const bool has_laxity = moment_Nm > laxity_moment_Nm;
  const double laxity = has_laxity ? laxity_moment_Nm / moment_Nm : 0;
  if (has_laxity)
    waypoints.push_back(laxity);
  for (int k = 1; k <= steps; ++k) {
    const double factor = static_cast<double>(k) / steps;
    if (!has_laxity || k == steps || std::abs(factor - laxity) > near / steps)
      waypoints.push_back(factor);
  }
  std::sort(waypoints.begin(), waypoints.end());
  return waypoints;
}

void add_laxity(std::vector<ResultRow> &rows)
{
  const std::size_t n = rows.size();
  for (std::size_t k = 0; k < n; ++k) {
    const bool at_laxity = std::abs(std::abs(rows[k].context.moment_Nm) - laxity_moment_Nm) < 1e-6;
    if (at_laxity && rows[k].quantity == "rom" && rows[k].component == "primary") {
      rows.push_back(rows[k]);
      rows.back().quantity = "laxity";
    }
  }
}
} // namespace lumbarfem
