/// Compressible neo-Hooke in one piece. Page: docs/laws/compressible_neo_hooke.md
#pragma once

#include "materials/law.h"

namespace lumbarfem
{
/// W = mu/2 (tr C - 3) - mu ln J + lambda/2 (ln J)^2 from Young's modulus (MPa) and Poisson's ratio at small strain:
///   tau = mu (b - 1) + lambda ln J 1,  c_ijkl = lambda d_ij d_kl + (mu - lambda ln J) (d_ik d_jl + d_il d_jk).
/// The energy grows without bound as the volume vanishes, in each point and not only in the mean of a cell, and its
/// response to a stretch never softens. Not split (volumetric() is null).
/// Source: Bonet & Wood, Nonlinear Continuum Mechanics for Finite Element Analysis (2008), section 6.4.3.
class CompressibleNeoHooke final : public Law
{
public:
  explicit CompressibleNeoHooke(const LawParameters &parameters);
  double energy(const Matrix3 &F, const FibrePoint *fibres) const override;
  void stress(const Matrix3 &F, const FibrePoint *fibres, Vector6 &tau, Matrix6 *tangent) const override;

private:
  double lambda_, mu_;
};

LawDescription compressible_neo_hooke_description();
} // namespace lumbarfem
