/// Approaches and what they stand for.
#include "cases/approaches.h"
#include "cases_test_tools.h"

namespace lumbarfem
{
namespace
{
std::string with_approach(const std::string &lines)
{
  return smallest_study + "[[surgery.approach]]\nname = \"way\"\n" + lines;
}

const NamedRemoval *find_removal(const Study &study, const std::string &name)
{
  for (const NamedRemoval &removal : study.surgery.removals)
    if (removal.name == name)
      return &removal;
  return nullptr;
}
} // namespace

TEST(StudyApproach, IsWhatItTakesAway)
{
  const Study study = read_text(with_approach("kind = \"PLIF\"\ndisc = \"L4-L5\"\n")).reference();
  ASSERT_EQ(study.surgery.removals.size(), 4u);
  EXPECT_NE(find_removal(study, "way_spinous_process"), nullptr);
  EXPECT_EQ(study.surgery.facetectomies.size(), 1u);
  EXPECT_EQ(study.surgery.ligament_cuts.size(), 4u);
  EXPECT_TRUE(study.surgery.muscle_cuts.empty()) << "there are none without gravity";
  // The effective study lists the objects and means the same.
  EXPECT_EQ(study.effective_toml.find("approach"), std::string::npos);
  EXPECT_NE(study.effective_toml.find("way_ISL"), std::string::npos);
  EXPECT_EQ(read_text(study.effective_toml).reference().effective_toml, study.effective_toml);
}

TEST(StudyApproach, RightIsTheMirrorOfLeft)
{
  const std::string tlif = "kind = \"TLIF_open\"\ndisc = \"L3-L4\"\n";
  const Study left = read_text(with_approach(tlif + "side = \"left\"\n")).reference();
  const Study right = read_text(with_approach(tlif + "side = \"right\"\n")).reference();
  const NamedRemoval *window = find_removal(left, "way_window"), *mirrored = find_removal(right, "way_window");
  ASSERT_NE(window, nullptr);
  ASSERT_NE(mirrored, nullptr);
  EXPECT_EQ(window->window_centre_deg, 140);
  EXPECT_EQ(mirrored->window_centre_deg, 220);
  EXPECT_NE(left.effective_toml.find("L3.inferior_articular_process_left"), std::string::npos);
  EXPECT_EQ(right.effective_toml.find("L3.inferior_articular_process_left"), std::string::npos);
  EXPECT_NE(right.effective_toml.find("L3.inferior_articular_process_right"), std::string::npos);
}

TEST(StudyApproach, MusclesUnderGravityAndWhatIsKept)
{
  const std::string gravity = "[loading]\nkind = \"gravity\"\n";
  const std::string way = "[[surgery.approach]]\nname = \"way\"\nkind = \"PLIF\"\n";
  const Study study =
      read_text(smallest_study + gravity + way + "disc = \"L4-L5\"\nkeep = [\"SSL\", \"ISL\"]\n").reference();
  ASSERT_EQ(study.surgery.muscle_cuts.size(), 2u);
  EXPECT_EQ(study.surgery.muscle_cuts[0].level, "L4");
  EXPECT_EQ(study.surgery.muscle_cuts[1].remaining_share, 0.455);
  EXPECT_EQ(study.surgery.ligament_cuts.size(), 2u);
  const Study sacral = read_text(smallest_study + gravity + way + "disc = \"L5-S1\"\n").reference();
  EXPECT_EQ(sacral.surgery.muscle_cuts.size(), 1u) << "no fascicle begins at S1";
}

/// Each of them on each disc is a sound study.
TEST(StudyApproach, AllOfThemOnAllDiscs)
{
  ASSERT_EQ(approach_names().size(), 6u);
  for (const std::string &kind : approach_names())
    for (const std::string disc : {"L1-L2", "L5-S1"}) {
      const bool has_side = kind.rfind("TLIF", 0) == 0 || kind == "endoscopic_decompression";
      EXPECT_NO_THROW(read_text(
          with_approach("kind = \"" + kind + "\"\ndisc = \"" + disc + "\"\n" + (has_side ? "side = \"right\"\n" : ""))))
          << kind << " " << disc;
    }
}
} // namespace lumbarfem
