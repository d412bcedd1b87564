#include "materials/neo_hooke.h"

#include "materials/isochoric.h"
#include "materials/law_parameters.h"
#include "materials/volumetric.h"

namespace lumbarfem
{
NeoHooke::NeoHooke(const LawParameters &parameters) : c10_(parameters.numbers.at("c10_MPa"))
{
  volumetric_ = make_volumetric(parameters);
}

double NeoHooke::energy(const Matrix3 &F, const FibrePoint *) const
{
  return c10_ * (isochoric_factor(F) * F.squaredNorm() - 3);
}

void NeoHooke::stress(const Matrix3 &F, const FibrePoint *, Vector6 &tau, Matrix6 *tangent) const
{
  tau = (2 * c10_ * isochoric_factor(F)) * left_cauchy_green(F);
  if (tangent)
    tangent->setZero();
  project_isochoric(tau, tangent);
}

LawDescription neo_hooke_description()
{
  LawDescription law;
  law.name = "neo_hooke";
  law.title = "neo-Hooke";
  law.citation = "Treloar 1943, doi 10.1039/tf9433900241";
  law.keys = {positive_key("c10_MPa", "MPa", "Constant C10, half of the initial shear modulus.")};
  for (const Key &key : volumetric_keys())
    law.keys.push_back(key);
  law.make = [](const LawParameters &parameters) { return std::make_shared<NeoHooke>(parameters); };
  return law;
}
} // namespace lumbarfem
