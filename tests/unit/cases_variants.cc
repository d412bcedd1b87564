#include "cases/variants.h"
#include "cases_test_tools.h"

namespace lumbarfem
{
const std::string chain = smallest_study + R"(
[loading]
moment_Nm = 5
[materials]
annulus = "annulus_gruber2024"
[[variant]]
name = "intact"
[[variant]]
name = "screws"
  [variant.materials]
  annulus = { k1_scale = 0.5 }
  [[variant.surgery.screw]]
  name = "a"
  level = "L4"
  side = "left"
  [[variant.surgery.screw]]
  name = "b"
  level = "L5"
  side = "left"
[[variant]]
name = "thick"
extends = "screws"
remove = ["surgery.b"]
  [variant.materials]
  annulus = { k2_scale = 2 }
  [[variant.surgery.screw]]
  name = "a"
  diameter_mm = 7.5
[[variant]]
name = "thick_long"
extends = "thick"
  [variant.loading]
  moment_Nm = 6
  [variant.materials]
  annulus = { preset = "annulus_gruber2024" }
  [[variant.surgery.screw]]
  name = "a"
  length_mm = 50
)";

TEST(Variants, ChainsMergeTablesAndObjectsByName)
{
  const StudyFile file = read_text(chain);
  ASSERT_EQ(file.variants.size(), 4u);
  const Study &intact = file.variants[0], &screws = file.variants[1], &thick = file.variants[2],
              &thick_long = file.variants[3];
  EXPECT_TRUE(intact.surgery.screws.empty());
  EXPECT_EQ(screws.surgery.screws.size(), 2u);
  ASSERT_EQ(thick.surgery.screws.size(), 1u);
  EXPECT_EQ(thick.surgery.screws[0].name, "a");
  EXPECT_EQ(thick.surgery.screws[0].level, Level::L4);
  EXPECT_EQ(thick.surgery.screws[0].diameter_mm, 7.5);
  EXPECT_EQ(screws.surgery.screws[0].diameter_mm, 6.5);
  EXPECT_EQ(thick_long.surgery.screws[0].diameter_mm, 7.5);
  EXPECT_EQ(thick_long.surgery.screws[0].length_mm, 50);
  EXPECT_EQ(thick.loading.moment_Nm, 5);
  EXPECT_EQ(thick_long.loading.moment_Nm, 6);
}

TEST(Variants, TissuesMergeConstantsUnlessThePresetIsGiven)
{
  const StudyFile file = read_text(chain);
  const auto overrides = [&](int i) { return file.variants[i].materials.at("annulus").overrides.numbers; };
  EXPECT_TRUE(overrides(0).empty());
  EXPECT_EQ(overrides(1), (std::map<std::string, double>{{"k1_scale", 0.5}}));
  EXPECT_EQ(overrides(2), (std::map<std::string, double>{{"k1_scale", 0.5}, {"k2_scale", 2}}));
  EXPECT_TRUE(overrides(3).empty());
  EXPECT_EQ(file.variants[2].materials.at("annulus").preset, "annulus_gruber2024");
}

TEST(Variants, TheFirstIsTheReferenceUnlessOneSaysSo)
{
  EXPECT_EQ(read_text(chain).reference().variant, "intact");
  const StudyFile file = read_text(smallest_study + "[[variant]]\nname = \"a\"\n[[variant]]\nname = \"b\"\n"
                                                    "reference = true\n");
  EXPECT_EQ(file.reference().variant, "b");
  EXPECT_FALSE(file.variants[0].reference);
  expect_contains(message_of(smallest_study + "[[variant]]\nname = \"a\"\nreference = true\n[[variant]]\n"
                                              "name = \"b\"\nreference = true\n"),
                  "FILE:8:13: variant.b.reference: another variant is the reference already");
}

TEST(Variants, AFileWithoutVariantsHasOneNamedBase)
{
  const StudyFile file = read_text(smallest_study);
  ASSERT_EQ(file.variants.size(), 1u);
  EXPECT_EQ(file.variants[0].variant, "base");
  EXPECT_TRUE(file.variants[0].reference);
}

TEST(Variants, RemoveTakesDottedKeys)
{
  const StudyFile file = read_text(smallest_study + "[loading]\nmoment_Nm = 3\n[materials.level.L3]\n"
                                                    "cancellous = \"cancellous_osteoporotic\"\n[[variant]]\n"
                                                    "name = \"a\"\n[[variant]]\nname = \"b\"\n"
                                                    "remove = [\"loading.moment_Nm\", \"materials.level.L3\"]\n");
  EXPECT_EQ(file.variants[0].loading.moment_Nm, 3);
  EXPECT_EQ(file.variants[0].level_materials.size(), 1u);
  EXPECT_EQ(file.variants[1].loading.moment_Nm, 7.5);
  EXPECT_TRUE(file.variants[1].level_materials.empty());
}

TEST(Variants, FaultsOfNamesAndChains)
{
  const auto variants = [](const std::string &text) { return message_of(smallest_study + text); };
  expect_contains(variants("[[variant]]\nname = \"a\"\nextends = \"b\"\n[[variant]]\nname = \"b\"\n"
                           "extends = \"a\"\n"),
                  "FILE:8:11: variant.b.extends: goes round in a circle: a -> b -> a\n1 error;");
  expect_contains(variants("[[variant]]\nname = \"intact\"\n[[variant]]\nname = \"b\"\nextends = \"intct\"\n"),
                  "FILE:7:11: variant.b.extends: there is no variant \"intct\"; allowed: base, intact; did you mean "
                  "\"intact\"?");
  expect_contains(variants("[[variant]]\nname = \"a\"\n[[variant]]\nname = \"a\"\n"),
                  "FILE:6:8: variant.name: \"a\" is given twice");
  expect_contains(variants("[[variant]]\nname = \"a/b\"\n"), "variant.name: \"a/b\" is not a variant's name");
  expect_contains(variants("[[variant]]\n"), "variant.name: is missing");
  expect_contains(variants("[[variant]]\nname = \"a\"\nremove = [\"surgery.rod\"]\n"),
                  "FILE:5:11: variant.a.remove: there is no \"surgery.rod\" to remove");
  expect_contains(variants("[variant]\nname = \"a\"\n"), "must be an array of tables");
  expect_contains(variants("[[variant]]\nname = \"a\"\n[variant.loding]\nmoment_Nm = 5\n"),
                  "FILE:5:10: loding: unknown key; allowed: facets, ligaments, loading, materials, mesh, output, "
                  "solver, spine, study, surgery, sweep, "
                  "variant; did you mean \"loading\"?");
}

TEST(Settings, ApplyToAllVariants)
{
  const StudyFile file =
      read_text(chain, {"loading.moment_Nm=4", "loading.directions=[\"flexion\"]", "spine.levels=L3-S1",
                        "surgery.screw.a.diameter_mm = 6", "materials.annulus.k1_scale=0.9"});
  for (const Study &study : file.variants) {
    EXPECT_EQ(study.loading.moment_Nm, 4);
    EXPECT_EQ(study.loading.directions, std::vector<Direction>{Direction::flexion});
    EXPECT_EQ(study.geometry.levels.size(), 4u);
    EXPECT_EQ(study.materials.at("annulus").preset, "annulus_gruber2024");
    EXPECT_EQ(study.materials.at("annulus").overrides.numbers.at("k1_scale"), 0.9);
    for (const Screw &screw : study.surgery.screws)
      if (screw.name == "a") {
        EXPECT_EQ(screw.diameter_mm, 6);
      }
  }
}

TEST(Settings, AWholeListReachesVariantsWithoutSurgery)
{
  const StudyFile file = read_text(chain, {"surgery.ligament_cut=[{name=\"cut\", level=\"L4-L5\", ligament=\"SSL\"}]"});
  EXPECT_TRUE(file.variants.front().surgery.screws.empty());
  for (const Study &study : file.variants) {
    ASSERT_EQ(study.surgery.ligament_cuts.size(), 1u) << study.variant;
    EXPECT_EQ(study.surgery.ligament_cuts[0].ligament, "SSL");
  }
}

TEST(Settings, FaultsNameTheSetting)
{
  const auto set = [](const std::string &setting) { return message_of(chain, {setting}); };
  expect_contains(set("loading.momnt_Nm=5"),
                  "--set loading.momnt_Nm: unknown key; allowed: body_mass_index, co_contraction, directions, ");
  expect_contains(set("loading.momnt_Nm=5"), "did you mean \"moment_Nm\"?\n1 error; nothing was computed.");
  expect_contains(set("loading.moment_Nm=75"), "--set loading.moment_Nm: 75 is outside 0 .. 50 Nm");
  expect_contains(set("loading.moment_Nm"), "--set loading.moment_Nm: not a setting; write key=value");
  expect_contains(set("loading.directions=[\"flexion\""), "is not a TOML value");
  expect_contains(set("surgery.screw.c.diameter_mm=6"), "no variant has an object of that name");
  expect_contains(set("variant.screws.loading.moment_Nm=5"), "a setting holds for all variants");
  expect_contains(set("loading=5"), "--set loading: must be a table, not 5");
}
} // namespace lumbarfem
