/// Fits within bounds and what they say of their constants, on problems whose answers are known.
#include "postprocess/bounded_fit.h"
#include "postprocess/fit_statistics.h"

#include <Eigen/Cholesky>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace lumbarfem
{
namespace
{
using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

/// Residuals A x - b, rows in groups.
FitProblem linear_problem(const Matrix &A, const Vector &b, const std::vector<int> &groups,
                          std::vector<std::vector<char>> *asked = nullptr)
{
  FitProblem problem;
  problem.n_constants = static_cast<int>(A.cols());
  problem.group_of_row = groups;
  problem.residuals = [=](const Vector &point, const std::vector<char> &wanted) -> Vector {
    if (asked)
      asked->push_back(wanted);
    return A * point - b;
  };
  return problem;
}

Vector vector(std::initializer_list<double> values)
{
  Vector result(values.size());
  int k = 0;
  for (const double value : values)
    result[k++] = value;
  return result;
}

FitSettings accurate()
{
  FitSettings settings;
  settings.max_evaluations = 500;
  settings.tolerance = 1e-8;
  return settings;
}
} // namespace

TEST(BoundedFit, FindsTheLinearOptimum)
{
  Matrix A(5, 2);
  A << 1, 0.2, 0.3, 1, 1, 1, 0.5, -1, 2, 0.1;
  const Vector b = vector({0.5, 0.9, 1.2, -0.3, 0.9});
  const Vector exact = (A.transpose() * A).ldlt().solve(A.transpose() * b);
  ASSERT_TRUE((exact.array() > 0).all() && (exact.array() < 1).all());
  const FitProblem problem = linear_problem(A, b, {0, 0, 1, 1, 1});
  const BoundedFit found = fit(problem, vector({0.2, 0.2}), accurate(), problem.all_groups());
  EXPECT_LT((found.point - exact).norm(), 1e-5);
  EXPECT_NEAR(found.sum_of_squares, (A * exact - b).squaredNorm(), 1e-9);
  EXPECT_FALSE(found.exhausted);
}

TEST(BoundedFit, StopsAtABound)
{
  const FitProblem problem = linear_problem(Matrix::Identity(2, 2), vector({1.7, 0.4}), {0, 0});
  const BoundedFit found = fit(problem, vector({0.5, 0.5}), accurate(), problem.all_groups());
  EXPECT_NEAR(found.point[0], 1, 1e-9);
  EXPECT_NEAR(found.point[1], 0.4, 1e-5);
}

TEST(BoundedFit, KeepsTheBestPointWhenEvaluationsEnd)
{
  const FitProblem problem = linear_problem(Matrix::Identity(2, 2), vector({0.9, 0.1}), {0, 0});
  FitSettings settings;
  settings.max_evaluations = 4;
  const BoundedFit found = fit(problem, vector({0.5, 0.5}), settings, problem.all_groups());
  EXPECT_TRUE(found.exhausted);
  EXPECT_EQ(found.n_evaluations, 4);
  EXPECT_NEAR(found.sum_of_squares, problem.residuals(found.point, {1}).squaredNorm(), 1e-14);
  EXPECT_LT(found.sum_of_squares, 0.32); // of the start
}

TEST(BoundedFit, PassesOnWhatTheResidualsThrow)
{
  FitProblem problem = linear_problem(Matrix::Identity(2, 2), vector({0.9, 0.1}), {0, 0});
  problem.residuals = [](const Vector &, const std::vector<char> &) -> Vector { throw std::length_error("stopped"); };
  EXPECT_THROW(fit(problem, vector({0.5, 0.5}), accurate(), problem.all_groups()), std::length_error);
}

TEST(BoundedFit, LeavesOneGroupOut)
{
  // Rows 0 and 2 say x = 0.3, rows 1 and 3 say x = 0.7.
  Matrix A(4, 1);
  A << 1, 1, 1, 1;
  const Vector b = vector({0.3, 0.7, 0.3, 0.7});
  std::vector<std::vector<char>> asked;
  const FitProblem problem = linear_problem(A, b, {0, 1, 0, 1}, &asked);
  const std::vector<LeftOut> result = leave_one_group_out(problem, vector({0.5}), accurate());
  ASSERT_EQ(result.size(), 2u);
  EXPECT_EQ(result[0].group, 0);
  EXPECT_EQ(result[0].rows, (std::vector<int>{0, 2}));
  EXPECT_NEAR(result[0].fit.point[0], 0.7, 1e-5); // fitted to group 1 alone
  EXPECT_NEAR(result[0].predicted[0], 0.4, 1e-5);
  EXPECT_NEAR(result[0].predicted[1], 0.4, 1e-5);
  EXPECT_EQ(result[1].rows, (std::vector<int>{1, 3}));
  EXPECT_NEAR(result[1].fit.point[0], 0.3, 1e-5);
  EXPECT_NEAR(result[1].predicted[1], -0.4, 1e-5);
  // While group 0 is left out nothing of it is asked for, but in the prediction at the end.
  EXPECT_EQ(asked.front(), (std::vector<char>{0, 1}));
  EXPECT_EQ(asked.back(), (std::vector<char>{0, 1}));
  EXPECT_EQ(std::count(asked.begin(), asked.end(), std::vector<char>{1, 1}), 0);
}

TEST(BoundedFit, CornersAreDifferentAndRepeatable)
{
  const std::vector<Vector> corners = corner_starts(3, 5, 7), again = corner_starts(3, 5, 7);
  ASSERT_EQ(corners.size(), 5u);
  for (std::size_t i = 0; i < corners.size(); ++i) {
    EXPECT_EQ(corners[i], again[i]);
    EXPECT_TRUE((corners[i].array() == 0.25 || corners[i].array() == 0.75).all());
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_GT((corners[i] - corners[j]).norm(), 0.4);
  }
  EXPECT_EQ(corner_starts(2, 100, 1).size(), 4u);
}

TEST(BoundedFit, FarthestPointsStartWithTheFirst)
{
  const std::vector<Vector> points = {vector({0.5}), vector({0.6}), vector({1}), vector({0.1}), vector({0.5})};
  EXPECT_EQ(farthest_points(points, 3), (std::vector<int>{0, 2, 3}));
  EXPECT_EQ(farthest_points(points, 9).size(), 4u); // the fifth is the first again
  EXPECT_TRUE(farthest_points({}, 3).empty());
}

TEST(BoundedFit, JacobianIsExactForLinearRowsAlsoAtABound)
{
  Matrix A(3, 2);
  A << 1, 2, -3, 4, 0.5, 0;
  const FitProblem problem = linear_problem(A, vector({0, 0, 0}), {0, 0, 1});
  EXPECT_LT((jacobian(problem, vector({0, 1}), 0.02) - A).norm(), 1e-12);
  EXPECT_LT((jacobian(problem, vector({0.5, 0.99}), 0.02) - A).norm(), 1e-12);
}

TEST(FitStatistics, IntervalsOfAStraightLine)
{
  // y = a + b x at x = 0 .. 4: the textbook's standard errors of intercept and slope.
  Matrix J(5, 2);
  for (int k = 0; k < 5; ++k)
    J.row(k) << 1, k;
  const Vector residuals = vector({0.1, -0.2, 0.1, 0.05, -0.05});
  const FitStatistics statistics = fit_statistics(J, residuals);
  EXPECT_EQ(statistics.degrees_of_freedom, 3);
  const double s = std::sqrt(residuals.squaredNorm() / 3), t = 3.182446305284263; // Student, 3 degrees, 97.5 %
  EXPECT_NEAR(statistics.standard_error, s, 1e-14);
  EXPECT_NEAR(statistics.half_width[0], t * s * std::sqrt(1. / 5 + 4. / 10), 1e-10);
  EXPECT_NEAR(statistics.half_width[1], t * s / std::sqrt(10.), 1e-10);
  EXPECT_NEAR(statistics.covariance(0, 1), -s * s * 2 / 10, 1e-12);
  EXPECT_GT(statistics.eigenvalues[0], statistics.eigenvalues[1]);
  EXPECT_LT(
      (J.transpose() * J * statistics.combinations.col(1) - statistics.eigenvalues[1] * statistics.combinations.col(1))
          .norm(),
      1e-12);
}

TEST(FitStatistics, ADegenerateCombinationIsNamed)
{
  // Only the sum of the first two constants is seen, and the third by itself.
  Matrix J(6, 3);
  J << 1, 1, 0, 2, 2, 1, 3, 3, 0, 0, 0, 1, 1, 1, 2, 0, 0, -1;
  const FitStatistics statistics = fit_statistics(J, vector({0.01, -0.01, 0.01, 0.02, -0.02, 0.01}));
  EXPECT_TRUE(statistics.is_identified(0));
  EXPECT_TRUE(statistics.is_identified(1));
  EXPECT_FALSE(statistics.is_identified(2));
  EXPECT_TRUE(std::isinf(statistics.half_width[0]) && std::isinf(statistics.half_width[1]));
  EXPECT_LT(statistics.half_width[2], 0.1);
  const Vector combination = statistics.combinations.col(2);
  EXPECT_NEAR(std::abs(combination[0]), std::sqrt(0.5), 1e-9);
  EXPECT_NEAR(combination[0] + combination[1], 0, 1e-9);
  EXPECT_NEAR(combination[2], 0, 1e-9);
}

TEST(FitStatistics, WithoutDegreesOfFreedomNothingIsKnown)
{
  const FitStatistics statistics = fit_statistics(Matrix::Identity(2, 2), vector({0, 0}));
  EXPECT_EQ(statistics.degrees_of_freedom, 0);
  EXPECT_TRUE(std::isnan(statistics.standard_error));
  EXPECT_TRUE(std::isinf(statistics.half_width[0]));
  EXPECT_FALSE(statistics.is_identified(0));
}
} // namespace lumbarfem
