/// Least squares of residuals that are nearly linear and dear to evaluate.
#pragma once

#include <Eigen/Core>

#include <functional>

namespace lumbarfem
{
struct SecantProblem {
  /// Residuals at a point; not finite where they cannot be computed.
  std::function<Eigen::VectorXd(const Eigen::VectorXd &point)> residuals;
  Eigen::VectorXd start, lower, upper; ///< the start lies within the bounds
};

/// Lengths are in the unit of the point.
struct SecantSettings {
  double difference = 1;    ///< step of the differences that give the first derivatives
  double largest_step = 4;  ///< of each coordinate
  double tolerance = 0.02;  ///< a step that is shorter in every coordinate ends the fit
  double least_gain = 0.02; ///< and one that is to lower the sum of squares by a smaller share
  /// Residual that one unit of distance from `tied_to` counts as. It decides among points that the residuals do not
  /// tell apart and moves the others little as long as it is small beside the derivatives.
  double tie = 0.01;
  Eigen::VectorXd tied_to; ///< the start when empty
  int max_evaluations = 60;
};

struct SecantFit {
  Eigen::VectorXd point, residuals; ///< the best ones computed
  Eigen::MatrixXd jacobian;         ///< derivatives of the residuals as the secants know them
  int n_evaluations = 0;
  bool has_settled = false;
};

/// Gauss-Newton with derivatives by differences at the start and Broyden's secant update (Broyden 1965, Math Comp
/// 19:577) after each step, in a region of trust that halves when a step does not pay. Steps are cut at the bounds.
/// @p jacobian: derivatives known from a similar problem; none when empty.
SecantFit secant_fit(const SecantProblem &problem, const SecantSettings &settings,
                     const Eigen::MatrixXd &jacobian = Eigen::MatrixXd());
} // namespace lumbarfem
