/// Mooney-Rivlin. Page: docs/laws/mooney_rivlin.md
#pragma once

#include "materials/law.h"

namespace lumbarfem
{
/// W = C10 (I1bar - 3) + C01 (I2bar - 3) + U(J); C10, C01 in MPa, initial shear modulus 2 (C10 + C01),
/// I1bar = tr bbar, I2bar = (I1bar^2 - tr bbar^2)/2, bbar = J^(-2/3) b; U in materials/volumetric.h.
///   tau_bar = 2 C10 bbar + 2 C01 (I1bar bbar - bbar.bbar),
///   c_bar   = 4 C01 (bbar x bbar - bbar (.) bbar),  (a (.) a)_ijkl = (a_ik a_jl + a_il a_jk)/2.
/// Source: Mooney 1940, doi 10.1063/1.1712836; Rivlin 1948, doi 10.1098/rsta.1948.0024.
class MooneyRivlin final : public Law
{
public:
  explicit MooneyRivlin(const LawParameters &parameters);
  double energy(const Matrix3 &F, const FibrePoint *fibres) const override;
  void stress(const Matrix3 &F, const FibrePoint *fibres, Vector6 &tau, Matrix6 *tangent) const override;

private:
  double c10_, c01_;
};

LawDescription mooney_rivlin_description();

/// Isochoric energy (MPa) of @p b = bbar; shared with laws that have a Mooney-Rivlin ground substance.
double mooney_rivlin_energy(double c10, double c01, const Vector6 &b);
/// tau_bar and, if @p tangent is not null, c_bar of @p b = bbar, not yet projected.
void mooney_rivlin_stress(double c10, double c01, const Vector6 &b, Vector6 &tau, Matrix6 *tangent);
} // namespace lumbarfem
