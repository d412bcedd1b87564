/// Neo-Hooke. Page: docs/laws/neo_hooke.md
#pragma once

#include "materials/law.h"

namespace lumbarfem
{
/// W = C10 (I1bar - 3) + U(J), C10 = mu/2 in MPa (key c10_MPa), I1bar = J^(-2/3) tr b; U in materials/volumetric.h.
///   tau_bar = 2 C10 bbar,  c_bar = 0; projected by materials/isochoric.h.
/// With volumetric = "quadratic" this is the neo-Hooke of Abaqus and CalculiX with D1 = 2/K.
/// Source: Treloar 1943, doi 10.1039/tf9433900241; Holzapfel, Nonlinear Solid Mechanics (2000), section 6.5.
class NeoHooke final : public Law
{
public:
  explicit NeoHooke(const LawParameters &parameters);
  double energy(const Matrix3 &F, const FibrePoint *fibres) const override;
  void stress(const Matrix3 &F, const FibrePoint *fibres, Vector6 &tau, Matrix6 *tangent) const override;

private:
  double c10_;
};

LawDescription neo_hooke_description();
} // namespace lumbarfem
