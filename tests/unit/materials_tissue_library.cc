/// Presets, overrides, messages and the interpolation of fibre tables.
#include "tests/unit/materials_test_tools.h"

#include "base/user_error.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
std::string message_of(const std::function<void()> &action)
{
  try {
    action();
  } catch (const UserError &error) {
    return error.what();
  }
  return "";
}

void expect_contains(const std::string &text, const std::string &part)
{
  EXPECT_NE(text.find(part), std::string::npos) << "\"" << part << "\" is not in: " << text;
}

TEST(TissueLibrary, every_preset_names_its_source)
{
  ASSERT_GE(tissue_library().size(), 30u);
  for (const TissuePreset &preset : tissue_library()) {
    EXPECT_GE(preset.source.size(), 10u) << preset.name;
    const std::string &confidence = preset.confidence;
    EXPECT_TRUE(confidence == "found" || confidence == "found:converted" || confidence == "assumption" ||
                confidence == "calibrated" || confidence.rfind("memory:", 0) == 0)
        << preset.name << ": " << confidence;
    const Tissue tissue = make_tissue(preset.name, {}, "test");
    EXPECT_GT(tissue.modulus_MPa, 0) << preset.name;
    EXPECT_GE(tissue.poisson_ratio, 0) << preset.name;
    EXPECT_LT(tissue.poisson_ratio, 0.5) << preset.name;
  }
}

TEST(TissueLibrary, small_strain_modulus)
{
  EXPECT_NEAR(make_tissue("titanium", {}, "test").modulus_MPa, 110000, 1e-6);
  EXPECT_NEAR(make_tissue("cancellous_osteoporotic", {}, "test").poisson_ratio, 0.2, 1e-12);
  const Tissue axial = make_tissue("cortical_transverse_isotropic", {}, "test");
  EXPECT_NEAR(axial.modulus_MPa, 22000, 1e-6);
  EXPECT_NEAR(axial.poisson_ratio * 11300 / 22000, 0.203, 1e-9);
  const Tissue nucleus = make_tissue("nucleus_gruber2024", {}, "test");
  const double mu = 2 * (0.118 + 0.030), K = 1000;
  EXPECT_NEAR(nucleus.modulus_MPa, 9 * K * mu / (3 * K + mu), 1e-9);
  EXPECT_NEAR(nucleus.poisson_ratio, (3 * K - 2 * mu) / (6 * K + 2 * mu), 1e-9);
  EXPECT_NEAR(make_tissue("nucleus_goel1995", {}, "test").modulus_MPa, 1, 1e-9);
}

TEST(TissueLibrary, overrides_reach_the_law_and_the_fibres)
{
  LawParameters overrides;
  overrides.numbers = {{"k1_scale", 1.5}, {"k2_scale", 0.5}, {"fibre_angle_shift_deg", 4}, {"c10_MPa", 0.2}};
  overrides.words = {{"form", "unsplit"}};
  const Tissue tissue = make_tissue("annulus_gruber2024", overrides, "test");
  EXPECT_DOUBLE_EQ(tissue.fibres->k1_MPa[0], 1.5 * 3.73);
  EXPECT_DOUBLE_EQ(tissue.fibres->k2[24], 0.5 * 37.39);
  EXPECT_DOUBLE_EQ(tissue.fibres->angle_deg[12], 38.8);
  EXPECT_DOUBLE_EQ(tissue.parameters.numbers.at("kappa"), 0.0752);
  EXPECT_DOUBLE_EQ(tissue.parameters.numbers.at("smoothing_strain"), 0.005); // default filled in
  EXPECT_EQ(tissue.parameters.words.at("form"), "unsplit");
  EXPECT_NEAR(tissue.modulus_MPa, 9 * 200 * 0.4 / (3 * 200 + 0.4), 1e-9);
  EXPECT_DOUBLE_EQ(find_preset("annulus_gruber2024").fibres->k1_MPa[0], 3.73); // the library itself is untouched
}

TEST(TissueLibrary, messages_name_place_value_and_remedy)
{
  const auto tissue = [](const std::string &preset, const LawParameters &overrides) {
    return message_of([&] { make_tissue(preset, overrides, "study.toml, materials.nucleus"); });
  };
  std::string text = tissue("cancelous_normal", {});
  expect_contains(text, "study.toml, materials.nucleus");
  expect_contains(text, "did you mean \"cancellous_normal\"");
  LawParameters overrides;
  overrides.numbers = {{"poisson_ratio", 0.49}, {"modulus_MPa", -1}, {"modulus_MP", 3}};
  text = tissue("cancellous_normal", overrides);
  expect_contains(text, "3 faults");
  expect_contains(text, "0.49");
  expect_contains(text, "neo_hooke");
  expect_contains(text, "modulus_MPa: ");
  expect_contains(text, "modulus_MP: ");
  overrides = {};
  overrides.words = {{"volumetric", "quadratik"}};
  expect_contains(tissue("nucleus_gruber2024", overrides), "did you mean \"quadratic\"");
  overrides = {};
  overrides.numbers = {{"k1_MPa", 2}};
  expect_contains(tissue("annulus_gruber2024", overrides), "k1_scale");
  expect_contains(message_of([] { find_law("neohooke"); }), "neo_hooke");
  expect_contains(message_of([] { make_law("linear_elastic", {}, "here"); }), "2 faults");
  overrides = {};
  overrides.numbers = {{"poisson_transverse", 0.9}, {"poisson_axial_transverse", 0.9}};
  expect_contains(tissue("cortical_transverse_isotropic", overrides), "not positive definite");
}

TEST(TissueLibrary, wrong_type_of_value_is_refused)
{
  LawParameters overrides;
  overrides.words = {{"modulus_MPa", "stiff"}};
  expect_contains(message_of([&] { make_tissue("pmma", overrides, "here"); }), "must be a number");
}

TEST(TissueLibrary, calibrated_sets_scale_the_published_fibres)
{
  const FibreTable published = *find_preset("annulus_gruber2024").fibres;
  const double largest_k1 = *std::max_element(published.k1_MPa.begin(), published.k1_MPa.end());
  std::vector<double> scales;
  for (const char *name : {"annulus_calibrated_a", "annulus_calibrated_b", "annulus_calibrated_c"}) {
    const TissuePreset &preset = find_preset(name);
    ASSERT_TRUE(preset.fibres.has_value()) << name;
    const double k1_scale = preset.fibres->k1_MPa[0] / published.k1_MPa[0];
    const double k2_scale = preset.fibres->k2[0] / published.k2[0];
    for (std::size_t k = 0; k < published.k1_MPa.size(); ++k) {
      EXPECT_NEAR(preset.fibres->k1_MPa[k], k1_scale * published.k1_MPa[k], 1e-12 * largest_k1) << name;
      EXPECT_NEAR(preset.fibres->k2[k], k2_scale * published.k2[k], 1e-9) << name;
      EXPECT_DOUBLE_EQ(preset.fibres->angle_deg[k], published.angle_deg[k]) << name;
    }
    EXPECT_NE(preset.source.find("Heuer 2007"), std::string::npos) << name;
    scales.push_back(k1_scale * k2_scale);
  }
  EXPECT_NE(scales[0], scales[1]);
  EXPECT_NE(scales[1], scales[2]);
}

TEST(FibreTable, is_read_in_the_published_order)
{
  const FibreTable table = *find_preset("annulus_gruber2024").fibres;
  ASSERT_EQ(table.n_regions, 5);
  ASSERT_EQ(table.n_layers, 5);
  const FibreConstants ventral_outer = interpolate(table, 0, 0), dorsal_inner = interpolate(table, 180, 1);
  EXPECT_DOUBLE_EQ(ventral_outer.k1_MPa, 3.73);
  EXPECT_DOUBLE_EQ(ventral_outer.angle_deg, 31.2);
  EXPECT_DOUBLE_EQ(dorsal_inner.k1_MPa, 1.70);
  EXPECT_DOUBLE_EQ(dorsal_inner.k2, 37.39);
  const FibreConstants lateral_middle = interpolate(table, 90, 0.5);
  EXPECT_DOUBLE_EQ(lateral_middle.k1_MPa, 2.67);
  EXPECT_DOUBLE_EQ(lateral_middle.angle_deg, 34.8);
}

TEST(FibreTable, is_bilinear_between_places_and_constant_beyond)
{
  FibreTable table;
  table.n_regions = 2;
  table.n_layers = 2;
  table.k1_MPa = {1, 2, 3, 5};
  table.k2 = {10, 10, 10, 10};
  table.angle_deg = {30, 40, 30, 40};
  EXPECT_NEAR(interpolate(table, 90, 0.5).k1_MPa, 2.75, 1e-14);
  EXPECT_NEAR(interpolate(table, 45, 0.25).k1_MPa, 1.5, 1e-14);
  EXPECT_NEAR(interpolate(table, 0, 0.375).angle_deg, 32.5, 1e-13);
  EXPECT_NEAR(interpolate(table, 0, 0.1).angle_deg, 30, 1e-13);
  EXPECT_NEAR(interpolate(table, 200, 2).k1_MPa, 5, 1e-14);
  const FibreTable uniform = *find_preset("annulus_moramarco2010").fibres;
  EXPECT_DOUBLE_EQ(interpolate(uniform, 123, 0.7).k1_MPa, 1.8);
}
} // namespace
} // namespace lumbarfem
