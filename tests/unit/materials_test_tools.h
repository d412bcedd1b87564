/// What the tests of materials share: repeatable random states and the measured order of difference quotients.
#pragma once

#include "materials/tissue_library.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace lumbarfem
{
/// Same numbers in every run and on every platform's engine; each test makes its own.
class RandomStates
{
public:
  explicit RandomStates(unsigned seed = 20261120) : engine_(seed) {}
  double uniform() { return 2 * (static_cast<double>(engine_()) / 18446744073709551615.) - 1; } // -1 .. 1
  Vector3 direction()
  {
    Vector3 v;
    do
      v = Vector3(uniform(), uniform(), uniform());
    while (v.norm() < 0.1 || v.norm() > 1);
    return v.normalized();
  }
  Matrix3 rotation() { return Eigen::AngleAxisd(pi * uniform(), direction()).toRotationMatrix(); }
  /// Rotated 1 + amplitude x (entries in -1 .. 1) with determinant above 0.3.
  Matrix3 deformation(double amplitude)
  {
    Matrix3 F;
    do {
      F = Matrix3::Identity();
      for (int i = 0; i < 9; ++i)
        F(i / 3, i % 3) += amplitude * uniform();
    } while (F.determinant() < 0.3);
    return rotation() * F;
  }
  FibrePoint fibres(double k1_MPa, double k2) { return {{direction(), direction()}, k1_MPa, k2}; }

private:
  std::mt19937_64 engine_;
};

/// Slope of log(error) over log(step) by least squares.
inline double measured_order(const std::vector<double> &steps, const std::vector<double> &errors)
{
  double x = 0, y = 0, xx = 0, xy = 0;
  const double n = static_cast<double>(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double a = std::log(steps[i]), b = std::log(errors[i] + 1e-300);
    x += a, y += b, xx += a * a, xy += a * b;
  }
  return (n * xy - x * y) / (n * xx - x * x);
}

/// Relative errors of central differences must fall with the square of the step or be round-off throughout.
inline void expect_second_order(const std::vector<double> &steps, const std::vector<double> &errors)
{
  double largest = 0;
  for (const double error : errors)
    largest = std::max(largest, error);
  if (largest < 1e-9)
    return;
  const double order = measured_order(steps, errors);
  EXPECT_GT(order, 1.8) << "largest relative error " << largest;
  EXPECT_LT(order, 2.2) << "largest relative error " << largest;
  EXPECT_LT(errors.back(), 1e-3);
}

inline std::vector<double> halved_steps(double first, int n)
{
  std::vector<double> steps;
  for (int i = 0; i < n; ++i)
    steps.push_back(first * std::pow(0.5, i));
  return steps;
}

/// First Piola-Kirchhoff stress dW/dF by central differences.
inline Matrix3 energy_differences(const Law &law, const Matrix3 &F, const FibrePoint *fibres, double step)
{
  Matrix3 P;
  for (int i = 0; i < 9; ++i) {
    Matrix3 plus = F, minus = F;
    plus(i / 3, i % 3) += step;
    minus(i / 3, i % 3) -= step;
    P(i / 3, i % 3) = (law.energy(plus, fibres) - law.energy(minus, fibres)) / (2 * step);
  }
  return P;
}

/// Spatial tangent by central differences of S = F^-1 tau F^-T along symmetric velocity gradients d, pushed forward:
/// c : d = F dS F^T (the Lie derivative of tau), column B with d = sym(e_k x e_l).
inline Matrix6 stress_differences(const Law &law, const Matrix3 &F, const FibrePoint *fibres, double step)
{
  const auto pulled_back = [&](const Matrix3 &state) {
    Vector6 tau;
    law.stress(state, fibres, tau, nullptr);
    const Matrix3 inverse = state.inverse();
    return Matrix3(inverse * from_voigt(tau) * inverse.transpose());
  };
  Matrix6 c;
  for (int B = 0; B < 6; ++B) {
    Matrix3 d = Matrix3::Zero();
    d(voigt_row[B], voigt_column[B]) += 0.5;
    d(voigt_column[B], voigt_row[B]) += 0.5;
    const Matrix3 I = Matrix3::Identity();
    const Matrix3 dS = (pulled_back((I + step * d) * F) - pulled_back((I - step * d) * F)) / (2 * step);
    c.col(B) = to_voigt(F * dS * F.transpose());
  }
  return c;
}

/// Fibre strain E_a of the Holzapfel-Gasser-Ogden law, written anew.
inline double fibre_strain(const Matrix3 &F, const Vector3 &direction, double kappa, bool isochoric)
{
  const Matrix3 G = isochoric ? Matrix3(F / std::cbrt(F.determinant())) : F;
  return kappa * ((G.transpose() * G).trace() - 3) + (1 - 3 * kappa) * ((G * direction).squaredNorm() - 1);
}
} // namespace lumbarfem
