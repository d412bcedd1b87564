/// The fit with few evaluations, on problems whose answers are known.
#include "postprocess/secant_fit.h"

#include <Eigen/QR>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lumbarfem
{
namespace
{
using Eigen::MatrixXd;
using Eigen::VectorXd;

SecantProblem wide(int n, const std::function<VectorXd(const VectorXd &)> &residuals)
{
  return {residuals, VectorXd::Zero(n), VectorXd::Constant(n, -25), VectorXd::Constant(n, 25)};
}

SecantSettings accurate()
{
  SecantSettings settings;
  settings.tolerance = 1e-7;
  settings.tie = 1e-6;
  settings.least_gain = 1e-12;
  return settings;
}
} // namespace

TEST(SecantFit, TakesTheLeastNormAmongEquallyGoodPoints)
{
  MatrixXd A(2, 3);
  A << 1, 1, 0, 0, 1, 1;
  VectorXd b(2);
  b << 1, 2;
  const VectorXd exact = A.completeOrthogonalDecomposition().solve(b);
  const SecantFit fit = secant_fit(wide(3, [&](const VectorXd &x) { return VectorXd(A * x - b); }), accurate());
  EXPECT_TRUE(fit.has_settled);
  EXPECT_LT((fit.point - exact).norm(), 1e-6);
  EXPECT_LT((fit.jacobian - A).norm(), 1e-9);
  EXPECT_LE(fit.n_evaluations, 1 + 3 + 2); // the start, the derivatives, one step and at most one more
}

TEST(SecantFit, ConvergesWhereTheDerivativesChange)
{
  const auto residuals = [](const VectorXd &x) {
    VectorXd r(3);
    r << std::exp(0.3 * x[0]) - 2, std::sinh(x[1]) + x[0] - 3, 0.2 * (x[0] - x[1]);
    return r;
  };
  const SecantFit fit = secant_fit(wide(2, residuals), accurate());
  ASSERT_TRUE(fit.has_settled);
  // The gradient of the sum of squares, by central differences, is zero there.
  for (int i = 0; i < 2; ++i) {
    VectorXd above = fit.point, below = fit.point;
    above[i] += 1e-4;
    below[i] -= 1e-4;
    EXPECT_NEAR((residuals(above).squaredNorm() - residuals(below).squaredNorm()) / 2e-4, 0, 1e-2);
  }
  EXPECT_LT(fit.n_evaluations, 40);
}

TEST(SecantFit, KeepsToTheBounds)
{
  SecantProblem problem = wide(2, [](const VectorXd &x) { return VectorXd(x - VectorXd::Constant(2, 5)); });
  problem.upper[0] = 1.5;
  const SecantFit fit = secant_fit(problem, accurate());
  EXPECT_NEAR(fit.point[0], 1.5, 1e-12);
  EXPECT_NEAR(fit.point[1], 5, 1e-6);
}

TEST(SecantFit, StepsBackWhereNothingCanBeComputed)
{
  const auto residuals = [](const VectorXd &x) {
    const double value = x[0] > 3.5 ? std::numeric_limits<double>::quiet_NaN() : x[0] - 3;
    return VectorXd(VectorXd::Constant(1, value));
  };
  // Derivatives that are four times too small send the first step to 4.
  const SecantFit fit = secant_fit(wide(1, residuals), accurate(), MatrixXd::Constant(1, 1, 0.25));
  EXPECT_TRUE(fit.has_settled);
  EXPECT_NEAR(fit.point[0], 3, 1e-6);
}

TEST(SecantFit, EndsWhereLittleIsToBeGained)
{
  // The sum of squares falls from 101 to 100 at most.
  const auto problem = wide(1, [](const VectorXd &x) { return VectorXd(Eigen::Vector2d(10, x[0] - 1)); });
  SecantSettings settings = accurate();
  settings.least_gain = 0.02;
  const SecantFit fit = secant_fit(problem, settings);
  EXPECT_TRUE(fit.has_settled);
  EXPECT_EQ(fit.point[0], 0);
  EXPECT_EQ(fit.n_evaluations, 2);
}

TEST(SecantFit, KnownDerivativesSaveTheirEvaluations)
{
  const auto problem = wide(6, [](const VectorXd &x) { return VectorXd(x - VectorXd::LinSpaced(6, 0, 2)); });
  const SecantFit fit = secant_fit(problem, accurate(), 1.2 * MatrixXd::Identity(6, 6));
  EXPECT_LT((fit.point - VectorXd::LinSpaced(6, 0, 2)).norm(), 1e-5);
  EXPECT_LT(fit.n_evaluations, 7);
}

TEST(SecantFit, SaysThatTheStartCannotBeComputed)
{
  const auto problem = wide(
      1, [](const VectorXd &) { return VectorXd(VectorXd::Constant(1, std::numeric_limits<double>::quiet_NaN())); });
  const SecantFit fit = secant_fit(problem, accurate());
  EXPECT_FALSE(fit.has_settled);
  EXPECT_EQ(fit.n_evaluations, 1);
}
} // namespace lumbarfem
