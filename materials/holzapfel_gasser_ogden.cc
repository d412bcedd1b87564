#include "materials/holzapfel_gasser_ogden.h"

#include "materials/isochoric.h"
#include "materials/law_parameters.h"
#include "materials/mooney_rivlin.h"
#include "materials/volumetric.h"

namespace lumbarfem
{
namespace
{
constexpr double largest_exponent = 60;

/// exp(y) - 1 and its derivatives, with the quadratic Taylor polynomial of exp beyond largest_exponent.
double guarded_expm1(double y)
{
  if (y <= largest_exponent)
    return std::expm1(y);
  const double t = y - largest_exponent;
  return std::exp(largest_exponent) * (1 + t * (1 + 0.5 * t));
}
struct ExponentialDerivatives {
  double first, second;
};
ExponentialDerivatives guarded_exp(double y)
{
  if (y <= largest_exponent) {
    const double value = std::exp(y);
    return {value, value};
  }
  const double value = std::exp(largest_exponent);
  return {value * (1 + y - largest_exponent), value};
}
} // namespace

HolzapfelGasserOgden::HolzapfelGasserOgden(const LawParameters &parameters)
    : c10_(parameters.numbers.at("c10_MPa")), c01_(parameters.numbers.at("c01_MPa")),
      kappa_(parameters.numbers.at("kappa")), smoothing_(parameters.numbers.at("smoothing_strain")),
      isochoric_(parameters.words.at("form") == "isochoric")
{
  volumetric_ = make_volumetric(parameters);
}

HolzapfelGasserOgden::HalfSquare HolzapfelGasserOgden::smoothed(double E) const
{
  if (E <= 0)
    return {0, 0, 0};
  if (E >= smoothing_)
    return {0.5 * E * E, E, 1};
  const double x = E / smoothing_;
  return {0.5 * smoothing_ * smoothing_ * x * x * x * (3 + x * (-3 + x)),
          0.5 * smoothing_ * x * x * (9 + x * (-12 + 5 * x)), x * (9 + x * (-18 + 10 * x))};
}

HolzapfelGasserOgden::FibreStrain HolzapfelGasserOgden::fibre_strain(const Matrix3 &F, double factor, const Vector6 &b,
                                                                     const Vector3 &direction) const
{
  const Vector3 a = F * direction;
  const double along = 1 - 3 * kappa_;
  return {kappa_ * (trace(b) - 3) + along * (factor * a.squaredNorm() - 1), kappa_ * b + (along * factor) * dyad(a)};
}

double HolzapfelGasserOgden::energy(const Matrix3 &F, const FibrePoint *fibres) const
{
  const double factor = isochoric_factor(F);
  const Vector6 b = left_cauchy_green(F);
  double energy = mooney_rivlin_energy(c10_, c01_, factor * b);
  if (fibres)
    for (const Vector3 &direction : fibres->direction) {
      const double E =
          isochoric_ ? fibre_strain(F, factor, factor * b, direction).value : fibre_strain(F, 1, b, direction).value;
      const double q = smoothed(E).value, exponent = 2 * fibres->k2 * q;
      // k1/(2 k2) [exp(2 k2 q) - 1] in a form that k2 = 0 does not spoil
      energy += fibres->k1_MPa * q * (exponent > 0 ? guarded_expm1(exponent) / exponent : 1);
    }
  return energy;
}

/// With q = s^2/2, f = exp and y = 2 k2 q:
///   dW/dE = k1 q' f'(y),  d2W/dE2 = k1 [q'' f'(y) + 2 k2 q'^2 f''(y)],
///   tau_a = 2 dW/dE H,  c_a = 4 d2W/dE2 H x H,  H = kappa b + (1 - 3 kappa) FA x FA (barred when isochoric).
void HolzapfelGasserOgden::stress(const Matrix3 &F, const FibrePoint *fibres, Vector6 &tau, Matrix6 *tangent) const
{
  const double factor = isochoric_factor(F);
  const Vector6 b = left_cauchy_green(F), b_bar = factor * b;
  mooney_rivlin_stress(c10_, c01_, b_bar, tau, tangent);
  if (!isochoric_)
    project_isochoric(tau, tangent); // the ground alone; fibres of the unsplit form stay as they are
  if (fibres)
    for (const Vector3 &direction : fibres->direction) {
      const FibreStrain strain =
          isochoric_ ? fibre_strain(F, factor, b_bar, direction) : fibre_strain(F, 1, b, direction);
      if (strain.value <= 0)
        continue;
      const HalfSquare q = smoothed(strain.value);
      const ExponentialDerivatives f = guarded_exp(2 * fibres->k2 * q.value);
      tau += (2 * fibres->k1_MPa * q.first * f.first) * strain.derivative;
      if (tangent) {
        const double second = fibres->k1_MPa * (q.second * f.first + 2 * fibres->k2 * q.first * q.first * f.second);
        const Vector6 scaled = (4 * second) * strain.derivative;
        *tangent += scaled.lazyProduct(strain.derivative.transpose());
      }
    }
  if (isochoric_)
    project_isochoric(tau, tangent);
}

std::array<double, 2> HolzapfelGasserOgden::fibre_stress(const Matrix3 &F, const FibrePoint *fibres) const
{
  std::array<double, 2> stress = {0, 0};
  if (!fibres)
    return stress;
  const double factor = isochoric_ ? isochoric_factor(F) : 1;
  const Vector6 b = factor * left_cauchy_green(F);
  for (int family = 0; family < 2; ++family) {
    const Vector3 &direction = fibres->direction[family];
    FibreStrain strain = fibre_strain(F, factor, b, direction);
    if (strain.value <= 0)
      continue;
    const HalfSquare q = smoothed(strain.value);
    if (isochoric_)
      project_isochoric(strain.derivative, nullptr);
    const Vector3 n = (F * direction).normalized();
    stress[family] = 2 * fibres->k1_MPa * q.first * guarded_exp(2 * fibres->k2 * q.value).first *
                     n.dot(from_voigt(strain.derivative) * n) / F.determinant();
  }
  return stress;
}

LawDescription holzapfel_gasser_ogden_description()
{
  LawDescription law;
  law.name = "holzapfel_gasser_ogden";
  law.title = "Holzapfel-Gasser-Ogden";
  law.citation = "Gasser, Ogden & Holzapfel 2006, doi 10.1098/rsif.2005.0073";
  Key kappa = non_negative_key("kappa", "-", "Dispersion of the fibres: 0 aligned, 1/3 isotropic.", "0");
  kappa.maximum = 1. / 3;
  Key smoothing{"smoothing_strain", KeyType::number, "-", "0.005",
                "Fibre strain below which the onset of tension is smoothed."};
  smoothing.minimum = 0;
  smoothing.minimum_excluded = true;
  smoothing.maximum = 0.1;
  Key form{"form", KeyType::text, "-", "\"isochoric\"",
           "Fibre strain from the isochoric (Abaqus, most published constants) or from the full invariants."};
  form.allowed = {"isochoric", "unsplit"};
  law.keys = {
      positive_key("c10_MPa", "MPa", "Constant C10 of the ground substance, first modified invariant."),
      non_negative_key("c01_MPa", "MPa", "Constant C01 of the ground substance, second modified invariant.", "0"),
      kappa, smoothing, form};
  for (const Key &key : volumetric_keys())
    law.keys.push_back(key);
  law.make = [](const LawParameters &parameters) { return std::make_shared<HolzapfelGasserOgden>(parameters); };
  return law;
}
} // namespace lumbarfem
