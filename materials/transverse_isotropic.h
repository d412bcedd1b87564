/// St. Venant-Kirchhoff with one stiff axis. Page: docs/laws/transverse_isotropic.md
#pragma once

#include "materials/linear_elastic.h"

namespace lumbarfem
{
/// S = C:E with the axis A of the reference configuration (superior direction of the bone): fibres->direction[0] if
/// @p fibres is not null, else global z. In invariants of E, with e = A.E A, in MPa:
///   W = lambda/2 (tr E)^2 + mu_T E:E + alpha e tr E + 2 (mu_L - mu_T) A.E^2 A + beta/2 e^2.
/// The five constants follow from the engineering constants (t = transverse, a = axial):
///   strain_t = sigma_t/E_t - nu_tt sigma_t'/E_t - nu_at sigma_a/E_a,  strain_a = sigma_a/E_a - nu_at (sigma_t +
///   sigma_t')/E_a.
/// First index: direction of the load; second: direction of the contraction. So poisson_axial_transverse = nu_at is
/// the sideways contraction under axial load, and nu_ta = nu_at E_t/E_a.
/// Positive definite when 1 - nu_tt - 2 nu_at^2 E_t/E_a > 0 and |nu_tt| < 1; other constants are refused.
/// Source: Bonet & Burton 1998, doi 10.1016/S0045-7825(97)00339-3.
class TransverseIsotropic final : public Law
{
public:
  explicit TransverseIsotropic(const LawParameters &parameters);
  double energy(const Matrix3 &F, const FibrePoint *fibres) const override;
  void stress(const Matrix3 &F, const FibrePoint *fibres, Vector6 &tau, Matrix6 *tangent) const override;
  StretchRange meaningful_stretch() const override { return st_venant_kirchhoff_range(); }

private:
  double lambda_, mu_transverse_, mu_axial_, alpha_, beta_;
};

LawDescription transverse_isotropic_description();
} // namespace lumbarfem
