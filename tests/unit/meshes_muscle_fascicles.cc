/// The fascicles of the muscles on both presets of a spine.
#include "meshes/lumbar_spine.h"
#include "meshes/muscle_fascicles.h"

#include <gtest/gtest.h>

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
    EXPECT_EQ(left.origin.place, right.origin.place);
    EXPECT_EQ(left.area_mm2, right.area_mm2);
    EXPECT_GT(left.area_mm2, 0);
    EXPECT_GE(left.origin.point.x(), 0) << left.origin.place;
    for (const auto &[a, b] : {std::pair(left.origin, right.origin), std::pair(left.insertion, right.insertion)})
      EXPECT_LT((a.point - Vector3(-b.point.x(), b.point.y(), b.point.z())).norm(), 1e-9) << a.place;
  }
}

TEST_P(MuscleFascicles, RunDownwardFromBoneToBone)
{
  for (const MuscleFascicle &fascicle : fascicles) {
    const std::string what = fascicle.muscle + " " + fascicle.origin.place + " " + fascicle.insertion.place;
    EXPECT_LT(fascicle.origin.level, fascicle.insertion.level) << what;
    EXPECT_GT(fascicle.origin.point.z(), fascicle.insertion.point.z() + 10) << what;
    const double length = (fascicle.origin.point - fascicle.insertion.point).norm();
    EXPECT_GT(length, 20) << what;
    EXPECT_LT(length, 400) << what;
  }
}

TEST_P(MuscleFascicles, ExtensorsLieBehindTheDiscsAndFlexorsInFront)
{
  for (const MuscleFascicle &fascicle : fascicles)
    for (const DiscFrame &disc : mesh.discs) {
      const bool crosses = fascicle.origin.level <= disc.upper && fascicle.insertion.level > disc.upper;
      if (!crosses || fascicle.muscle == "psoas")
        continue;
      // Moment about x of a unit force on the part above: negative extends.
      const Vector3 arm = fascicle.origin.point - disc.origin;
      const double moment = arm.cross((fascicle.insertion.point - fascicle.origin.point).normalized()).x();
      const std::string what = fascicle.muscle + " " + fascicle.origin.place + " at " + disc_name(disc.upper);
      if (fascicle.muscle == "rectus_abdominis")
        EXPECT_GT(moment, 60) << what;
      else {
        EXPECT_LT(moment, -15) << what;
        EXPECT_GT(moment, -100) << what;
      }
    }
}

TEST(MuscleAreas, AreasAddUpToTheSourcesTotals)
{
  const SpineGeometry geometry = spine_preset("male_subject");
  std::map<std::string, double> areas;
  for (const MuscleFascicle &fascicle : muscle_fascicles(geometry, build_lumbar_spine(geometry, {18})))
    areas[fascicle.muscle] += fascicle.area_mm2 / 2;
  ASSERT_EQ(areas.size(), muscle_names().size());
  EXPECT_NEAR(areas["longissimus"], 499 + 620, 1e-9); // pars lumborum, pars thoracis
  EXPECT_NEAR(areas["iliocostalis"], 633 + 547, 1e-9);
  EXPECT_NEAR(areas["multifidus"], 1061, 1e-9);
  EXPECT_NEAR(areas["psoas"], 1371, 1e-9);
  EXPECT_NEAR(areas["rectus_abdominis"], 567, 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Presets, MuscleFascicles, testing::Values("male_subject", "population_mean"));
} // namespace lumbarfem
