/// Gravity as a load and the muscles that are cut.
#include "cases_test_tools.h"

namespace lumbarfem
{
namespace
{
const std::string standing = smallest_study + R"(
[loading]
kind = "gravity"
trunk_offset_mm = 80
[[surgery.muscle_cut]]
name = "multifidus"
muscle = "multifidus"
level = "L4"
side = "left"
remaining_share = 0.25
)";
} // namespace

TEST(StudyGravity, StandsAloneByDefault)
{
  const Study study = read_text(standing).reference();
  EXPECT_EQ(study.loading.follower_load_N, 0);
  EXPECT_EQ(study.loading.moment_Nm, 0);
  EXPECT_TRUE(study.loading.directions.empty());
  EXPECT_EQ(study.loading.gravity.trunk_offset_mm, 80);
  EXPECT_EQ(study.loading.gravity.trunk_mass_kg, 26.5);
  ASSERT_EQ(study.surgery.muscle_cuts.size(), 1u);
  EXPECT_EQ(study.surgery.muscle_cuts[0].level, "L4");
  EXPECT_EQ(study.surgery.muscle_cuts[0].side, "left");
  EXPECT_EQ(study.surgery.muscle_cuts[0].remaining_share, 0.25);
}

TEST(StudyGravity, AMomentMayFollow)
{
  const Study study = read_text(standing, {"loading.moment_Nm=5", "loading.directions=[\"flexion\"]"}).reference();
  EXPECT_EQ(study.loading.moment_Nm, 5);
  EXPECT_EQ(study.loading.directions.size(), 1u);
}

TEST(StudyGravity, TheEffectiveStudyIsTheSame)
{
  const Study study = read_text(standing).reference(), again = read_text(study.effective_toml).reference();
  EXPECT_EQ(again.effective_toml, study.effective_toml);
  EXPECT_EQ(again.loading.gravity.trunk_offset_mm, 80);
  EXPECT_EQ(again.surgery.muscle_cuts.size(), 1u);
}

/// What is effective are the masses, so that the person need not be known any more.
TEST(StudyGravity, MassesOfABody)
{
  const Study study = read_text(standing, {"loading.body_mass_index=25", "loading.stature_m=1.8"}).reference();
  EXPECT_DOUBLE_EQ(study.loading.gravity.trunk_mass_kg, 81. * 26.5 / 70);
  EXPECT_DOUBLE_EQ(study.loading.gravity.segment_mass_kg, 81. * 0.024);
  EXPECT_EQ(study.effective_toml.find("body_mass_index"), std::string::npos);
  EXPECT_NEAR(read_text(study.effective_toml).reference().loading.gravity.trunk_mass_kg, 81. * 26.5 / 70, 1e-9);
  expect_contains(message_of(standing, {"loading.body_mass_index=25", "loading.segment_mass_kg=2"}),
                  "loading.segment_mass_kg: together with body_mass_index, which sets it");
  expect_contains(message_of(standing, {"loading.stature_m=1.6"}),
                  "loading.stature_m: sets nothing without body_mass_index");
}

TEST(StudyGravity, NoWeightIsRefused)
{
  expect_contains(message_of(standing, {"loading.trunk_mass_kg=0", "loading.segment_mass_kg=0"}),
                  "loading.trunk_mass_kg: 0 without segment_mass_kg leaves no weight");
}
} // namespace lumbarfem
