#include "meshes/anatomy.h"
#include "meshes/lumbar_spine.h"

#include <gtest/gtest.h>

namespace lumbarfem
{
namespace
{
struct Spine {
  SpineGeometry geometry;
  SpineMesh mesh;
  Anatomy anatomy;

  explicit Spine(const std::string &preset, std::vector<Level> levels = {})
  {
    geometry = spine_preset(preset);
    if (!levels.empty())
      geometry.levels = levels;
    mesh = build_lumbar_spine(geometry, {18});
    anatomy = make_anatomy(preset, geometry, mesh);
  }
};

Vector3 mirrored(const Vector3 &point) { return {-point.x(), point.y(), point.z()}; }

TEST(SpineAnatomy, BothSidesAreMirrorImages)
{
  const Anatomy anatomy = Spine("population_mean").anatomy;
  ASSERT_EQ(anatomy.pedicles.size(), 10u) << "the presets describe none of S1";
  for (std::size_t k = 0; k < anatomy.pedicles.size(); k += 2) {
    const Pedicle &left = anatomy.pedicles[k], &right = anatomy.pedicles[k + 1];
    EXPECT_EQ(left.level, right.level);
    EXPECT_EQ(left.side, Side::left);
    EXPECT_GT(left.axis.centre.x(), 5);
    EXPECT_LT((mirrored(left.axis.centre) - right.axis.centre).norm(), 1e-9);
    EXPECT_LT((mirrored(left.axis.direction) - right.axis.direction).norm(), 1e-12);
    EXPECT_NEAR(left.axis.direction.norm(), 1, 1e-12);
  }
  ASSERT_EQ(anatomy.guides.size(), 12u);
  for (std::size_t k = 0; k < 6; ++k) {
    EXPECT_EQ(anatomy.guides[k].side, Side::left);
    EXPECT_EQ(anatomy.guides[k].level, anatomy.guides[k + 6].level);
    EXPECT_LT((mirrored(anatomy.guides[k].point) - anatomy.guides[k + 6].point).norm(), 1e-9);
  }
}

TEST(SpineAnatomy, APedicleLiesBehindItsBodyAndPointsBackward)
{
  const Spine spine("male_subject");
  for (const VertebraFrame &vertebra : spine.mesh.vertebrae) {
    if (vertebra.level == Level::S1) {
      EXPECT_THROW(spine.anatomy.pedicle(Level::S1, Side::right), std::logic_error);
      continue;
    }
    const PedicleAxis axis = spine.anatomy.pedicle(vertebra.level, Side::right).axis;
    const Vector3 local = vertebra.axes.transpose() * (axis.centre - vertebra.origin);
    const VertebraDimensions &dimensions = spine.geometry.vertebrae.at(vertebra.level);
    EXPECT_NEAR(local.x(), -dimensions.pedicle_lateral_mm, 1e-9);
    EXPECT_NEAR(local.y(), dimensions.pedicle_posterior_mm, 1e-9);
    EXPECT_NEAR(local.z(), dimensions.pedicle_superior_mm, 1e-9);
    EXPECT_GT((vertebra.axes.transpose() * axis.direction).y(), 0.5);
  }
}

TEST(SpineAnatomy, HoldsWhatTheLevelsHave)
{
  const Anatomy whole = Spine("population_mean").anatomy;
  EXPECT_EQ(whole.facets.size(), 10u);
  EXPECT_FALSE(whole.muscles.empty());
  EXPECT_EQ(whole.ligaments.front().upper, Level::L1);
  EXPECT_EQ(whole.ligaments.back().upper, Level::L5);
  const Anatomy part = Spine("population_mean", {Level::L3, Level::L4}).anatomy;
  EXPECT_EQ(part.facets.size(), 2u);
  EXPECT_TRUE(part.muscles.empty());
  EXPECT_THROW(part.pedicle(Level::L5, Side::left), std::logic_error);
  const Anatomy disc = Spine("calibration_disc").anatomy;
  EXPECT_TRUE(disc.pedicles.empty() && disc.guides.empty() && disc.ligaments.empty() && disc.facets.empty());
}
} // namespace
} // namespace lumbarfem
