#include "materials/linear_elastic.h"

#include "materials/isochoric.h"
#include "materials/law_parameters.h"

namespace lumbarfem
{
LinearElastic::LinearElastic(const LawParameters &parameters)
{
  const double E = parameters.numbers.at("modulus_MPa"), nu = parameters.numbers.at("poisson_ratio");
  lambda_ = E * nu / ((1 + nu) * (1 - 2 * nu));
  mu_ = E / (2 * (1 + nu));
}

double LinearElastic::energy(const Matrix3 &F, const FibrePoint *) const
{
  const Matrix3 strain = 0.5 * (F.transpose() * F - Matrix3::Identity());
  const double dilatation = strain.trace();
  return 0.5 * lambda_ * dilatation * dilatation + mu_ * strain.squaredNorm();
}

void LinearElastic::stress(const Matrix3 &F, const FibrePoint *, Vector6 &tau, Matrix6 *tangent) const
{
  const Vector6 b = left_cauchy_green(F);
  const double dilatation = 0.5 * (trace(b) - 3);
  tau = (lambda_ * dilatation - mu_) * b + mu_ * square(b);
  if (tangent) {
    *tangent = (lambda_ * b).lazyProduct(b.transpose());
    add_symmetric_product(*tangent, 2 * mu_, b, b);
  }
}

StretchRange st_venant_kirchhoff_range()
{
  StretchRange range;
  range.least = 1 / std::sqrt(3.);
  range.beyond = "softens under compression";
  return range;
}

LawDescription linear_elastic_description()
{
  LawDescription law;
  law.name = "linear_elastic";
  law.title = "St. Venant-Kirchhoff (linear elastic)";
  law.citation = "Bonet & Wood 2008, Nonlinear Continuum Mechanics for Finite Element Analysis, section 6.4";
  law.keys = {positive_key("modulus_MPa", "MPa", "Young's modulus."), compressible_poisson_key()};
  law.make = [](const LawParameters &parameters) { return std::make_shared<LinearElastic>(parameters); };
  return law;
}
} // namespace lumbarfem
