/// Onset of tension, smoothing and guards of the Holzapfel-Gasser-Ogden law.
#include "tests/unit/materials_test_tools.h"

namespace lumbarfem
{
namespace
{
std::shared_ptr<const Law> law(const std::string &form, double kappa, double smoothing)
{
  LawParameters given;
  given.numbers = {{"c10_MPa", 0.1351}, {"kappa", kappa}, {"smoothing_strain", smoothing}, {"bulk_modulus_MPa", 200}};
  given.words = {{"form", form}};
  return make_law("holzapfel_gasser_ogden", given, "test");
}

/// What the fibres add to the ground substance.
Vector6 fibre_part(const Law &law, const Matrix3 &F, const FibrePoint &fibres, Matrix6 *tangent = nullptr)
{
  Vector6 with, without;
  Matrix6 ground;
  law.stress(F, &fibres, with, tangent);
  law.stress(F, nullptr, without, tangent ? &ground : nullptr);
  if (tangent)
    *tangent -= ground;
  return with - without;
}

FibrePoint aligned(const Vector3 &direction) { return {{direction, direction}, 3.73, 89.57}; }
Matrix3 stretch(double x, double y, double z) { return Vector3(x, y, z).asDiagonal(); }
/// Isochoric stretch along x.
Matrix3 uniaxial(double x) { return stretch(x, 1 / std::sqrt(x), 1 / std::sqrt(x)); }

class HolzapfelGasserOgdenForms : public testing::TestWithParam<std::string>
{
};

TEST_P(HolzapfelGasserOgdenForms, shortened_fibres_carry_exactly_nothing)
{
  const auto hgo = law(GetParam(), 0.0752, 0.005);
  const FibrePoint fibres = aligned(Vector3(1, 0, 0));
  for (const double x : {0.7, 0.9, 0.99, 0.9999, 1.}) {
    Matrix6 c;
    EXPECT_EQ(fibre_part(*hgo, uniaxial(x), fibres, &c).norm(), 0);
    EXPECT_EQ(c.norm(), 0);
    EXPECT_EQ(hgo->fibre_stress(uniaxial(x), &fibres)[0], 0);
    EXPECT_EQ(hgo->energy(uniaxial(x), &fibres), hgo->energy(uniaxial(x), nullptr));
  }
  EXPECT_GT(hgo->fibre_stress(uniaxial(1.01), &fibres)[0], 0);
}

TEST_P(HolzapfelGasserOgdenForms, tangent_is_continuous_at_the_onset_and_at_the_end_of_smoothing)
{
  const double kappa = 0.0752, smoothing = 0.005;
  const auto hgo = law(GetParam(), kappa, smoothing);
  const FibrePoint fibres = aligned(Vector3(1, 0, 0));
  const auto strain = [&](double x) { return fibre_strain(uniaxial(x), fibres.direction[0], kappa, true); };
  Matrix6 scale;
  fibre_part(*hgo, uniaxial(1.005), fibres, &scale);
  for (const double place : {0., smoothing}) {
    double low = 0.99, high = 1.02; // stretch at which E = place, by bisection
    for (int i = 0; i < 60; ++i)
      (strain(0.5 * (low + high)) < place ? low : high) = 0.5 * (low + high);
    std::vector<double> gaps = halved_steps(1e-4, 6), jumps;
    for (const double gap : gaps) {
      Matrix6 before, behind;
      fibre_part(*hgo, uniaxial(low - gap), fibres, &before);
      fibre_part(*hgo, uniaxial(low + gap), fibres, &behind);
      jumps.push_back((behind - before).norm() / scale.norm());
    }
    EXPECT_GT(measured_order(gaps, jumps), 0.9) << "at E = " << place; // a kink would give order 0
    EXPECT_LT(jumps.back(), 0.02);
  }
}

TEST_P(HolzapfelGasserOgdenForms, smoothed_range_is_consistent_and_convex)
{
  const double kappa = 0.0752, smoothing = 0.1; // wide, so that differences stay inside
  const auto hgo = law(GetParam(), kappa, smoothing);
  RandomStates random;
  const std::vector<double> steps = halved_steps(1e-3, 4);
  for (int n = 0; n < 10;) {
    const FibrePoint fibres = random.fibres(3.73, 89.57);
    const Matrix3 F = random.deformation(0.05);
    bool is_inside = true;
    for (const Vector3 &direction : fibres.direction) {
      const double E = fibre_strain(F, direction, kappa, GetParam() == "isochoric");
      is_inside = is_inside && E > 0.01 && E < smoothing - 0.01;
    }
    if (!is_inside)
      continue;
    ++n;
    Vector6 tau;
    Matrix6 c, fibre_tangent;
    hgo->stress(F, &fibres, tau, &c);
    const Matrix3 P = from_voigt(tau) * F.inverse().transpose();
    std::vector<double> stress_errors, tangent_errors;
    for (const double step : steps) {
      stress_errors.push_back((energy_differences(*hgo, F, &fibres, step) - P).norm() / P.norm());
      tangent_errors.push_back((stress_differences(*hgo, F, &fibres, step) - c).norm() / c.norm());
    }
    expect_second_order(steps, stress_errors);
    expect_second_order(steps, tangent_errors);
    if (GetParam() == "unsplit") { // 4 W'' H x H must not be negative anywhere in the smoothed range
      fibre_part(*hgo, F, fibres, &fibre_tangent);
      EXPECT_GT(Eigen::SelfAdjointEigenSolver<Matrix6>(fibre_tangent).eigenvalues().minCoeff(),
                -1e-12 * fibre_tangent.norm());
    }
  }
}

TEST_P(HolzapfelGasserOgdenForms, smoothing_changes_nothing_beyond_its_strain)
{
  const FibrePoint fibres = aligned(Vector3(1, 0, 0));
  const Matrix3 F = uniaxial(1.06); // E about 0.1
  const Vector6 narrow = fibre_part(*law(GetParam(), 0, 1e-6), F, fibres);
  const Vector6 wide = fibre_part(*law(GetParam(), 0, 0.1), F, fibres);
  EXPECT_LT((narrow - wide).norm(), 1e-14 * narrow.norm());
}

TEST_P(HolzapfelGasserOgdenForms, extreme_stretch_stays_finite_and_consistent)
{
  const auto hgo = law(GetParam(), 0, 0.005);
  const FibrePoint fibres = aligned(Vector3(1, 0, 0));
  for (const double x : {1.35, 2., 10.}) { // k2 E^2 of about 60 and far beyond
    Vector6 tau;
    Matrix6 c;
    hgo->stress(uniaxial(x), &fibres, tau, &c);
    EXPECT_TRUE(tau.allFinite() && c.allFinite() && std::isfinite(hgo->energy(uniaxial(x), &fibres)));
    const Matrix3 P = from_voigt(tau) * uniaxial(1 / x);
    EXPECT_LT((energy_differences(*hgo, uniaxial(x), &fibres, 1e-6) - P).norm(), 1e-4 * P.norm());
  }
}

INSTANTIATE_TEST_SUITE_P(forms, HolzapfelGasserOgdenForms, testing::Values("isochoric", "unsplit"),
                         [](const auto &test) { return test.param; });

TEST(HolzapfelGasserOgden, the_switch_acts_on_the_fibre_strain_and_not_on_the_stretch)
{
  const Vector3 x(1, 0, 0);
  // Shortened fibre (I4 < 1) in a tissue stretched sideways: dispersed fibres are in tension.
  const Matrix3 sideways = stretch(0.98, 1.3, 1 / (0.98 * 1.3));
  ASSERT_LT((sideways * x).squaredNorm(), 1);
  ASSERT_GT(fibre_strain(sideways, x, 0.3, true), 0.01);
  for (const std::string form : {"isochoric", "unsplit"})
    EXPECT_GT(fibre_part(*law(form, 0.3, 0.005), sideways, aligned(x)).norm(), 1e-3);
  // Lengthened fibre (I4 > 1) in a tissue squeezed sideways: E < 0 in the unsplit form.
  const Matrix3 squeezed = stretch(1.01, 0.8, 0.8);
  ASSERT_GT((squeezed * x).squaredNorm(), 1);
  ASSERT_LT(fibre_strain(squeezed, x, 0.3, false), 0);
  EXPECT_EQ(fibre_part(*law("unsplit", 0.3, 0.005), squeezed, aligned(x)).norm(), 0);
}

TEST(HolzapfelGasserOgden, forms_agree_in_shape_change_and_differ_under_dilation)
{
  const FibrePoint fibres = aligned(Vector3(1, 0, 0));
  Vector6 isochoric = fibre_part(*law("isochoric", 0.0752, 0.005), uniaxial(1.08), fibres);
  Vector6 unsplit = fibre_part(*law("unsplit", 0.0752, 0.005), uniaxial(1.08), fibres);
  unsplit.head<3>().array() -= unsplit.head<3>().mean(); // J = 1: the deviators are the same
  EXPECT_LT((isochoric - unsplit).norm(), 1e-12 * unsplit.norm());
  const Matrix3 dilated = stretch(1.05, 1.05, 1.05);
  EXPECT_EQ(fibre_part(*law("isochoric", 0, 1e-9), dilated, fibres).norm() < 1e-6, true);
  EXPECT_GT(fibre_part(*law("unsplit", 0, 1e-9), dilated, fibres).norm(), 0.1);
}

TEST(HolzapfelGasserOgden, without_stiffening_the_energy_is_quadratic)
{
  const auto hgo = law("isochoric", 0, 0.005);
  FibrePoint fibres = aligned(Vector3(1, 0, 0));
  fibres.k2 = 0;
  const double x = 1.05, E = x * x - 1;
  const double of_fibres = hgo->energy(uniaxial(x), &fibres) - hgo->energy(uniaxial(x), nullptr);
  EXPECT_NEAR(of_fibres, 3.73 * E * E, 1e-14); // two families, k1/2 E^2 each
  fibres.k1_MPa = 0;
  EXPECT_EQ(hgo->energy(uniaxial(x), &fibres), hgo->energy(uniaxial(x), nullptr));
}

TEST(HolzapfelGasserOgden, each_family_carries_its_own_stress)
{
  const auto hgo = law("unsplit", 0, 0.005);
  const FibrePoint fibres = {{Vector3(1, 0, 0), Vector3(0, 1, 0)}, 3.73, 89.57};
  const auto stress = hgo->fibre_stress(uniaxial(1.05), &fibres);
  EXPECT_NEAR(stress[0], fibre_part(*hgo, uniaxial(1.05), fibres)(0), 1e-12); // J = 1: tau = sigma
  EXPECT_EQ(stress[1], 0);
}
} // namespace
} // namespace lumbarfem
