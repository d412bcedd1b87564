/// Every preset with every choice of its law's words (volumetric law, form ...) passes the same tests; a new law gets
/// them with its first preset.
#include "tests/unit/materials_test_tools.h"

#include "base/user_error.h"

#include <set>

namespace lumbarfem
{
namespace
{
struct BatteryCase {
  std::string name, preset;
  LawParameters overrides;
};

std::vector<BatteryCase> battery_cases()
{
  std::vector<BatteryCase> cases;
  for (const TissuePreset &preset : tissue_library()) {
    std::vector<BatteryCase> combinations = {{preset.name, preset.name, {}}};
    for (const Key &key : find_law(preset.law).keys) {
      std::vector<BatteryCase> longer;
      for (const BatteryCase &shorter : combinations)
        for (const std::string &word : key.allowed) {
          BatteryCase combination = shorter;
          combination.name += "_" + word;
          combination.overrides.words[key.name] = word;
          longer.push_back(combination);
        }
      if (!key.allowed.empty())
        combinations = longer;
    }
    cases.insert(cases.end(), combinations.begin(), combinations.end());
  }
  return cases;
}

class MaterialsBattery : public testing::TestWithParam<BatteryCase>
{
protected:
  static constexpr int n_states = 12;
  const Tissue tissue_ = make_tissue(GetParam().preset, GetParam().overrides, "battery");
  const Law &law_ = *tissue_.law;
  RandomStates random_;

  FibrePoint random_fibres()
  {
    if (!tissue_.fibres)
      return random_.fibres(0, 0);
    const FibreConstants constants = interpolate(*tissue_.fibres, 90 * (1 + random_.uniform()), 0.5);
    return random_.fibres(constants.k1_MPa, constants.k2);
  }
  /// Differences of finite step must not reach over the smoothed onset of fibre tension, where the third derivative of
  /// the energy jumps (that range has tests of its own).
  bool is_near_onset(const Matrix3 &F, const FibrePoint &fibres) const
  {
    if (!law_.has_fibres())
      return false;
    for (const Vector3 &direction : fibres.direction) {
      const double E = fibre_strain(F, direction, tissue_.parameters.numbers.at("kappa"),
                                    tissue_.parameters.words.at("form") == "isochoric");
      if (E > -0.02 && E < tissue_.parameters.numbers.at("smoothing_strain") + 0.02)
        return true;
    }
    return false;
  }
  std::pair<Matrix3, FibrePoint> random_state()
  {
    while (true) {
      const FibrePoint fibres = random_fibres();
      const Matrix3 F = random_.deformation(0.15);
      if (!is_near_onset(F, fibres))
        return {F, fibres};
    }
  }
};

TEST_P(MaterialsBattery, no_stress_and_no_energy_without_deformation)
{
  for (int i = 0; i < n_states; ++i) {
    const FibrePoint fibres = random_fibres();
    Vector6 tau;
    Matrix6 c;
    for (const Matrix3 &F : {Matrix3(Matrix3::Identity()), random_.rotation()}) {
      law_.stress(F, &fibres, tau, &c);
      EXPECT_LT(tau.norm(), 1e-14 * c.norm());
      EXPECT_NEAR(law_.energy(F, &fibres), 0, 1e-14 * c.norm());
    }
    EXPECT_GT(c.norm(), 0);
  }
}

TEST_P(MaterialsBattery, rotation_turns_the_stress_and_leaves_the_energy)
{
  for (int i = 0; i < n_states; ++i) {
    const auto [F, fibres] = random_state();
    const Matrix3 Q = random_.rotation();
    Vector6 tau, turned;
    law_.stress(F, &fibres, tau, nullptr);
    law_.stress(Q * F, &fibres, turned, nullptr);
    const Matrix3 expected = Q * from_voigt(tau) * Q.transpose();
    EXPECT_LT((from_voigt(turned) - expected).norm(), 1e-11 * tau.norm());
    EXPECT_NEAR(law_.energy(Q * F, &fibres), law_.energy(F, &fibres), 1e-11 * std::abs(law_.energy(F, &fibres)));
    const auto along = law_.fibre_stress(F, &fibres), along_turned = law_.fibre_stress(Q * F, &fibres);
    for (int family = 0; family < 2; ++family)
      EXPECT_NEAR(along[family], along_turned[family], 1e-11 * (1 + std::abs(along[family])));
  }
}

TEST_P(MaterialsBattery, stress_is_the_derivative_of_the_energy)
{
  const std::vector<double> steps = halved_steps(1e-3, 4);
  for (int i = 0; i < n_states; ++i) {
    const auto [F, fibres] = random_state();
    Vector6 tau;
    law_.stress(F, &fibres, tau, nullptr);
    const Matrix3 P = from_voigt(tau) * F.inverse().transpose();
    std::vector<double> errors;
    for (const double step : steps)
      errors.push_back((energy_differences(law_, F, &fibres, step) - P).norm() / P.norm());
    expect_second_order(steps, errors);
  }
}

TEST_P(MaterialsBattery, tangent_is_the_derivative_of_the_stress)
{
  const std::vector<double> steps = halved_steps(1e-3, 4);
  for (int i = 0; i < n_states; ++i) {
    const auto [F, fibres] = random_state();
    Vector6 tau, tau_alone;
    Matrix6 c;
    law_.stress(F, &fibres, tau, &c);
    law_.stress(F, &fibres, tau_alone, nullptr);
    EXPECT_LT((tau - tau_alone).norm(), 1e-14 * tau.norm());
    std::vector<double> errors;
    for (const double step : steps)
      errors.push_back((stress_differences(law_, F, &fibres, step) - c).norm() / c.norm());
    expect_second_order(steps, errors);
  }
}

TEST_P(MaterialsBattery, tangent_is_symmetric)
{
  for (int i = 0; i < n_states; ++i) {
    const auto [F, fibres] = random_state();
    Vector6 tau;
    Matrix6 c;
    law_.stress(F, &fibres, tau, &c);
    EXPECT_LT((c - c.transpose()).norm(), 1e-13 * c.norm());
  }
}

TEST_P(MaterialsBattery, small_strain_stiffness_is_positive)
{
  Vector6 tau;
  Matrix6 c;
  law_.stress(Matrix3::Identity(), nullptr, tau, &c);
  if (law_.volumetric())
    c.topLeftCorner<3, 3>().array() += law_.volumetric()->second(1);
  EXPECT_GT(Eigen::SelfAdjointEigenSolver<Matrix6>(c).eigenvalues().minCoeff(), 0);
}

TEST_P(MaterialsBattery, split_laws_ignore_the_volume)
{
  const bool is_unsplit = tissue_.parameters.words.count("form") && tissue_.parameters.words.at("form") == "unsplit";
  if (!law_.volumetric() || is_unsplit)
    return;
  for (int i = 0; i < n_states; ++i) {
    const auto [F, fibres] = random_state();
    Vector6 tau, swollen;
    law_.stress(F, &fibres, tau, nullptr);
    law_.stress(1.1 * F, &fibres, swollen, nullptr);
    EXPECT_NEAR(tau.head<3>().sum(), 0, 1e-12 * tau.norm());
    EXPECT_LT((tau - swollen).norm(), 1e-10 * tau.norm());
  }
}

TEST_P(MaterialsBattery, volumetric_law_is_consistent)
{
  const VolumetricLaw *U = law_.volumetric();
  if (!U)
    return;
  const double K = tissue_.parameters.numbers.at("bulk_modulus_MPa");
  EXPECT_NEAR(U->energy(1), 0, 1e-15 * K);
  EXPECT_NEAR(U->first(1), 0, 1e-15 * K);
  EXPECT_NEAR(U->second(1), K, 1e-13 * K);
  const std::vector<double> steps = halved_steps(2e-2, 4);
  for (const double J : {0.6, 0.9, 1.05, 1.4}) {
    std::vector<double> first, second;
    for (const double h : steps) {
      first.push_back(std::abs((U->energy(J + h) - U->energy(J - h)) / (2 * h) - U->first(J)) / K);
      second.push_back(std::abs((U->first(J + h) - U->first(J - h)) / (2 * h) - U->second(J)) / K);
    }
    expect_second_order(steps, first);
    expect_second_order(steps, second);
    EXPECT_GT(U->second(J), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(presets, MaterialsBattery, testing::ValuesIn(battery_cases()),
                         [](const auto &test) { return test.param.name; });

TEST(MaterialsRegister, every_law_has_a_preset_and_a_complete_declaration)
{
  std::set<std::string> used;
  for (const TissuePreset &preset : tissue_library())
    used.insert(preset.law);
  std::string previous;
  for (const LawDescription &law : law_register()) {
    EXPECT_TRUE(used.count(law.name)) << law.name << " needs a preset to pass through the battery";
    EXPECT_LT(previous, law.name) << "alphabetical order";
    previous = law.name;
    EXPECT_FALSE(law.title.empty() || law.citation.empty());
    for (const Key &key : law.keys) {
      EXPECT_FALSE(key.unit.empty()) << law.name << "." << key.name;
      EXPECT_EQ(key.sentence.back(), '.') << law.name << "." << key.name;
      EXPECT_NE(key.required, !key.fallback.empty()) << law.name << "." << key.name << ": required or a default";
    }
  }
}

TEST(MaterialsRegister, differences_notice_a_wrong_stress)
{
  // Guard of the battery itself: one percent of error in the stress must be seen.
  const Tissue tissue = make_tissue("nucleus_gruber2024", {}, "guard");
  const Matrix3 F = RandomStates().deformation(0.15);
  Vector6 tau;
  tissue.law->stress(F, nullptr, tau, nullptr);
  const Matrix3 wrong = 1.01 * from_voigt(tau) * F.inverse().transpose();
  const std::vector<double> steps = halved_steps(1e-3, 4);
  std::vector<double> errors;
  for (const double step : steps)
    errors.push_back((energy_differences(*tissue.law, F, nullptr, step) - wrong).norm() / wrong.norm());
  EXPECT_LT(measured_order(steps, errors), 0.1);
  EXPECT_GT(errors.back(), 5e-3);
}
} // namespace
} // namespace lumbarfem
