/// [ligaments] and [[surgery.ligament_cut]].
#include "cases_test_tools.h"

namespace lumbarfem
{
namespace
{
const std::string changed = smallest_study + R"(
[ligaments]
set = "goel"
[ligaments.SSL]
stiffness_factor = 0.5
reference_strain = -0.1
[ligaments.level.L4-L5.SSL]
stiffness_factor = 2
[ligaments.level.L1-L2.PLL]
reference_strain = 0.2
[[variant]]
name = "intact"
[[variant]]
name = "resected"
  [[variant.surgery.ligament_cut]]
  name = "ssl"
  level = "L4-L5"
  ligament = "SSL"
  [[variant.surgery.ligament_cut]]
  name = "capsule"
  level = "L4-L5"
  ligament = "CL"
  side = "left"
[[variant]]
name = "capsule_only"
extends = "resected"
remove = ["surgery.ssl"]
)";
} // namespace

TEST(StudyLigaments, ChangesOfALevelStartFromThoseOfAllLevels)
{
  const LigamentChoice ligaments = read_text(changed).reference().ligaments;
  EXPECT_EQ(ligaments.set, "goel");
  EXPECT_EQ(ligaments.override_of(Level::L2, "SSL").stiffness_factor, 0.5);
  EXPECT_EQ(ligaments.override_of(Level::L4, "SSL").stiffness_factor, 2);
  EXPECT_EQ(ligaments.override_of(Level::L4, "SSL").reference_strain, -0.1);
  EXPECT_EQ(ligaments.override_of(Level::L1, "PLL").reference_strain, 0.2);
  EXPECT_EQ(ligaments.override_of(Level::L1, "PLL").stiffness_factor, 1);
  EXPECT_FALSE(ligaments.override_of(Level::L2, "PLL").reference_strain.has_value());
}

TEST(StudyLigaments, CutsBelongToTheirVariants)
{
  const StudyFile file = read_text(changed);
  EXPECT_TRUE(file.variants[0].surgery.ligament_cuts.empty());
  ASSERT_EQ(file.variants[1].surgery.ligament_cuts.size(), 2u);
  EXPECT_EQ(file.variants[1].surgery.ligament_cuts[0].side, "both");
  ASSERT_EQ(file.variants[2].surgery.ligament_cuts.size(), 1u);
  const LigamentCut &cut = file.variants[2].surgery.ligament_cuts[0];
  EXPECT_EQ(cut.name, "capsule");
  EXPECT_EQ(cut.disc, Level::L4);
  EXPECT_EQ(cut.ligament, "CL");
  EXPECT_EQ(cut.side, "left");
}

TEST(StudyLigaments, EffectiveStudyKeepsThem)
{
  const Study study = read_text(changed).variants[1];
  const Study again = read_text(study.effective_toml).variants[0];
  EXPECT_EQ(again.effective_toml, study.effective_toml);
  EXPECT_EQ(again.ligaments.set, "goel");
  EXPECT_EQ(again.ligaments.override_of(Level::L4, "SSL").stiffness_factor, 2);
  EXPECT_EQ(again.ligaments.override_of(Level::L4, "SSL").reference_strain, -0.1);
  EXPECT_EQ(again.surgery.ligament_cuts.size(), 2u);
}

TEST(StudyLigaments, SettingsReachSingleLigaments)
{
  const Study study =
      read_text(smallest_study, {"ligaments.set=remus2021", "ligaments.level.L4-L5.ISL.stiffness_factor=0"})
          .reference();
  EXPECT_EQ(study.ligaments.set, "remus2021");
  EXPECT_EQ(study.ligaments.override_of(Level::L4, "ISL").stiffness_factor, 0);
  EXPECT_EQ(study.ligaments.override_of(Level::L3, "ISL").stiffness_factor, 1);
}

TEST(StudyLigaments, FaultsNameTheNearestWord)
{
  expect_contains(message_of(smallest_study + "[ligaments]\nset = \"remus\"\n"), "did you mean \"remus2021\"?");
  expect_contains(message_of(smallest_study + "[ligaments]\nset = \"goel\"\n[ligaments.PPL]\n"),
                  "did you mean \"PLL\"?");
  expect_contains(message_of(smallest_study + "[ligaments.level.L4-L6.SSL]\nstiffness_factor = 1\n"),
                  "did you mean \"L4-L5\"?");
  expect_contains(message_of(smallest_study + "[ligaments.SSL]\nstiffness_factor = -1\n"), "0 .. 100");
  expect_contains(message_of(smallest_study + "[ligaments.SSL]\nreference_strains = 0\n"),
                  "did you mean \"reference_strain\"?");
}
} // namespace lumbarfem
