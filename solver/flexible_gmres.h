/// Flexible generalised minimal residuals (Saad 1993), right preconditioned.
#pragma once

#include <functional>
#include <vector>

namespace lumbarfem
{
struct GmresReport {
  int iterations = 0;
  bool converged = false;
  double residual = 1; ///< relative, true (right preconditioning leaves it alone)
};

/// @p precondition (r, z, Kz): an approximate solution z of K z = r and its product with K. It may change from one
/// iteration to the next.
using Precondition =
    std::function<void(const std::vector<double> &r, std::vector<double> &z, std::vector<double> &product)>;

/// Solves K x = b from x = 0 until the residual, in the norm sum (weight_k r_k)^2, has fallen by @p tolerance. Vectors
/// are complete on every rank, so that all ranks do the same.
GmresReport flexible_gmres(const Precondition &precondition, const std::vector<double> &b,
                           const std::vector<double> &weights, double tolerance, int max_iterations,
                           std::vector<double> &x);
} // namespace lumbarfem
