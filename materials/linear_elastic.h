/// St. Venant-Kirchhoff: linear elasticity, safe under large rotation. Page: docs/laws/linear_elastic.md
#pragma once

#include "materials/law.h"

namespace lumbarfem
{
/// Of all laws that are linear in the Green-Lagrange strain.
StretchRange st_venant_kirchhoff_range();

/// W = lambda/2 (tr E)^2 + mu E:E, E = (F^T F - 1)/2, S = lambda tr E 1 + 2 mu E, from Young's modulus (MPa) and
/// Poisson's ratio. Pushed forward, with b = F F^T:
///   tau = lambda tr E b + mu (b.b - b),  c_ijkl = lambda b_ij b_kl + mu (b_ik b_jl + b_il b_jk).
/// For small strain: below a stretch x of 1/sqrt(3) (42 % shortening), where the nominal stress Y (x^3 - x)/2 of a bar
/// with Young's modulus Y has its minimum, it softens. Not split (volumetric() is null): Poisson's ratio up to 0.45.
/// Source: Bonet & Wood, Nonlinear Continuum Mechanics for Finite Element Analysis (2008), section 6.4.
class LinearElastic final : public Law
{
public:
  explicit LinearElastic(const LawParameters &parameters);
  double energy(const Matrix3 &F, const FibrePoint *fibres) const override;
  void stress(const Matrix3 &F, const FibrePoint *fibres, Vector6 &tau, Matrix6 *tangent) const override;
  StretchRange meaningful_stretch() const override { return st_venant_kirchhoff_range(); }

private:
  double lambda_, mu_;
};

LawDescription linear_elastic_description();
} // namespace lumbarfem
