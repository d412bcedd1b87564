/// Patches of an endplate.
#include "postprocess/measures/endplate_patches.h"
#include "postprocess/measures/mesh_topology.h"
#include "postprocess_support.h"

namespace lumbarfem::postprocess_tests
{
namespace
{
std::vector<EndplatePatch> patches_of(const Model &model)
{
  const VertebraFrame &vertebra = model.mesh.vertebrae[0];
  // The surface is the disc's as well as the bone's: its faces as the bone's cells have them.
  std::vector<CellFace> faces;
  for (int cell = 0; cell < static_cast<int>(model.mesh.cells.size()); ++cell)
    if (model.mesh.region_of(cell).name == "L4.inferior_bony_endplate")
      faces.push_back({cell, 4});
  return endplate_patches(model.mesh, model.field, faces, vertebra.inferior_centre, vertebra.axes.col(0),
                          vertebra.inferior_normal);
}

class Patches : public testing::Test
{
protected:
  ConstantStress law{uniaxial_z(-2)};
};

TEST_F(Patches, LieOnAGridAndAreWhole)
{
  const auto model = make_model(law);
  const std::vector<EndplatePatch> patches = patches_of(*model);
  int n_inner = 0;
  for (const EndplatePatch &patch : patches) {
    double sum = 0;
    for (const EndplatePatch::Point &point : patch.points) {
      sum += point.share;
      // In the plane no farther than the radius; the endplate is slightly curved.
      const Vector3 position = cell_geometry(model->field, point.cell, point.unit_point, State()).reference;
      EXPECT_LT((position - patch.centre).norm(), patch_diameter_mm / 2 + 1);
    }
    EXPECT_NEAR(sum, 1, 1e-12);
    if (patch.rim_distance_mm > patch_rim_mm) {
      EXPECT_EQ(patch.points.size(), 3 * 19u) << "whole";
      ++n_inner;
    }
  }
  // An endplate of about 50 by 35 mm less 4 mm round, one patch for 9 mm2.
  EXPECT_GT(n_inner, 70);
  EXPECT_LT(n_inner, 130);
  EXPECT_GT(patches.size(), static_cast<std::size_t>(n_inner) + 20) << "none at the rim";
}

TEST_F(Patches, DoNotFollowTheMesh)
{
  const auto coarse =
      make_model(segment_mesh(12), ElementType::q2p1,
                 [this](int, const Vector3 &, const Vector3 &, const Matrix3 &) { return PointMaterial{&law}; });
  const auto fine =
      make_model(segment_mesh(7), ElementType::q2p1,
                 [this](int, const Vector3 &, const Vector3 &, const Matrix3 &) { return PointMaterial{&law}; });
  const std::vector<EndplatePatch> a = patches_of(*coarse), b = patches_of(*fine);
  // At the rim a patch more or less may be half on; those inside are the same.
  const auto inner = [](const std::vector<EndplatePatch> &patches) {
    std::vector<Vector3> centres;
    for (const EndplatePatch &patch : patches)
      if (patch.rim_distance_mm > patch_rim_mm + 0.5)
        centres.push_back(patch.centre);
    return centres;
  };
  const std::vector<Vector3> first = inner(a), second = inner(b);
  ASSERT_NEAR(static_cast<double>(first.size()), static_cast<double>(second.size()), 3);
  int n_same = 0;
  for (const Vector3 &centre : first)
    for (const Vector3 &other : second)
      n_same += (centre - other).norm() < 0.2;
  EXPECT_GE(n_same + 3, static_cast<int>(first.size()));
}

TEST_F(Patches, AverageOfWhatIsTheSameEverywhereIsThat)
{
  const auto model = make_model(law);
  const State state(3 * static_cast<std::size_t>(model->field.n_nodes), 0.);
  for (const PatchStress &stress : patch_stresses(*model, state, patches_of(*model))) {
    EXPECT_NEAR(stress.von_mises_MPa, 2, 1e-12);
    EXPECT_NEAR(stress.maximum_principal_MPa, 0, 1e-7);
  }
  // The rows of both endplates beside the disc, of the bone alone.
  const StepContext step = context("moment");
  const std::vector<ResultRow> rows = measure_spine(*model, state, {}, step);
  for (const char *level : {"L4", "L5"})
    for (const char *region : {"inner", "rim"}) {
      const std::vector<ResultRow> found = select(rows, "endplate_patch_stress", level, "von_mises", "p95", region);
      ASSERT_EQ(found.size(), 1u) << level << " " << region;
      EXPECT_NEAR(found[0].value, 2, 1e-12);
    }
}
} // namespace
} // namespace lumbarfem::postprocess_tests
