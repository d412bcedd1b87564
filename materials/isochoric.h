/// What the split laws share: modified strains and the projection of their stresses and tangents.
#pragma once

#include "base/types.h"

#include <cmath>

namespace lumbarfem
{
/// b = F F^T.
inline Vector6 left_cauchy_green(const Matrix3 &F)
{
  Vector6 b;
  for (int A = 0; A < 6; ++A) {
    const int i = voigt_row[A], j = voigt_column[A];
    b(A) = F(i, 0) * F(j, 0) + F(i, 1) * F(j, 1) + F(i, 2) * F(j, 2);
  }
  return b;
}

/// J^(-2/3), the factor between b and its isochoric part.
inline double isochoric_factor(const Matrix3 &F)
{
  const double stretch = std::cbrt(F.determinant());
  return 1 / (stretch * stretch);
}

inline double trace(const Vector6 &a) { return a(0) + a(1) + a(2); }

/// a_i a_j.
inline Vector6 dyad(const Vector3 &a)
{
  Vector6 m;
  m << a(0) * a(0), a(1) * a(1), a(2) * a(2), a(0) * a(1), a(1) * a(2), a(0) * a(2);
  return m;
}

/// Square a.a of a symmetric tensor.
inline Vector6 square(const Vector6 &a)
{
  Vector6 s;
  s << a(0) * a(0) + a(3) * a(3) + a(5) * a(5), a(3) * a(3) + a(1) * a(1) + a(4) * a(4),
      a(5) * a(5) + a(4) * a(4) + a(2) * a(2), a(0) * a(3) + a(3) * a(1) + a(5) * a(4),
      a(3) * a(5) + a(1) * a(4) + a(4) * a(2), a(0) * a(5) + a(3) * a(4) + a(5) * a(2);
  return s;
}

/// Adds factor (a_ik b_jl + a_il b_jk + b_ik a_jl + b_il a_jk) / 4; with a = b: factor (a_ik a_jl + a_il a_jk) / 2.
inline void add_symmetric_product(Matrix6 &c, double factor, const Vector6 &a, const Vector6 &b)
{
  for (int A = 0; A < 6; ++A)
    for (int B = A; B < 6; ++B) {
      const int i = voigt_row[A], j = voigt_column[A], k = voigt_row[B], l = voigt_column[B];
      const int ik = voigt_index[i][k], jl = voigt_index[j][l], il = voigt_index[i][l], jk = voigt_index[j][k];
      const double value = 0.25 * factor * (a(ik) * b(jl) + a(il) * b(jk) + b(ik) * a(jl) + b(il) * a(jk));
      c(A, B) += value;
      if (A != B)
        c(B, A) += value;
    }
}

/// From the fictitious Kirchhoff stress tau_bar (in @p tau) and its tangent c_bar (in @p c, if not null), both with
/// respect to the isochoric b, to the isochoric stress and its spatial tangent, in place:
///   tau = dev tau_bar,
///   c   = P : c_bar : P + 2/3 tr(tau_bar) (I_sym - 1/3 1x1) - 2/3 (1 x tau + tau x 1),  P = I_sym - 1/3 1x1.
/// Source: Miehe 1994, doi 10.1002/nme.1620371202; Holzapfel, Nonlinear Solid Mechanics (2000), sections 6.4 and 6.6.
inline void project_isochoric(Vector6 &tau, Matrix6 *c)
{
  const double trace_bar = trace(tau);
  tau.head<3>().array() -= trace_bar / 3;
  if (!c)
    return;
  // P : c_bar : P and the two outer products are one symmetric rank-two update with 1 = (1 1 1 0 0 0).
  const Vector6 row_sum = c->col(0) + c->col(1) + c->col(2);
  const Vector6 outer = (-1. / 3) * row_sum - (2. / 3) * tau;
  const double constant = trace(row_sum) / 9 - (2. / 9) * trace_bar;
  for (int B = 0; B < 3; ++B) {
    c->col(B) += outer;
    c->row(B) += outer.transpose();
    c->col(B).head<3>().array() += constant;
  }
  for (int A = 0; A < 3; ++A) {
    (*c)(A, A) += (2. / 3) * trace_bar;
    (*c)(A + 3, A + 3) += (1. / 3) * trace_bar;
  }
}
} // namespace lumbarfem
