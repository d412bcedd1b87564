#include "materials/transverse_isotropic.h"

#include "base/user_error.h"
#include "materials/isochoric.h"
#include "materials/law_parameters.h"

#include <sstream>

namespace lumbarfem
{
namespace
{
Vector3 axis(const FibrePoint *fibres) { return fibres ? fibres->direction[0] : Vector3(0, 0, 1); }
} // namespace

TransverseIsotropic::TransverseIsotropic(const LawParameters &parameters)
{
  const auto &numbers = parameters.numbers;
  const double axial = numbers.at("modulus_axial_MPa"), transverse = numbers.at("modulus_transverse_MPa");
  const double nu_tt = numbers.at("poisson_transverse"), nu_at = numbers.at("poisson_axial_transverse");
  const double ratio = transverse / axial;
  const double determinant = 1 - nu_tt - 2 * ratio * nu_at * nu_at;
  if (determinant <= 0) {
    std::ostringstream message;
    message << "the constants are not positive definite: 1 - poisson_transverse - 2 poisson_axial_transverse^2 "
               "modulus_transverse_MPa/modulus_axial_MPa = "
            << determinant << " must be above 0; lower the Poisson ratios (the first index is the loaded direction)";
    throw UserError(message.str());
  }
  // Stiffness of the engineering constants with axis 3.
  const double c33 = axial * (1 - nu_tt) / determinant, c13 = transverse * nu_at / determinant;
  const double c12 = transverse * (nu_tt + ratio * nu_at * nu_at) / ((1 + nu_tt) * determinant);
  mu_transverse_ = transverse / (2 * (1 + nu_tt));
  mu_axial_ = numbers.at("shear_axial_MPa");
  lambda_ = c12;
  alpha_ = c13 - c12;
  beta_ = c33 - lambda_ - 2 * mu_transverse_ - 2 * alpha_ - 4 * (mu_axial_ - mu_transverse_);
}

double TransverseIsotropic::energy(const Matrix3 &F, const FibrePoint *fibres) const
{
  const Vector3 A = axis(fibres);
  const Matrix3 strain = 0.5 * (F.transpose() * F - Matrix3::Identity());
  const Vector3 strain_axis = strain * A;
  const double dilatation = strain.trace(), axial = A.dot(strain_axis);
  return 0.5 * lambda_ * dilatation * dilatation + mu_transverse_ * strain.squaredNorm() + alpha_ * axial * dilatation +
         2 * (mu_axial_ - mu_transverse_) * strain_axis.squaredNorm() + 0.5 * beta_ * axial * axial;
}

/// tau = F S F^T with b = F F^T, m = FA x FA and F E F^T = (b.b - b)/2, F (M E + E M) F^T = (m.b + b.m - 2 m)/2;
/// c = lambda b x b + 2 mu_T b (.) b + alpha (b x m + m x b) + 4 (mu_L - mu_T) b (.) m + beta m x m.
void TransverseIsotropic::stress(const Matrix3 &F, const FibrePoint *fibres, Vector6 &tau, Matrix6 *tangent) const
{
  const Vector3 a = F * axis(fibres);
  const Vector6 b = left_cauchy_green(F), m = dyad(a);
  const double dilatation = 0.5 * (trace(b) - 3), axial = 0.5 * (a.squaredNorm() - 1);
  const double shear = mu_axial_ - mu_transverse_;
  const Vector3 ba = from_voigt(b) * a;
  Vector6 mb; // m.b + b.m
  for (int A = 0; A < 6; ++A) {
    const int i = voigt_row[A], j = voigt_column[A];
    mb(A) = a(i) * ba(j) + ba(i) * a(j);
  }
  tau = (lambda_ * dilatation + alpha_ * axial - mu_transverse_) * b + mu_transverse_ * square(b) +
        (alpha_ * dilatation + beta_ * axial - 2 * shear) * m + shear * mb;
  if (tangent) {
    const Vector6 left = lambda_ * b + alpha_ * m, right = alpha_ * b + beta_ * m;
    *tangent = left.lazyProduct(b.transpose());
    *tangent += right.lazyProduct(m.transpose());
    add_symmetric_product(*tangent, 2 * mu_transverse_, b, b);
    add_symmetric_product(*tangent, 4 * shear, b, m);
  }
}

LawDescription transverse_isotropic_description()
{
  LawDescription law;
  law.name = "transverse_isotropic";
  law.title = "St. Venant-Kirchhoff, transversely isotropic";
  law.citation = "Bonet & Burton 1998, doi 10.1016/S0045-7825(97)00339-3";
  Key transverse =
      non_negative_key("poisson_transverse", "-", "Contraction across the axis under load across the axis.");
  transverse.maximum = 0.95;
  Key axial =
      non_negative_key("poisson_axial_transverse", "-",
                       "Contraction across the axis under load along the axis (index order: load, contraction).");
  axial.maximum = 0.95;
  law.keys = {positive_key("modulus_axial_MPa", "MPa", "Young's modulus along the axis."),
              positive_key("modulus_transverse_MPa", "MPa", "Young's modulus across the axis."), transverse, axial,
              positive_key("shear_axial_MPa", "MPa", "Shear modulus of the planes that contain the axis.")};
  law.make = [](const LawParameters &parameters) { return std::make_shared<TransverseIsotropic>(parameters); };
  return law;
}
} // namespace lumbarfem
