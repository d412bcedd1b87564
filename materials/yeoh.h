/// Yeoh. Page: docs/laws/yeoh.md
#pragma once

#include "materials/law.h"

namespace lumbarfem
{
/// W = C10 x + C20 x^2 + C30 x^3 + U(J), x = I1bar - 3 = J^(-2/3) tr b - 3; constants in MPa; U in
/// materials/volumetric.h. With W' = C10 + 2 C20 x + 3 C30 x^2 and W'' = 2 C20 + 6 C30 x:
///   tau_bar = 2 W' bbar,  c_bar = 4 W'' bbar x bbar.
/// Source: Yeoh 1993, doi 10.5254/1.3538343.
class Yeoh final : public Law
{
public:
  explicit Yeoh(const LawParameters &parameters);
  double energy(const Matrix3 &F, const FibrePoint *fibres) const override;
  void stress(const Matrix3 &F, const FibrePoint *fibres, Vector6 &tau, Matrix6 *tangent) const override;

private:
  double c10_, c20_, c30_;
};

LawDescription yeoh_description();
} // namespace lumbarfem
