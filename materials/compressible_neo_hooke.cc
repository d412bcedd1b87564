#include "materials/compressible_neo_hooke.h"

#include "materials/isochoric.h"
#include "materials/law_parameters.h"

namespace lumbarfem
{
namespace
{
const Vector6 unit = to_voigt(Matrix3::Identity());
} // namespace

CompressibleNeoHooke::CompressibleNeoHooke(const LawParameters &parameters)
{
  const double E = parameters.numbers.at("modulus_MPa"), nu = parameters.numbers.at("poisson_ratio");
  lambda_ = E * nu / ((1 + nu) * (1 - 2 * nu));
  mu_ = E / (2 * (1 + nu));
}

double CompressibleNeoHooke::energy(const Matrix3 &F, const FibrePoint *) const
{
  const double log_J = std::log(F.determinant());
  return 0.5 * mu_ * (F.squaredNorm() - 3) - mu_ * log_J + 0.5 * lambda_ * log_J * log_J;
}

void CompressibleNeoHooke::stress(const Matrix3 &F, const FibrePoint *, Vector6 &tau, Matrix6 *tangent) const
{
  const double log_J = std::log(F.determinant());
  tau = mu_ * left_cauchy_green(F) + (lambda_ * log_J - mu_) * unit;
  if (tangent) {
    *tangent = (lambda_ * unit).lazyProduct(unit.transpose());
    add_symmetric_product(*tangent, 2 * (mu_ - lambda_ * log_J), unit, unit);
  }
}

LawDescription compressible_neo_hooke_description()
{
  LawDescription law;
  law.name = "compressible_neo_hooke";
  law.title = "compressible neo-Hooke";
  law.citation = "Bonet & Wood 2008, Nonlinear Continuum Mechanics for Finite Element Analysis, section 6.4.3";
  law.keys = {positive_key("modulus_MPa", "MPa", "Young's modulus at small strain."), compressible_poisson_key()};
  law.make = [](const LawParameters &parameters) { return std::make_shared<CompressibleNeoHooke>(parameters); };
  return law;
}
} // namespace lumbarfem
