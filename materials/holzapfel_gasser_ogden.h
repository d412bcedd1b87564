/// Holzapfel-Gasser-Ogden: two dispersed, tension-only fibre families in a soft ground. Page:
/// docs/laws/holzapfel_gasser_ogden.md
#pragma once

#include "materials/law.h"

namespace lumbarfem
{
/// W = C10 (I1bar - 3) + C01 (I2bar - 3) + k1/(2 k2) sum_a {exp[k2 s(E_a)^2] - 1} + U(J), moduli in MPa,
///   E_a = kappa (I1 - 3) + (1 - 3 kappa) (I4a - 1),  I4a = |F A_a|^2,
/// with I1bar, I4bar in E_a for form = "isochoric" (Abaqus; published constants mostly belong to it) and I1, I4 for
/// form = "unsplit". Directions A_a, k1 and k2 are those of the FibrePoint; without one the ground substance alone
/// acts.
///
/// Tension only: fibres act when their strain E_a is positive, which is not the same as I4a > 1. The switch is smoothed
/// with d = smoothing_strain:
///   s^2 = 0 for E <= 0,  E^2 [1 - (1 - E/d)^3] for 0 < E < d,  E^2 from d on.
/// So stress and tangent are continuous (W is twice continuously differentiable and convex in E), zero at F = 1, and
/// equal to the unsmoothed law beyond d. The exponential is continued by its quadratic Taylor polynomial where
/// k2 s^2 > 60, so that iterates of a solver give finite numbers; a fibre there carries more than 1e26 times k1.
/// Source: Gasser, Ogden & Holzapfel 2006, doi 10.1098/rsif.2005.0073; Abaqus Theory Guide, anisotropic
/// hyperelasticity.
class HolzapfelGasserOgden final : public Law
{
public:
  explicit HolzapfelGasserOgden(const LawParameters &parameters);
  double energy(const Matrix3 &F, const FibrePoint *fibres) const override;
  void stress(const Matrix3 &F, const FibrePoint *fibres, Vector6 &tau, Matrix6 *tangent) const override;
  /// n . sigma_a n with n the deformed unit direction and sigma_a the stress of family a alone (its deviator when the
  /// form is isochoric), MPa.
  std::array<double, 2> fibre_stress(const Matrix3 &F, const FibrePoint *fibres) const override;
  bool has_fibres() const override { return true; }

private:
  /// Strain E of one family and its derivative H, dE = H : d with the rate of deformation d/2, pushed forward.
  struct FibreStrain {
    double value;
    Vector6 derivative;
  };
  FibreStrain fibre_strain(const Matrix3 &F, double factor, const Vector6 &b, const Vector3 &direction) const;
  /// s^2/2 and its first two derivatives with respect to E.
  struct HalfSquare {
    double value, first, second;
  };
  HalfSquare smoothed(double E) const;

  double c10_, c01_, kappa_, smoothing_;
  bool isochoric_;
};

LawDescription holzapfel_gasser_ogden_description();
} // namespace lumbarfem
