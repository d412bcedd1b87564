/// Scalars of stress and strain tensors.
#pragma once

#include "base/types.h"

#include <cmath>

namespace lumbarfem
{
/// -tr(sigma)/3 (MPa): positive in compression.
inline double pressure_of(const Matrix3 &cauchy) { return -cauchy.trace() / 3; }

inline double von_mises(const Matrix3 &cauchy)
{
  const Matrix3 deviator = cauchy - cauchy.trace() / 3 * Matrix3::Identity();
  return std::sqrt(1.5) * deviator.norm();
}

/// Eigenvalues in rising order.
inline Vector3 principal_values(const Matrix3 &symmetric)
{
  Eigen::SelfAdjointEigenSolver<Matrix3> solver;
  solver.computeDirect(symmetric, Eigen::EigenvaluesOnly);
  return solver.eigenvalues();
}

/// Principal logarithmic strains in rising order.
inline Vector3 logarithmic_strains(const Matrix3 &F) { return 0.5 * principal_values(F.transpose() * F).array().log(); }
} // namespace lumbarfem
