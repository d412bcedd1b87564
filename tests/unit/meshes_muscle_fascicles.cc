/// The fascicles of the muscles on both presets of a spine.
#include "meshes/lumbar_spine.h"
#include "meshes/muscle_fascicles.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

namespace lumbarfem
{
class MuscleFascicles : public testing::TestWithParam<const char *>
{
protected:
  SpineGeometry geometry = spine_preset(GetParam());
  SpineMesh mesh = build_lumbar_spine(geometry, {18});
  std::vector<MuscleFascicle> fascicles = muscle_fascicles(geometry, mesh);

  const VertebraFrame &frame(Level level) const { return mesh.vertebrae[static_cast<int>(level)]; }
};

TEST_P(MuscleFascicles, SidesAreMirrorImages)
{
  ASSERT_EQ(fascicles.size() % 2, 0u);
  for (std::size_t k = 0; k < fascicles.size(); k += 2) {
    const MuscleFascicle &left = fascicles[k], &right = fascicles[k + 1];
    EXPECT_EQ(left.side, "left");
    EXPECT_EQ(right.side, "right");
    EXPECT_EQ(left.area_mm2, right.area_mm2);
    EXPECT_GT(left.area_mm2, 0);
    ASSERT_EQ(left.path.size(), right.path.size());
    for (std::size_t i = 0; i < left.path.size(); ++i) {
      const MusclePoint &a = left.path[i], &b = right.path[i];
      EXPECT_EQ(a.place, b.place);
      EXPECT_GE(a.point.x(), 0) << a.place;
      EXPECT_LT((a.point - Vector3(-b.point.x(), b.point.y(), b.point.z())).norm(), 1e-9) << a.place;
    }
  }
}

TEST_P(MuscleFascicles, RunDownwardFromBoneToBone)
{
  for (const MuscleFascicle &fascicle : fascicles) {
    ASSERT_GE(fascicle.path.size(), 2u);
    double length = 0;
    for (std::size_t i = 0; i + 1 < fascicle.path.size(); ++i) {
      const MusclePoint &upper = fascicle.path[i], &lower = fascicle.path[i + 1];
      const std::string what = fascicle.muscle + " " + upper.place + " " + lower.place;
      // Thorax and L1 are one body, the pelvis and S1 another.
      EXPECT_LE(upper.level, lower.level) << what;
      EXPECT_GT(upper.point.z(), lower.point.z() + 10) << what;
      length += (upper.point - lower.point).norm();
    }
    const std::string what = fascicle.muscle + " " + fascicle.origin().place + " " + fascicle.insertion().place;
    EXPECT_LT(fascicle.origin().level, fascicle.insertion().level) << what;
    EXPECT_GT(length, 20) << what;
    EXPECT_LT(length, 450) << what;
  }
}

TEST_P(MuscleFascicles, ExtensorsLieBehindTheDiscsAndFlexorsInFront)
{
  const std::vector<std::string> extensors = {"longissimus", "iliocostalis", "multifidus"};
  for (const MuscleFascicle &fascicle : fascicles)
    for (const DiscFrame &disc : mesh.discs)
      for (std::size_t i = 0; i + 1 < fascicle.path.size(); ++i) {
        const MusclePoint &upper = fascicle.path[i], &lower = fascicle.path[i + 1];
        if (upper.level > disc.upper || lower.level <= disc.upper)
          continue;
        // Moment about x of a unit force on the part above: negative extends.
        const Vector3 arm = upper.point - disc.origin;
        const double moment = arm.cross((lower.point - upper.point).normalized()).x();
        const std::string what = fascicle.muscle + " " + upper.place + " at " + disc_name(disc.upper);
        if (fascicle.muscle == "rectus_abdominis")
          EXPECT_GT(moment, 50) << what; // straight: the wall of the abdomen would hold it farther in front
        else if (std::count(extensors.begin(), extensors.end(), fascicle.muscle)) {
          EXPECT_LT(moment, -15) << what;
          EXPECT_GT(moment, -100) << what;
        }
      }
}

/// The erector's middle lies 50 to 65 mm behind the discs (magnetic resonance, Jorgensen et al. 2001: 5 to 6.5 cm).
TEST_P(MuscleFascicles, TheErectorsMomentArmIsThatOfImages)
{
  for (const DiscFrame &disc : mesh.discs) {
    double area = 0, moment = 0;
    for (const MuscleFascicle &fascicle : fascicles)
      for (std::size_t i = 0; i + 1 < fascicle.path.size(); ++i) {
        const MusclePoint &upper = fascicle.path[i], &lower = fascicle.path[i + 1];
        if ((fascicle.muscle != "longissimus" && fascicle.muscle != "iliocostalis") || upper.level > disc.upper ||
            lower.level <= disc.upper)
          continue;
        area += fascicle.area_mm2;
        moment -= fascicle.area_mm2 * (upper.point - disc.origin).cross((lower.point - upper.point).normalized()).x();
      }
    EXPECT_GT(moment / area, 45) << disc_name(disc.upper);
    EXPECT_LT(moment / area, 70) << disc_name(disc.upper);
  }
}

TEST(MuscleAreas, AreasAddUpToTheSourcesTotals)
{
  const SpineGeometry geometry = spine_preset("male_subject");
  std::map<std::string, double> areas;
  for (const MuscleFascicle &fascicle : muscle_fascicles(geometry, build_lumbar_spine(geometry, {18})))
    areas[fascicle.muscle] += fascicle.area_mm2 / 2;
  ASSERT_EQ(areas.size(), muscle_names().size());
  // Pars lumborum, pars thoracis without the fascicle from T1 to L1 (29), which crosses no disc of the model.
  EXPECT_NEAR(areas["longissimus"], 499 + 1112 - 29, 1e-9);
  EXPECT_NEAR(areas["iliocostalis"], 633 + 547, 1e-9);
  EXPECT_NEAR(areas["multifidus"], 1061, 3);
  EXPECT_NEAR(areas["psoas"], 1463, 1e-9);
  EXPECT_NEAR(areas["rectus_abdominis"], 567, 1e-9);
  EXPECT_LT(areas["external_oblique"], 1575);
  EXPECT_LT(areas["internal_oblique"], 1345);
}

INSTANTIATE_TEST_SUITE_P(Presets, MuscleFascicles, testing::Values("male_subject", "population_mean"));
} // namespace lumbarfem
