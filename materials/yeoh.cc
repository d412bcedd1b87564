#include "materials/yeoh.h"

#include "materials/isochoric.h"
#include "materials/law_parameters.h"
#include "materials/volumetric.h"

namespace lumbarfem
{
Yeoh::Yeoh(const LawParameters &parameters)
    : c10_(parameters.numbers.at("c10_MPa")), c20_(parameters.numbers.at("c20_MPa")),
      c30_(parameters.numbers.at("c30_MPa"))
{
  volumetric_ = make_volumetric(parameters);
}

double Yeoh::energy(const Matrix3 &F, const FibrePoint *) const
{
  const double x = isochoric_factor(F) * F.squaredNorm() - 3;
  return x * (c10_ + x * (c20_ + x * c30_));
}

void Yeoh::stress(const Matrix3 &F, const FibrePoint *, Vector6 &tau, Matrix6 *tangent) const
{
  const Vector6 b = isochoric_factor(F) * left_cauchy_green(F);
  const double x = trace(b) - 3;
  tau = 2 * (c10_ + x * (2 * c20_ + 3 * x * c30_)) * b;
  if (tangent)
    *tangent = (4 * (2 * c20_ + 6 * c30_ * x) * b).lazyProduct(b.transpose());
  project_isochoric(tau, tangent);
}

LawDescription yeoh_description()
{
  LawDescription law;
  law.name = "yeoh";
  law.title = "Yeoh";
  law.citation = "Yeoh 1993, doi 10.5254/1.3538343";
  law.keys = {positive_key("c10_MPa", "MPa", "Linear constant, half of the initial shear modulus."),
              non_negative_key("c20_MPa", "MPa", "Quadratic constant."),
              non_negative_key("c30_MPa", "MPa", "Cubic constant.")};
  for (const Key &key : volumetric_keys())
    law.keys.push_back(key);
  law.make = [](const LawParameters &parameters) { return std::make_shared<Yeoh>(parameters); };
  return law;
}
} // namespace lumbarfem
