/// Least squares over the unit cube: each constant runs from 0 at its lower bound to 1 at its upper bound.
#pragma once

#include <Eigen/Core>

#include <functional>
#include <vector>

namespace lumbarfem
{
/// Rows of residuals that belong to groups; a group can be left out of a fit.
struct FitProblem {
  int n_constants = 0;
  std::vector<int> group_of_row; ///< 0 .. n_groups - 1
  /// Residuals of all rows (-) at a point; those of groups that are not wanted are not read.
  std::function<Eigen::VectorXd(const Eigen::VectorXd &point, const std::vector<char> &wanted)> residuals;

  int n_groups() const;
  std::vector<char> all_groups() const { return std::vector<char>(n_groups(), 1); }
};

struct FitSettings {
  int max_evaluations = 60; ///< of the residuals, in one fit
  double initial_step = 0.1;
  double tolerance = 2e-3; ///< of the point
};

struct BoundedFit {
  Eigen::VectorXd point;
  double sum_of_squares = 0; ///< over the wanted rows
  int n_evaluations = 0;
  bool exhausted = false; ///< the evaluations ended before the tolerance was reached
};

/// BOBYQA (Powell 2009, as in NLopt): no derivatives, a quadratic model within the bounds. Deterministic.
BoundedFit fit(const FitProblem &problem, const Eigen::VectorXd &start, const FitSettings &settings,
               const std::vector<char> &wanted);

/// One group left out: the fit to the others, and the residuals that it leaves in the rows of that group.
struct LeftOut {
  int group;
  BoundedFit fit;
  std::vector<int> rows;
  Eigen::VectorXd predicted;
};
std::vector<LeftOut> leave_one_group_out(const FitProblem &problem, const Eigen::VectorXd &start,
                                         const FitSettings &settings);

/// @p n different corners of the cube [0.25, 0.75]^d in an order that the seed decides; fewer when there are fewer.
std::vector<Eigen::VectorXd> corner_starts(int n_constants, int n, unsigned seed);

/// Indices of at most @p n points: the first one of @p points, then each time the one farthest from all chosen.
std::vector<int> farthest_points(const std::vector<Eigen::VectorXd> &points, int n);

/// Central differences inside the cube, one-sided at its faces. Rows as in the problem.
Eigen::MatrixXd jacobian(const FitProblem &problem, const Eigen::VectorXd &point, double step);
} // namespace lumbarfem
