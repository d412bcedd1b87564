#include "postprocess/grid_convergence.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace lumbarfem
{
namespace
{
const double largest_order_used = 2, largest_order_sought = 12;

/// (coarse - middle) / (middle - fine) of a value whose error is h^order.
double ratio_of_differences(double order, double coarse_ratio, double fine_ratio)
{
  return std::pow(fine_ratio, order) * (std::pow(coarse_ratio, order) - 1) / (std::pow(fine_ratio, order) - 1);
}
} // namespace

GridConvergence grid_convergence(const std::array<double, 3> &cells, const std::array<double, 3> &values)
{
  if (!(cells[0] > 0 && cells[0] < cells[1] && cells[1] < cells[2]))
    throw std::logic_error("three meshes with a rising number of cells are needed");
  const double none = std::numeric_limits<double>::quiet_NaN();
  // Ratios of the cell sizes: coarse to middle, middle to fine.
  const double coarse_ratio = std::cbrt(cells[1] / cells[0]), fine_ratio = std::cbrt(cells[2] / cells[1]);
  const double coarse_step = values[0] - values[1], fine_step = values[1] - values[2];
  const double scale = std::max({std::abs(values[0]), std::abs(values[1]), std::abs(values[2])});
  GridConvergence result{Convergence::settled, 0, 0, 0, none};
  if (std::max(std::abs(coarse_step), std::abs(fine_step)) <= 1e-6 * scale)
    return result;
  const auto index = [&](double factor, double step, double value, double ratio, double order) {
    return factor * std::abs(step / value) / (std::pow(ratio, order) - 1);
  };
  if (coarse_step * fine_step < 0) {
    result.kind = Convergence::oscillating;
    result.middle = index(3, coarse_step, values[1], coarse_ratio, 1);
    result.finest = index(3, fine_step, values[2], fine_ratio, 1);
    return result;
  }
  const double seen = fine_step != 0 ? coarse_step / fine_step : std::numeric_limits<double>::infinity();
  if (seen <= std::log(coarse_ratio) / std::log(fine_ratio)) { // the limit of order zero
    result.kind = Convergence::not_converging;
    result.middle = result.finest = none;
    return result;
  }
  result.kind = Convergence::monotone;
  double low = 1e-6, high = largest_order_sought;
  for (int k = 0; k < 80; ++k) {
    const double order = (low + high) / 2;
    (ratio_of_differences(order, coarse_ratio, fine_ratio) < seen ? low : high) = order;
  }
  result.order = (low + high) / 2;
  const double used = std::min(result.order, largest_order_used);
  result.middle = index(1.25, coarse_step, values[1], coarse_ratio, used);
  result.finest = index(1.25, fine_step, values[2], fine_ratio, used);
  result.extrapolated = values[2] - fine_step / (std::pow(fine_ratio, result.order) - 1);
  return result;
}
} // namespace lumbarfem
