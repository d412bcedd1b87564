#include "materials/mooney_rivlin.h"

#include "materials/isochoric.h"
#include "materials/law_parameters.h"
#include "materials/volumetric.h"

namespace lumbarfem
{
double mooney_rivlin_energy(double c10, double c01, const Vector6 &b)
{
  const double I1 = trace(b), I2 = 0.5 * (I1 * I1 - trace(square(b)));
  return c10 * (I1 - 3) + c01 * (I2 - 3);
}

void mooney_rivlin_stress(double c10, double c01, const Vector6 &b, Vector6 &tau, Matrix6 *tangent)
{
  tau = (2 * c10) * b;
  if (tangent)
    tangent->setZero();
  if (c01 == 0) // the ground substance of fibre laws is often neo-Hooke: spare the products
    return;
  tau += (2 * c01) * (trace(b) * b - square(b));
  if (tangent) {
    *tangent = (4 * c01 * b).lazyProduct(b.transpose());
    add_symmetric_product(*tangent, -4 * c01, b, b);
  }
}

MooneyRivlin::MooneyRivlin(const LawParameters &parameters)
    : c10_(parameters.numbers.at("c10_MPa")), c01_(parameters.numbers.at("c01_MPa"))
{
  volumetric_ = make_volumetric(parameters);
}

double MooneyRivlin::energy(const Matrix3 &F, const FibrePoint *) const
{
  return mooney_rivlin_energy(c10_, c01_, isochoric_factor(F) * left_cauchy_green(F));
}

void MooneyRivlin::stress(const Matrix3 &F, const FibrePoint *, Vector6 &tau, Matrix6 *tangent) const
{
  mooney_rivlin_stress(c10_, c01_, isochoric_factor(F) * left_cauchy_green(F), tau, tangent);
  project_isochoric(tau, tangent);
}

LawDescription mooney_rivlin_description()
{
  LawDescription law;
  law.name = "mooney_rivlin";
  law.title = "Mooney-Rivlin";
  law.citation = "Mooney 1940, doi 10.1063/1.1712836; Rivlin 1948, doi 10.1098/rsta.1948.0024";
  law.keys = {positive_key("c10_MPa", "MPa", "Constant C10 of the first modified invariant."),
              non_negative_key("c01_MPa", "MPa", "Constant C01 of the second modified invariant.")};
  for (const Key &key : volumetric_keys())
    law.keys.push_back(key);
  law.make = [](const LawParameters &parameters) { return std::make_shared<MooneyRivlin>(parameters); };
  return law;
}
} // namespace lumbarfem
