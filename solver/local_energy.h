/// Gradient and Hessian of a small energy by nested forward differentiation (Sacado): exact and symmetric.
#pragma once

#include <Eigen/Dense>
#include <Sacado.hpp>

namespace lumbarfem
{
/// @p energy: callable with `const Scalar *` of n values, for any scalar type. Returns the energy.
template <int n, typename Energy>
double differentiate(const Energy &energy, const double *values, Eigen::VectorXd *gradient, Eigen::MatrixXd *hessian)
{
  if (!gradient && !hessian)
    return energy(values);
  using Inner = Sacado::Fad::SFad<double, n>;
  if (!hessian) {
    Inner x[n];
    for (int i = 0; i < n; ++i)
      x[i] = Inner(n, i, values[i]);
    const Inner result = energy(x);
    gradient->resize(n);
    for (int i = 0; i < n; ++i)
      (*gradient)(i) = result.dx(i);
    return result.val();
  }
  using Outer = Sacado::Fad::SFad<Inner, n>;
  Outer x[n];
  for (int i = 0; i < n; ++i) {
    x[i] = Outer(n, i, Inner(n, i, values[i]));
  }
  const Outer result = energy(x);
  gradient->resize(n);
  hessian->resize(n, n);
  for (int i = 0; i < n; ++i) {
    (*gradient)(i) = result.dx(i).val();
    for (int j = 0; j < n; ++j)
      (*hessian)(i, j) = result.dx(i).dx(j);
  }
  return result.val().val();
}
} // namespace lumbarfem
