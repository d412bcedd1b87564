#include "postprocess/measures/motion_measures.h"
#include "postprocess_support.h"

namespace lumbarfem::postprocess_tests
{
namespace
{
/// Bodies moved rigidly; the disc's own nodes keep the lower body's motion.
State rigid_state(const Model &model, const Matrix3 &upper, const Vector3 &upper_shift, const Matrix3 &lower)
{
  State state = make_state(model, [&](const Vector3 &x) { return Vector3(lower * x - x); });
  for (const int node : model.body_nodes[0]) {
    const Vector3 &x = model.field.node_position[node], u = upper * x + upper_shift - x;
    std::copy(u.data(), u.data() + 3, &state[3 * node]);
  }
  return state;
}

class Motion : public testing::Test
{
protected:
  ConstantStress law{Matrix3::Zero()};
  std::unique_ptr<Model> model = make_model(law);

  std::vector<ResultRow> rows_of(const State &state, const MeasureReference &reference, const StepContext &step)
  {
    MeasureRows rows(step);
    add_motion(*model, state, reference, rows);
    return rows.take();
  }
};
TEST_F(Motion, FindsImposedAnglesInTheLowerEndplatesFrame)
{
  const Vector3 angles = Vector3(6.5, -2, 3.25) * pi / 180;
  const Matrix3 frame = superior_endplate_axes(model->mesh.vertebrae[1]);
  // The whole segment was tilted by the preload before the level moved: this must not count.
  const Matrix3 tilt = rotation_from_cardan({0.2, 0.1, -0.15});
  const Matrix3 carried = tilt * frame;
  const Matrix3 level_rotation = carried * rotation_from_cardan(angles) * carried.transpose();
  MeasureReference reference;
  reference.preload = rigid_state(*model, tilt, Vector3::Zero(), tilt);
  const State state = rigid_state(*model, level_rotation * tilt, Vector3(1, 2, 3), tilt);
  for (const std::string direction : {"flexion", "extension"}) {
    const StepContext step = context("moment", direction);
    const std::vector<ResultRow> rows = rows_of(state, reference, step);
    EXPECT_NEAR(value_of(rows, "rom", "L4-L5", "flexion", "value"), 6.5, 1e-9);
    EXPECT_NEAR(value_of(rows, "rom", "L4-L5", "lateral", "value"), -2, 1e-9);
    EXPECT_NEAR(value_of(rows, "rom", "L4-L5", "axial", "value"), 3.25, 1e-9);
    EXPECT_NEAR(value_of(rows, "rom", "L4-L5", "primary", "value"), direction == "flexion" ? 6.5 : -6.5, 1e-9);
    const Vector3 total = cardan_angles(level_rotation) * 180 / pi;
    EXPECT_NEAR(value_of(rows, "rom", "", "flexion", "value"), total[0], 1e-9);
    EXPECT_NEAR(value_of(rows, "rom", "", "axial", "value"), total[2], 1e-9);
    // Preload without installation: both bodies turned alike.
    EXPECT_NEAR(value_of(rows, "preload_rotation", "L4-L5", "flexion", "value"), 0, 1e-9);
    EXPECT_EQ(select(rows, "rom", "*", "*", "*")[0].unit, "deg");
  }
}

TEST_F(Motion, CountsTheLowerBodysRotationToo)
{
  const Matrix3 upper = rotation_from_cardan({0.05, 0, 0}), lower = rotation_from_cardan({-0.03, 0, 0});
  const State state = rigid_state(*model, upper, Vector3::Zero(), lower);
  const StepContext step = context("moment");
  EXPECT_NEAR(value_of(rows_of(state, {}, step), "rom", "L4-L5", "primary", "value"), 0.08 * 180 / pi, 1e-9);
}

TEST_F(Motion, StagesReportTheirOwnRotations)
{
  const State state = rigid_state(*model, rotation_from_cardan({0.02, 0, 0}), Vector3::Zero(), Matrix3::Identity());
  const StepContext installation = context("installation"), preload = context("preload");
  const std::vector<ResultRow> first = rows_of(state, {}, installation);
  EXPECT_NEAR(value_of(first, "installation_rotation", "L4-L5", "flexion", "value"), 0.02 * 180 / pi, 1e-9);
  EXPECT_TRUE(select(first, "rom", "*", "*", "*").empty());
  MeasureReference reference;
  reference.installation = state;
  const std::vector<ResultRow> second = rows_of(state, reference, preload);
  EXPECT_NEAR(value_of(second, "preload_rotation", "L4-L5", "flexion", "value"), 0, 1e-9);
  EXPECT_TRUE(select(second, "rom", "*", "*", "*").empty());
}

TEST_F(Motion, HeightChangesAlongTheLowerNormal)
{
  const Vector3 shift = -0.7 * model->mesh.vertebrae[1].superior_normal;
  const State state = rigid_state(*model, Matrix3::Identity(), shift, Matrix3::Identity());
  const StepContext step = context("moment");
  EXPECT_NEAR(value_of(rows_of(state, {}, step), "height_change", "L4-L5", "from_preload", "value"), -0.7, 1e-9);
}
} // namespace
} // namespace lumbarfem::postprocess_tests
