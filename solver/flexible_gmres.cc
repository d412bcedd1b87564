#include "solver/flexible_gmres.h"

#include <Eigen/Dense>

#include <cmath>

namespace lumbarfem
{
GmresReport flexible_gmres(const Precondition &precondition, const std::vector<double> &b,
                           const std::vector<double> &weights, double tolerance, int max_iterations,
                           std::vector<double> &x)
{
  using Eigen::VectorXd;
  const auto n = static_cast<Eigen::Index>(b.size());
  const Eigen::Map<const Eigen::ArrayXd> weight(weights.data(), n);
  GmresReport report;
  x.assign(b.size(), 0.);
  // Krylov vectors are kept in weighted entries, so that their plain products are those of the norm.
  const VectorXd start = weight * Eigen::Map<const Eigen::ArrayXd>(b.data(), n);
  const double norm = start.norm();
  if (!std::isfinite(norm))
    return report;
  if (norm == 0) {
    report.converged = true;
    report.residual = 0;
    return report;
  }
  std::vector<VectorXd> krylov(1, start / norm);
  std::vector<std::vector<double>> corrections;
  Eigen::MatrixXd hessenberg = Eigen::MatrixXd::Zero(max_iterations + 1, max_iterations);
  VectorXd y;
  std::vector<double> r(b.size()), product(b.size());
  while (report.iterations < max_iterations && !report.converged) {
    const int k = report.iterations;
    Eigen::Map<Eigen::ArrayXd>(r.data(), n) = krylov[k].array() / weight;
    corrections.emplace_back(b.size());
    precondition(r, corrections.back(), product);
    VectorXd w = weight * Eigen::Map<const Eigen::ArrayXd>(product.data(), n);
    for (int pass = 0; pass < 2; ++pass) // twice is enough (Giraud 2005)
      for (int l = 0; l <= k; ++l) {
        const double share = w.dot(krylov[l]);
        hessenberg(l, k) += share;
        w -= share * krylov[l];
      }
    const double rest = hessenberg(k + 1, k) = w.norm();
    if (!std::isfinite(rest))
      return report;
    ++report.iterations;
    VectorXd right = VectorXd::Zero(k + 2);
    right(0) = norm;
    const auto H = hessenberg.topLeftCorner(k + 2, k + 1);
    y = H.colPivHouseholderQr().solve(right);
    report.residual = (right - H * y).norm() / norm;
    report.converged = report.residual <= tolerance || rest <= 1e-14 * norm;
    krylov.push_back(w / (rest > 0 ? rest : 1.));
  }
  for (int l = 0; l < report.iterations; ++l)
    Eigen::Map<VectorXd>(x.data(), n) += y(l) * Eigen::Map<const VectorXd>(corrections[l].data(), n);
  return report;
}
} // namespace lumbarfem
