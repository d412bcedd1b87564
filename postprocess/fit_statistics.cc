#include "postprocess/fit_statistics.h"

#include <Eigen/Eigenvalues>
#include <boost/math/distributions/students_t.hpp>

#include <cmath>
#include <limits>

namespace lumbarfem
{
FitStatistics fit_statistics(const Eigen::MatrixXd &jacobian, const Eigen::VectorXd &residuals)
{
  const int n = static_cast<int>(jacobian.cols());
  const double infinity = std::numeric_limits<double>::infinity();
  FitStatistics result;
  result.degrees_of_freedom = static_cast<int>(jacobian.rows()) - n;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(jacobian.transpose() * jacobian);
  result.eigenvalues = eigen.eigenvalues().reverse();
  result.combinations = eigen.eigenvectors().rowwise().reverse();
  result.covariance = Eigen::MatrixXd::Zero(n, n);
  result.half_width = Eigen::VectorXd::Constant(n, infinity);
  result.combination_half_width = Eigen::VectorXd::Constant(n, infinity);
  if (result.degrees_of_freedom < 1) {
    result.standard_error = std::nan("");
    result.covariance.setConstant(infinity);
    return result;
  }
  const double variance = residuals.squaredNorm() / result.degrees_of_freedom;
  result.standard_error = std::sqrt(variance);
  const double t = boost::math::quantile(boost::math::students_t(result.degrees_of_freedom), 0.975);
  // Below these an eigenvalue and a share of a combination are rounding.
  const double least = 1e-12 * std::max(result.eigenvalues[0], 0.), least_share = 1e-6;
  for (int k = 0; k < n; ++k) {
    const bool is_seen = result.eigenvalues[k] > least;
    const double of_combination = is_seen ? variance / result.eigenvalues[k] : infinity;
    result.combination_half_width[k] = t * std::sqrt(of_combination);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) {
        const double share = result.combinations(i, k) * result.combinations(j, k);
        if (is_seen)
          result.covariance(i, j) += share * of_combination;
        else if (std::abs(share) > least_share * least_share)
          result.covariance(i, j) = std::copysign(infinity, share);
      }
  }
  for (int i = 0; i < n; ++i)
    result.half_width[i] = t * std::sqrt(result.covariance(i, i));
  return result;
}
} // namespace lumbarfem
