/// Stress curves with closed forms, written here independently of the laws: one or more per law.
#include "tests/unit/materials_test_tools.h"

namespace lumbarfem
{
namespace
{
std::shared_ptr<const Law> law(const std::string &name, const std::map<std::string, double> &numbers)
{
  LawParameters given;
  given.numbers = numbers;
  return make_law(name, given, "test");
}

Vector6 stress(const Law &law, const Matrix3 &F, const FibrePoint *fibres = nullptr)
{
  Vector6 tau;
  law.stress(F, fibres, tau, nullptr);
  return tau;
}

Matrix3 uniaxial(double x) { return Vector3(x, 1 / std::sqrt(x), 1 / std::sqrt(x)).asDiagonal(); }
Matrix3 equibiaxial(double x) { return Vector3(x, x, 1 / (x * x)).asDiagonal(); }
Matrix3 simple_shear(double g)
{
  Matrix3 F = Matrix3::Identity();
  F(0, 1) = g;
  return F;
}
const std::vector<double> stretches = {0.6, 0.8, 0.95, 1.05, 1.3, 2.};

/// Incompressible curves in the pressure-free combinations of the Cauchy stress (Treloar, The Physics of Rubber
/// Elasticity; Rivlin 1948).
void check_mooney_rivlin(const Law &law, double c10, double c01)
{
  for (const double x : stretches) {
    const Vector6 pulled = stress(law, uniaxial(x)), pressed = stress(law, equibiaxial(x));
    EXPECT_NEAR(pulled(0) - pulled(1), 2 * (x * x - 1 / x) * (c10 + c01 / x), 1e-13);
    EXPECT_NEAR(pressed(0) - pressed(2), 2 * (x * x - std::pow(x, -4)) * (c10 + x * x * c01), 1e-12);
    const double g = x - 1;
    const Vector6 sheared = stress(law, simple_shear(g));
    EXPECT_NEAR(sheared(3), 2 * (c10 + c01) * g, 1e-13);
    EXPECT_NEAR(sheared(0) - sheared(2), 2 * c10 * g * g, 1e-13); // normal stress differences of simple shear
    EXPECT_NEAR(sheared(1) - sheared(2), -2 * c01 * g * g, 1e-13);
  }
}

TEST(CompressibleNeoHooke, confined_stretch_and_shear)
{
  const double E = 2.5, nu = 0.3, lambda = E * nu / ((1 + nu) * (1 - 2 * nu)), mu = E / (2 * (1 + nu));
  const auto neo_hooke = law("compressible_neo_hooke", {{"modulus_MPa", E}, {"poisson_ratio", nu}});
  for (const double x : stretches) {
    const Vector6 confined = stress(*neo_hooke, Vector3(x, 1, 1).asDiagonal());
    EXPECT_NEAR(confined(0), mu * (x * x - 1) + lambda * std::log(x), 1e-13);
    EXPECT_NEAR(confined(1), lambda * std::log(x), 1e-13);
    const double g = x - 1;
    const Vector6 sheared = stress(*neo_hooke, simple_shear(g));
    EXPECT_NEAR(sheared(3), mu * g, 1e-13);
    EXPECT_NEAR(sheared(0), mu * g * g, 1e-13);
    EXPECT_NEAR(sheared(1), 0, 1e-13);
  }
  Vector6 tau;
  Matrix6 of_this, of_linear;
  neo_hooke->stress(Matrix3::Identity(), nullptr, tau, &of_this);
  law("linear_elastic", {{"modulus_MPa", E}, {"poisson_ratio", nu}})
      ->stress(Matrix3::Identity(), nullptr, tau, &of_linear);
  EXPECT_LT((of_this - of_linear).norm(), 1e-13);
}

TEST(NeoHooke, uniaxial_equibiaxial_and_shear)
{
  check_mooney_rivlin(*law("neo_hooke", {{"c10_MPa", 0.348}, {"bulk_modulus_MPa", 20. / 3}}), 0.348, 0);
}

TEST(NeoHooke, equals_the_compressible_form_of_abaqus_and_calculix)
{
  // W = C10 (I1bar - 3) + (J - 1)^2/D1: sigma_11 of a confined stretch x, J = x.
  const double c10 = 0.348, d1 = 0.3;
  const auto neo_hooke = law("neo_hooke", {{"c10_MPa", c10}, {"bulk_modulus_MPa", 2 / d1}});
  for (const double x : stretches) {
    const Matrix3 F = Vector3(x, 1, 1).asDiagonal();
    const double sigma = stress(*neo_hooke, F)(0) / x + neo_hooke->volumetric()->first(x);
    EXPECT_NEAR(sigma, 4. / 3 * c10 * std::pow(x, -5. / 3) * (x * x - 1) + 2 / d1 * (x - 1), 1e-12);
  }
}

TEST(MooneyRivlin, uniaxial_equibiaxial_and_shear)
{
  check_mooney_rivlin(*law("mooney_rivlin", {{"c10_MPa", 0.12}, {"c01_MPa", 0.09}, {"bulk_modulus_MPa", 1000}}), 0.12,
                      0.09);
}

TEST(Yeoh, uniaxial_and_shear)
{
  const double c1 = 0.2, c2 = 0.2, c3 = 6;
  const auto yeoh = law("yeoh", {{"c10_MPa", c1}, {"c20_MPa", c2}, {"c30_MPa", c3}, {"bulk_modulus_MPa", 180}});
  for (const double x : stretches) {
    const auto slope = [&](double I1) { return c1 + 2 * c2 * (I1 - 3) + 3 * c3 * (I1 - 3) * (I1 - 3); };
    const Vector6 pulled = stress(*yeoh, uniaxial(x));
    EXPECT_NEAR(pulled(0) - pulled(1), 2 * (x * x - 1 / x) * slope(x * x + 2 / x), 1e-10);
    const double g = x - 1;
    EXPECT_NEAR(stress(*yeoh, simple_shear(g))(3), 2 * g * slope(3 + g * g), 1e-12);
  }
}

TEST(LinearElastic, uniaxial_stress_under_large_rotation)
{
  const double E = 12000, nu = 0.3;
  const auto bone = law("linear_elastic", {{"modulus_MPa", E}, {"poisson_ratio", nu}});
  RandomStates random;
  for (const double x : {0.95, 0.99, 1.01, 1.05}) {
    const double strain = 0.5 * (x * x - 1), across = std::sqrt(1 - 2 * nu * strain);
    const Matrix3 U = Vector3(x, across, across).asDiagonal(), Q = random.rotation();
    const Matrix3 tau = Q.transpose() * from_voigt(stress(*bone, Q * U)) * Q;
    Matrix3 expected = Matrix3::Zero();
    expected(0, 0) = x * x * E * strain;
    EXPECT_LT((tau - expected).norm(), 1e-9);
  }
  // Simple shear g: F S F^T with E_12 = g/2, E_22 = g^2/2.
  const double g = 0.2, mu = E / (2 * (1 + nu)), lambda = E * nu / ((1 + nu) * (1 - 2 * nu));
  const double s22 = (lambda + 2 * mu) * g * g / 2;
  EXPECT_NEAR(stress(*bone, simple_shear(g))(3), mu * g + g * s22, 1e-9);
  EXPECT_NEAR(stress(*bone, simple_shear(g))(1), s22, 1e-9);
}

TEST(TransverseIsotropic, engineering_constants_come_back)
{
  const double axial = 22000, transverse = 11300, nu_tt = 0.484, nu_ta = 0.203, shear = 5400;
  const double nu_at = nu_ta * axial / transverse;
  const auto bone = law("transverse_isotropic", {{"modulus_axial_MPa", axial},
                                                 {"modulus_transverse_MPa", transverse},
                                                 {"poisson_transverse", nu_tt},
                                                 {"poisson_axial_transverse", nu_at},
                                                 {"shear_axial_MPa", shear}});
  const auto stretch = [](double strain) { return std::sqrt(1 + 2 * strain); };
  for (const double e : {-0.02, 0.01, 0.05}) { // Green-Lagrange strain along the load
    // Along the axis (z): both transverse strains are -nu_at e.
    Matrix3 F = Vector3(stretch(-nu_at * e), stretch(-nu_at * e), stretch(e)).asDiagonal();
    Vector6 expected = Vector6::Zero();
    expected(2) = (1 + 2 * e) * axial * e;
    EXPECT_LT((stress(*bone, F) - expected).norm(), 1e-8);
    // Across (x): -nu_tt e along y, -nu_ta e along z.
    F = Vector3(stretch(e), stretch(-nu_tt * e), stretch(-nu_ta * e)).asDiagonal();
    expected.setZero();
    expected(0) = (1 + 2 * e) * transverse * e;
    EXPECT_LT((stress(*bone, F) - expected).norm(), 1e-8);
  }
  const double g = 1e-6; // small shear: tau = G g
  Matrix3 F = Matrix3::Identity();
  F(0, 2) = g;
  EXPECT_NEAR(stress(*bone, F)(5), shear * g, 1e-7);
  EXPECT_NEAR(stress(*bone, simple_shear(g))(3), transverse / (2 * (1 + nu_tt)) * g, 1e-7);
  // The axis follows the direction that is given.
  FibrePoint along_x;
  along_x.direction = {Vector3(1, 0, 0), Vector3(1, 0, 0)};
  const double e = 0.01;
  F = Vector3(stretch(e), stretch(-nu_at * e), stretch(-nu_at * e)).asDiagonal();
  EXPECT_NEAR(stress(*bone, F, &along_x)(0), (1 + 2 * e) * axial * e, 1e-8);
}

TEST(TransverseIsotropic, equal_constants_give_the_isotropic_law)
{
  const auto bone = law("transverse_isotropic", {{"modulus_axial_MPa", 100},
                                                 {"modulus_transverse_MPa", 100},
                                                 {"poisson_transverse", 0.2},
                                                 {"poisson_axial_transverse", 0.2},
                                                 {"shear_axial_MPa", 100 / 2.4}});
  const auto isotropic = law("linear_elastic", {{"modulus_MPa", 100}, {"poisson_ratio", 0.2}});
  RandomStates random;
  for (int i = 0; i < 5; ++i) {
    const Matrix3 F = random.deformation(0.2);
    EXPECT_LT((stress(*bone, F) - stress(*isotropic, F)).norm(), 1e-12 * stress(*isotropic, F).norm());
  }
}

TEST(HolzapfelGasserOgden, uniaxial_along_the_fibres)
{
  // Gruber 2024, region A, layer 1: sigma_11 - sigma_22 = 2 (x^2 - 1/x) [C10 + 2 kappa W'] + 4 (1 - 3 kappa) x^2 W',
  // W' = k1 E exp(k2 E^2), both families along the load.
  const Tissue tissue = make_tissue("annulus_gruber2024", {}, "test");
  const FibreConstants constants = interpolate(*tissue.fibres, 0, 0);
  const Vector3 e1(1, 0, 0);
  const FibrePoint fibres = {{e1, e1}, constants.k1_MPa, constants.k2};
  const double c10 = 0.1351, kappa = 0.0752, k1 = 3.73, k2 = 89.57;
  for (const double x : {0.9, 1.02, 1.05, 1.1}) {
    const double E = kappa * (x * x + 2 / x - 3) + (1 - 3 * kappa) * (x * x - 1);
    const double slope = E > 0 ? k1 * E * std::exp(k2 * E * E) : 0;
    const double expected = 2 * (x * x - 1 / x) * (c10 + 2 * kappa * slope) + 4 * (1 - 3 * kappa) * x * x * slope;
    for (const std::string form : {"isochoric", "unsplit"}) {
      LawParameters overrides;
      overrides.words = {{"form", form}};
      const Vector6 tau = stress(*make_tissue("annulus_gruber2024", overrides, "test").law, uniaxial(x), &fibres);
      EXPECT_NEAR(tau(0) - tau(1), expected, 1e-12 * std::abs(expected));
    }
  }
}

TEST(HolzapfelGasserOgden, two_families_in_planar_tension)
{
  // Families at +-31.2 degrees in the 1-2 plane, F = diag(x, 1, 1/x): I4 = x^2 cos^2 + sin^2 for both, shears cancel.
  const double angle = 31.2 * pi / 180, c = std::cos(angle), s = std::sin(angle);
  const FibrePoint fibres = {{Vector3(c, s, 0), Vector3(c, -s, 0)}, 3.73, 89.57};
  const Tissue tissue = make_tissue("annulus_gruber2024", {}, "test");
  const double kappa = 0.0752, x = 1.06;
  const double E = kappa * (x * x + 1 + 1 / (x * x) - 3) + (1 - 3 * kappa) * (x * x * c * c + s * s - 1);
  const double slope = 3.73 * E * std::exp(89.57 * E * E);
  const Matrix3 F = Vector3(x, 1, 1 / x).asDiagonal();
  const Vector6 tau = stress(*tissue.law, F, &fibres);
  EXPECT_NEAR(tau(0) - tau(2),
              2 * (0.1351 + 2 * kappa * slope) * (x * x - 1 / (x * x)) + 4 * (1 - 3 * kappa) * slope * x * x * c * c,
              1e-12);
  EXPECT_NEAR(tau(1) - tau(2),
              2 * (0.1351 + 2 * kappa * slope) * (1 - 1 / (x * x)) + 4 * (1 - 3 * kappa) * slope * s * s, 1e-12);
  EXPECT_NEAR(tau(3), 0, 1e-14);
}
} // namespace
} // namespace lumbarfem
