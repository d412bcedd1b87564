/// How well a least-squares fit determines its constants.
#pragma once

#include <Eigen/Core>

namespace lumbarfem
{
/// Linearised at the fit, residuals independent and of one variance, which is estimated from them. Constants are those
/// of the unit cube (0 lower, 1 upper bound). A combination of constants that the residuals do not see has an infinite
/// interval, and so has every constant that takes part in it.
struct FitStatistics {
  int degrees_of_freedom = 0; ///< rows - constants
  double standard_error = 0;  ///< of a residual: sqrt(sum of squares / degrees of freedom); nan without any
  Eigen::MatrixXd covariance;
  Eigen::VectorXd half_width; ///< of the 95 % confidence interval (Student's t) of each constant
  /// Of J^T J, falling; column k of `combinations` is the unit vector of combination k.
  Eigen::VectorXd eigenvalues;
  Eigen::MatrixXd combinations;
  Eigen::VectorXd combination_half_width; ///< of the 95 % confidence interval of each combination
  /// Its interval is shorter than the distance of the bounds: the data say more than the bounds do.
  bool is_identified(int combination) const { return combination_half_width[combination] < 0.5; }
};

/// @p jacobian: derivatives of the residuals, rows x constants.
FitStatistics fit_statistics(const Eigen::MatrixXd &jacobian, const Eigen::VectorXd &residuals);
} // namespace lumbarfem
