#include "cases/study_keys.h"
#include "cases/study_reader.h"
#include "cases_test_tools.h"
#include "meshes/dimension_names.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace lumbarfem
{
TEST(StudyReader, DefaultsAreComplete)
{
  const Study study = read_text(smallest_study).reference();
  EXPECT_EQ(study.spine_preset, "male_subject");
  EXPECT_EQ(study.geometry.levels.size(), 6u);
  EXPECT_EQ(study.resolution.size_mm, MeshResolution::from_word("default"));
  EXPECT_EQ(study.element, "q2p1");
  EXPECT_EQ(study.materials.size(), 8u);
  EXPECT_TRUE(study.geometry.posterior_elements);
  EXPECT_EQ(study.loading.kind, "follower_load");
  EXPECT_EQ(study.loading.follower_load_N, 400);
  EXPECT_EQ(study.loading.moment_Nm, 7.5);
  EXPECT_EQ(study.loading.directions.size(), 6u);
  EXPECT_EQ(study.loading.protocols, std::vector<Protocol>{Protocol::load_control});
  EXPECT_EQ(study.loading.preload_steps, 2);
  EXPECT_EQ(study.loading.moment_steps, 6);
  EXPECT_EQ(study.loading.tolerance, 1e-6);
  EXPECT_TRUE(study.write_fields);
}

TEST(StudyReader, DimensionsOverrideThePreset)
{
  const Study study = read_text(smallest_study + "[spine]\nlevels = \"L3-L5\"\ncortex_thickness_mm = 0.7\n"
                                                 "posterior_elements = false\n"
                                                 "[spine.disc.L4-L5]\ncentre_height_mm = 11\n"
                                                 "[spine.vertebra.L4]\nanterior_height_mm = 27\n")
                          .reference();
  const SpineGeometry preset = spine_preset("male_subject");
  EXPECT_EQ(study.geometry.levels, (std::vector<Level>{Level::L3, Level::L4, Level::L5}));
  EXPECT_EQ(study.geometry.cortex_thickness_mm, 0.7);
  EXPECT_FALSE(study.geometry.posterior_elements);
  EXPECT_EQ(study.geometry.discs.at(Level::L4).centre_height_mm, 11);
  EXPECT_EQ(study.geometry.discs.at(Level::L3).centre_height_mm, preset.discs.at(Level::L3).centre_height_mm);
  EXPECT_EQ(study.geometry.vertebrae.at(Level::L4).anterior_height_mm, 27);
}

TEST(StudyReader, TissuesOfSingleLevelsStartFromThoseOfTheSpine)
{
  const Study study = read_text(smallest_study + R"(
[materials]
annulus = { preset = "annulus_gruber2024", k1_scale = 0.5 }
[materials.level.L3]
cancellous = "cancellous_osteoporotic"
[materials.level.L4-L5]
annulus = { k2_scale = 0.9 }
)")
                          .reference();
  EXPECT_EQ(study.level_materials.at("L3.cancellous").preset, "cancellous_osteoporotic");
  const TissueChoice &annulus = study.level_materials.at("L4-L5.annulus");
  EXPECT_EQ(annulus.preset, "annulus_gruber2024");
  EXPECT_EQ(annulus.overrides.numbers, (std::map<std::string, double>{{"k1_scale", 0.5}, {"k2_scale", 0.9}}));
}

TEST(StudyReader, BoneIsGivenByItsDensity)
{
  const Study study = read_text(smallest_study + R"(
[materials]
cancellous = { preset = "cancellous_set_b_normal", t_score = -2.5 }
[materials.level.L3]
cancellous = { density_mg_per_cm3 = 80 }
[materials.level.L4]
cancellous = { preset = "cancellous_normal", hounsfield = 227 }
)")
                          .reference();
  const auto modulus = [](const TissueChoice &choice) { return choice.overrides.numbers.at("modulus_MPa"); };
  EXPECT_NEAR(modulus(study.materials.at("cancellous")), 200 * std::pow(183.884 / 301.694, 1.35), 1e-6);
  EXPECT_NEAR(modulus(study.level_materials.at("L3.cancellous")), 223.7, 1e-9);
  EXPECT_NEAR(modulus(study.level_materials.at("L4.cancellous")), 0.63 * std::pow(301.694, 1.35), 1e-6);
  ASSERT_EQ(study.warnings.size(), 1u); // 14 times the preset's 100 MPa
  expect_contains(study.warnings[0], "materials.level.L4.cancellous.hounsfield: means a modulus of 14");
  // What was solved names the modulus, and is read again.
  const Study again = read_text(study.effective_toml).reference();
  EXPECT_NEAR(modulus(again.level_materials.at("L3.cancellous")), 223.7, 1e-9);
}

TEST(StudyReader, PureMomentsAndPureCompressionNeedNoOtherKeys)
{
  EXPECT_EQ(read_text(smallest_study + "[loading]\nkind = \"pure_moment\"\n").reference().loading.follower_load_N, 0);
  EXPECT_TRUE(read_text(smallest_study + "[loading]\nmoment_Nm = 0\n").reference().loading.directions.empty());
}

TEST(StudyReader, AllFaultsAreListedInTheOrderOfTheFile)
{
  const std::string message = message_of("[spine]\npreset = \"male\"\n[loading]\nmoment_Nm = 75\nforce = 1\n");
  const std::size_t preset = message.find("FILE:2:10: spine.preset"), moment = message.find("FILE:4:13: "),
                    force = message.find("FILE:5:1: loading.force: unknown key"), title = message.find("study.title");
  ASSERT_NE(preset, std::string::npos) << message;
  ASSERT_NE(title, std::string::npos) << message;
  EXPECT_LT(preset, moment);
  EXPECT_LT(moment, force);
  EXPECT_NE(force, std::string::npos);
  expect_contains(message, "\n4 errors; nothing was computed.");
}

TEST(StudyReader, AMissingFileIsAUserError)
{
  EXPECT_THROW(read_study("/nowhere/study.toml", {}), UserError);
  EXPECT_THROW(read_study(repository() + "cases", {}), UserError);
}

TEST(StudyReader, TheReferenceOfARecordIsDeniedToHybridRuns)
{
  const std::string record = smallest_study + "[[variant]]\nname = \"fused\"\nreference = false\n";
  EXPECT_FALSE(read_text(record).reference().reference);
  EXPECT_THROW(read_text(record, {"loading.protocols=[\"hybrid\"]"}).reference(), UserError);
}

/// Changes and the lost motion need the reference's rows beside those of the variant that takes its rotation.
TEST(StudyReader, TheReferenceStandsInTheHybridTableOfOthers)
{
  const std::string study = smallest_study +
                            "[loading]\nprotocols = [\"load_control\"]\n[[variant]]\nname = \"intact\"\n"
                            "[[variant]]\nname = \"fused\"\n";
  const std::vector<Protocol> load_control = {Protocol::load_control},
                              both = {Protocol::load_control, Protocol::hybrid};
  EXPECT_EQ(read_text(study).variants[0].loading.protocols, load_control);
  const StudyFile file = read_text(study + "[variant.loading]\nprotocols = [\"hybrid\"]\n");
  EXPECT_EQ(file.variants[0].loading.protocols, both);
  expect_contains(file.variants[0].effective_toml, "hybrid");
}

/// The keys of a list in its order.
std::vector<std::string> key_names(const std::vector<Key> &keys)
{
  std::vector<std::string> names;
  for (const Key &key : keys)
    names.push_back(key.name);
  std::sort(names.begin(), names.end());
  return names;
}

template <typename Dimensions>
std::vector<std::string> dimension_names(const Dimensions &object)
{
  std::vector<std::string> names;
  for (const auto &entry : dimensions(object))
    names.push_back(entry.first);
  std::sort(names.begin(), names.end());
  return names;
}

/// A dimension that can be set but not written would be lost in the effective study.
TEST(DimensionNames, AreThoseOfTheKeys)
{
  SpineGeometry geometry{};
  EXPECT_EQ(dimension_names(VertebraDimensions{}), key_names(vertebra_keys()));
  EXPECT_EQ(dimension_names(DiscDimensions{}), key_names(disc_keys()));
  EXPECT_EQ(dimension_names(SingleDiscDimensions{}), key_names(single_disc_keys()));
  EXPECT_EQ(dimension_names(geometry), key_names(spine_keys()));
  for (const Key &key : spine_keys()) {
    ASSERT_TRUE(set_dimension(geometry, key.name, 3.25));
    for (const auto &[name, value] : dimensions(geometry))
      if (name == key.name) {
        EXPECT_EQ(value, 3.25) << name;
      }
  }
}

TEST(StudyKeys, DefaultPresetsAreInTheLibraryAndFit)
{
  for (const Key &key : tissue_keys())
    EXPECT_EQ(find_preset(key.fallback.substr(1, key.fallback.size() - 2)).tissue, key.name);
}

TEST(StudyKeys, EveryKeyHasASentence)
{
  for (const TableDeclaration &table : table_declarations())
    for (const Key &key : table.keys) {
      EXPECT_FALSE(key.sentence.empty()) << table.path << "." << key.name;
      EXPECT_EQ(key.sentence.back(), '.') << table.path << "." << key.name;
    }
}

/// The effective study of every variant reads back to the same study.
void expect_round_trip(const Study &study)
{
  const StudyFile file = read_text(study.effective_toml);
  ASSERT_EQ(file.variants.size(), 1u);
  const Study &again = file.variants[0];
  EXPECT_EQ(again.effective_toml, study.effective_toml);
  EXPECT_EQ(again.variant, study.variant);
  EXPECT_EQ(again.reference, study.reference);
  EXPECT_EQ(again.geometry.levels, study.geometry.levels);
  EXPECT_EQ(again.resolution.size_mm, study.resolution.size_mm);
  EXPECT_EQ(again.surgery.screws.size(), study.surgery.screws.size());
  EXPECT_EQ(again.loading.directions, study.loading.directions);
  EXPECT_EQ(again.loading.protocols, study.loading.protocols);
  for (const auto &[level, vertebra] : study.geometry.vertebrae)
    EXPECT_EQ(dimensions(again.geometry.vertebrae.at(level)), dimensions(vertebra));
  for (const auto &[level, disc] : study.geometry.discs)
    EXPECT_EQ(dimensions(again.geometry.discs.at(level)), dimensions(disc));
}

TEST(EffectiveStudy, ReadsBackToTheSameStudy)
{
  const std::string text = R"(
[study]
title = "A \"quoted\" title\twith a tab"
question = """two
lines \\ and a backslash"""
[spine]
levels = "L2-S1"
[spine.disc.L4-L5]
centre_height_mm = 11.123456789012345
[mesh]
resolution = 7.3
element = "q1p0"
[materials]
annulus = { preset = "annulus_gruber2024", k1_scale = 0.1 }
[materials.level.L3]
cancellous = "cancellous_osteoporotic"
cortical = { modulus_MPa = 9000.5 }
[materials.level.L4-L5]
nucleus = "nucleus_schmidt2007"
[output]
fields = false
[[surgery.cage]]
name = "cage"
disc = "L4-L5"
shape = "box"
width_mm = 24
depth_mm = 18
offset_lateral_mm = 1.5
material = { preset = "peek", modulus_MPa = 3500 }
[[surgery.cement]]
name = "cement_2"
level = "L2"
pattern = "left"
volume_mL = 3.3
[[surgery.cement]]
name = "cement_3"
level = "L3"
pattern = "right"
volume_percent = 12.5
material = "pmma"
[[surgery.cement]]
name = "cement_3_b"
level = "L3"
pattern = "ellipsoids"
ellipsoids_mm = [[8, -2.5, 0, 6, 9, 7], [-6, 0, 2, 5, 6, 6]]
volume_percent = 9
percent_of = "body"
)";
  expect_round_trip(read_text(text).reference());
}

class ShippedStudy : public testing::TestWithParam<std::string>
{
};

TEST_P(ShippedStudy, ReadsAndItsEffectiveStudiesReadBack)
{
  const std::string folder = repository() + "cases/" + GetParam();
  const StudyFile file = read_study(folder + "/study.toml", {});
  for (const Study &study : file.variants)
    expect_round_trip(study);
  EXPECT_FALSE(file.reference().question.empty());
  EXPECT_FALSE(file.reference().expected.empty());
  EXPECT_FALSE(file.reference().citation.empty());
  EXPECT_TRUE(std::filesystem::exists(folder + "/README.md"));
}

INSTANTIATE_TEST_SUITE_P(All, ShippedStudy, testing::Values("fused-vs-dynamic", "cement-volume", "calibration-disc"),
                         [](const auto &instance) {
                           std::string name = instance.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(ShippedStudy, ValidationsReadAndTheirEffectiveStudiesReadBack)
{
  int n = 0;
  for (const auto &entry : std::filesystem::directory_iterator(repository() + "cases/validation")) {
    const std::string path = entry.path() / "study.toml";
    if (!std::filesystem::exists(path))
      continue;
    ++n;
    for (const Study &study : read_study(path, {}).variants)
      expect_round_trip(study);
  }
  EXPECT_GE(n, 6);
}

TEST(StudyReader, CompressionAndDisplacementReadBack)
{
  const std::string disc = smallest_study + "[spine]\npreset = \"calibration_disc\"\n[loading]\n";
  const Study force = read_text(disc + "kind = \"compression\"\nforce_N = 900\nforce_preload_N = 50\nguide = \"free\"\n"
                                       "force_steps = 7\n")
                          .reference();
  EXPECT_EQ(force.loading.force_N, 900);
  EXPECT_EQ(force.loading.force_preload_N, 50);
  EXPECT_EQ(force.loading.force_steps, 7);
  EXPECT_FALSE(force.loading.is_guided);
  EXPECT_EQ(force.loading.moment_Nm, 0);
  EXPECT_EQ(force.loading.follower_load_N, 0);
  EXPECT_TRUE(force.loading.directions.empty());
  expect_round_trip(force);
  const Study approach = read_text(disc + "kind = \"displacement\"\ndisplacement_mm = 0.8\n").reference();
  EXPECT_EQ(approach.loading.displacement_mm, 0.8);
  EXPECT_TRUE(approach.loading.is_guided);
  expect_round_trip(approach);
}

TEST(ShippedStudy, FusedAgainstDynamicHasItsSurgery)
{
  const StudyFile file = read_study(repository() + "cases/fused-vs-dynamic/study.toml", {});
  ASSERT_EQ(file.variants.size(), 4u);
  EXPECT_EQ(file.reference().variant, "intact");
  const Surgery &fused = file.variants[2].surgery, &dynamic = file.variants[3].surgery;
  EXPECT_EQ(fused.screws.size(), 4u);
  EXPECT_EQ(fused.rods.size(), 2u);
  EXPECT_EQ(fused.cages.size(), 1u);
  EXPECT_EQ(dynamic.screws.size(), 4u);
  EXPECT_TRUE(dynamic.rods.empty());
  EXPECT_EQ(dynamic.links.size(), 2u);
}

TEST(StudyTemplate, ReadsBackWithoutError)
{
  const StudyFile file = read_text(study_template());
  EXPECT_EQ(file.reference().variant, "intact");
  for (const Study &study : file.variants)
    expect_round_trip(study);
}

/// Without the # before keys and tables only combinations are wrong (both volumes of a cement, a rod beside a dynamic
/// link ...): every example is a known key with a valid value.
TEST(StudyTemplate, ItsExamplesAreValid)
{
  std::istringstream lines(study_template());
  std::string text, line;
  while (std::getline(lines, line)) {
    const bool example = line.size() > 1 && line[0] == '#' && (line[1] == '[' || std::islower(line[1]));
    text += (example ? line.substr(1) : line) + "\n";
  }
  for (const TableDeclaration &table : table_declarations())
    for (const Key &key : table.keys)
      if (table.path != "variant")
        expect_contains(text, "\n" + key.name + " = ");
  const std::string message = message_of(text);
  expect_contains(message, "volume_mL is given too");
  for (const char *fault : {"unknown key", "not valid TOML", "is missing", "must be", "is outside", "is not known"})
    EXPECT_EQ(message.find(fault), std::string::npos) << message;
}

/// LUMBARFEM_WRITE_REFERENCE=1 writes the page anew after a key was changed.
TEST(StudyReference, IsTheGeneratedPage)
{
  const std::string path = repository() + "docs/study-reference.md";
  if (std::getenv("LUMBARFEM_WRITE_REFERENCE"))
    std::ofstream(path) << study_reference_markdown();
  EXPECT_TRUE(file_text(path) == study_reference_markdown())
      << path << " is out of date: run this test once with LUMBARFEM_WRITE_REFERENCE=1";
}
} // namespace lumbarfem
