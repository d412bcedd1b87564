/// Which levels a surgery treats; what is asked of published claims.
#include "cases/surgery_levels.h"
#include "cases_test_tools.h"

namespace lumbarfem
{
namespace
{
const std::string screws = R"(
[[surgery.screw]]
name = "a"
level = "L3"
side = "left"
[[surgery.screw]]
name = "S1a"
level = "L4"
side = "left"
[[surgery.screw]]
name = "screw-L1-right"
level = "L5"
side = "left"
)";

TreatedLevels treated(const std::string &surgery)
{
  return treated_by(read_text(smallest_study + surgery).reference().surgery);
}

using Levels = std::set<Level>;
} // namespace

TEST(SurgeryLevels, RodsTreatWhatTheyBridge)
{
  const TreatedLevels levels =
      treated(screws + "[[surgery.rod]]\nname = \"r\"\nside = \"left\"\nupper = \"L3\"\nlower = \"L5\"\n");
  EXPECT_EQ(levels.discs, (Levels{Level::L3, Level::L4}));
  EXPECT_TRUE(levels.vertebrae.empty() && levels.fused.empty());
}

TEST(SurgeryLevels, AScrewThatNothingJoinsTreatsItsVertebra)
{
  const TreatedLevels levels =
      treated(screws + "[[surgery.rod]]\nname = \"r\"\nside = \"left\"\nupper = \"L4\"\nlower = \"L5\"\n");
  EXPECT_EQ(levels.discs, Levels{Level::L4});
  EXPECT_EQ(levels.vertebrae, Levels{Level::L3});
}

TEST(SurgeryLevels, FusedIsACageThatARodBridges)
{
  const std::string cage = "[[surgery.cage]]\nname = \"c\"\ndisc = \"L3-L4\"\nwidth_mm = 30\ndepth_mm = 20\n";
  EXPECT_EQ(treated(cage).discs, Levels{Level::L3});
  EXPECT_TRUE(treated(cage).fused.empty()) << "a cage alone stands alone";
  const std::string link = "[[surgery.dynamic]]\nname = \"d\"\nside = \"left\"\nupper = \"L3\"\nlower = \"L4\"\n"
                           "cord_stiffness_N_per_mm = 500\nspacer_stiffness_N_per_mm = 200\n";
  EXPECT_TRUE(treated(screws + cage + link).fused.empty()) << "a cord and a spacer let it move";
  const std::string rod = "[[surgery.rod]]\nname = \"r\"\nside = \"left\"\nupper = \"L3\"\nlower = \"L5\"\n";
  EXPECT_EQ(treated(screws + cage + rod).fused, Levels{Level::L3});
  EXPECT_EQ(treated(screws + cage + rod).discs, (Levels{Level::L3, Level::L4}));
}

TEST(SurgeryLevels, CementCutsAndRemovals)
{
  const TreatedLevels levels = treated(R"(
[ligaments]
set = "remus2021"
[[surgery.cement]]
name = "c"
level = "L2"
volume_mL = 1
[[surgery.removal]]
name = "lamina"
part = "L4.lamina"
[[surgery.removal]]
name = "nucleus"
part = "L1-L2.nucleus"
[[surgery.ligament_cut]]
name = "cut"
level = "L5-S1"
ligament = "SSL"
)");
  EXPECT_EQ(levels.vertebrae, (Levels{Level::L2, Level::L4}));
  EXPECT_EQ(levels.discs, (Levels{Level::L1, Level::L5}));
  EXPECT_TRUE(treated("").is_empty());
}

TEST(SurgeryLevels, TheShippedFusionFusesL4L5AndAsksForA1)
{
  const StudyFile file = read_study(repository() + "/cases/fused-vs-dynamic/study.toml", {});
  EXPECT_EQ(file.reference().claims, std::vector<std::string>{"A1"});
  for (const Study &study : file.variants) {
    const TreatedLevels levels = treated_by(study.surgery);
    EXPECT_EQ(levels.discs, study.variant == "intact" ? Levels{} : Levels{Level::L4}) << study.variant;
    EXPECT_EQ(levels.fused, study.variant == "fused" ? Levels{Level::L4} : Levels{}) << study.variant;
  }
  const StudyFile cement = read_study(repository() + "/cases/cement-volume/study.toml", {});
  EXPECT_EQ(treated_by(cement).vertebrae, Levels{Level::L3});
  EXPECT_TRUE(cement.reference().claims.empty());
}
} // namespace lumbarfem
