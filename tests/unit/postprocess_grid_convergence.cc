#include "postprocess/grid_convergence.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lumbarfem
{
namespace
{
const std::array<double, 3> cells{3312, 5936, 18768}; // ratios that differ, as those of the shipped meshes do

/// limit + factor h^order
std::array<double, 3> values_of_order(double order, double limit, double factor)
{
  std::array<double, 3> values;
  for (int k = 0; k < 3; ++k)
    values[k] = limit + factor * std::pow(cells[k], -order / 3);
  return values;
}
} // namespace

TEST(GridConvergence, FindsOrderAndLimit)
{
  for (const double order : {0.5, 1., 2., 3.5})
    for (const double factor : {40., -700.}) {
      const GridConvergence found = grid_convergence(cells, values_of_order(order, 10, factor));
      EXPECT_EQ(found.kind, Convergence::monotone);
      EXPECT_NEAR(found.order, order, 1e-6);
      EXPECT_NEAR(found.extrapolated, 10, 1e-6);
    }
}

TEST(GridConvergence, TheIndexIsOneAndAQuarterOfTheError)
{
  const std::array<double, 3> values = values_of_order(1.5, 10, 40);
  const GridConvergence found = grid_convergence(cells, values);
  EXPECT_NEAR(found.finest, 1.25 * std::abs(values[2] - 10) / values[2], 1e-9);
  EXPECT_NEAR(found.middle, 1.25 * std::abs(values[1] - 10) / values[1], 1e-9);
}

TEST(GridConvergence, AHigherOrderThanTwoIsNotTrusted)
{
  const std::array<double, 3> values = values_of_order(4, 10, 4e4);
  const GridConvergence found = grid_convergence(cells, values);
  EXPECT_NEAR(found.order, 4, 1e-6);
  EXPECT_GT(found.finest, 2 * 1.25 * std::abs(values[2] - 10) / values[2]);
}

TEST(GridConvergence, TellsOscillationDivergenceAndRest)
{
  const GridConvergence oscillating = grid_convergence(cells, {10, 10.2, 10.1});
  EXPECT_EQ(oscillating.kind, Convergence::oscillating);
  EXPECT_NEAR(oscillating.finest, 3 * 0.1 / 10.1 / (std::cbrt(cells[2] / cells[1]) - 1), 1e-12);
  const GridConvergence diverging = grid_convergence(cells, {10, 10.1, 10.4});
  EXPECT_EQ(diverging.kind, Convergence::not_converging);
  EXPECT_TRUE(std::isnan(diverging.finest));
  EXPECT_EQ(grid_convergence(cells, {10, 10, 10}).kind, Convergence::settled);
  EXPECT_THROW(grid_convergence({3, 2, 1}, {1, 2, 3}), std::logic_error);
}
} // namespace lumbarfem
