#include "postprocess/measures/motion_measures.h"
#include "postprocess/measures/posture_measures.h"
#include "postprocess_support.h"
#include "solver/dead_forces.h"

namespace lumbarfem::postprocess_tests
{
namespace
{
constexpr double slope_deg = 38;

std::unique_ptr<Model> spine(const Law &law, const std::vector<Level> &levels)
{
  SpineGeometry geometry = spine_preset("male_subject");
  geometry.levels = levels;
  geometry.posterior_elements = false;
  geometry.sacral_slope_deg = slope_deg;
  return make_model(build_lumbar_spine(geometry, {18}), ElementType::q1p0,
                    [&law](int, const Vector3 &, const Vector3 &, const Matrix3 &) { return PointMaterial{&law}; });
}

std::vector<ResultRow> rows_of(const Model &model, const std::vector<RigidMotion> &motions, const State &state = {})
{
  const State still = state.empty() ? make_state(model, [](const Vector3 &) { return Vector3(0, 0, 0); }) : state;
  MeasureRows rows(context("moment"));
  add_posture(model, still, motions, rows);
  return rows.take();
}

RigidMotion turned(const Vector3 &axis_degrees)
{
  RigidMotion motion;
  motion.rotation = rotation_from_cardan(axis_degrees * pi / 180);
  return motion;
}
} // namespace

TEST(Posture, InclinationIsPositiveForward)
{
  EXPECT_NEAR(inclination_deg({0, 0, 2}), 0, 1e-12);
  EXPECT_NEAR(inclination_deg({0, -1, 1}), 45, 1e-12); // -y is forward
  EXPECT_NEAR(inclination_deg({5, 1, 1}), -45, 1e-12); // a lean to the side does not count
}

TEST(Posture, OfTheUnloadedSpine)
{
  const ConstantStress law(Matrix3::Zero());
  const auto model = spine(law, {Level::L1, Level::L2, Level::L3, Level::L4, Level::L5, Level::S1});
  model->pelvic_incidence_deg = 52;
  const std::vector<ResultRow> rows = rows_of(*model, std::vector<RigidMotion>(6));
  EXPECT_NEAR(value_of(rows, "sagittal_angle", "S1", "sacral_slope", "value"), slope_deg, 1e-9);
  EXPECT_NEAR(value_of(rows, "sagittal_angle", "", "pelvic_tilt", "value"), 52 - slope_deg, 1e-9);
  const double lordosis = value_of(rows, "sagittal_angle", "", "lumbar_lordosis", "value");
  EXPECT_NEAR(value_of(rows, "sagittal_angle", "", "incidence_minus_lordosis", "value"), 52 - lordosis, 1e-9);
  double segments = 0, wedges = 0;
  for (const Level level : {Level::L1, Level::L2, Level::L3, Level::L4, Level::L5}) {
    segments += value_of(rows, "sagittal_angle", disc_name(level), "segment", "value");
    wedges += value_of(rows, "sagittal_angle", disc_name(level), "disc", "value");
    const VertebraFrame &upper = model->mesh.vertebrae[static_cast<int>(level)];
    EXPECT_NEAR(value_of(rows, "sagittal_angle", disc_name(level), "segment", "value") -
                    value_of(rows, "sagittal_angle", disc_name(level), "disc", "value"),
                inclination_deg(-upper.inferior_normal) - inclination_deg(upper.superior_normal), 1e-9);
  }
  EXPECT_NEAR(segments, lordosis, 1e-9);
  EXPECT_GT(lordosis, 30); // a standing man's; the published one of this subject is 50.7
  EXPECT_LT(lordosis, 60);
  EXPECT_GT(wedges, 0);
  EXPECT_LT(wedges, lordosis + 10);
  EXPECT_TRUE(select(rows, "sagittal_offset", "*", "*", "*").empty()); // no weights
}

TEST(Posture, FollowsTheMotion)
{
  const ConstantStress law(Matrix3::Zero());
  const auto model = spine(law, {Level::L1, Level::L2, Level::L3, Level::L4, Level::L5, Level::S1});
  const std::vector<ResultRow> before = rows_of(*model, std::vector<RigidMotion>(6));
  // Flexion of 4 degrees above L3-L4, the whole leaning forward by 10, and a turn about the long axis that is not seen.
  std::vector<RigidMotion> motions(6, turned({10, 0, 0}));
  for (int v = 0; v < 3; ++v)
    motions[v] = turned({14, 0, 0});
  const std::vector<ResultRow> after = rows_of(*model, motions);
  const auto change = [&](const std::string &level, const std::string &component) {
    return value_of(after, "sagittal_angle", level, component, "value") -
           value_of(before, "sagittal_angle", level, component, "value");
  };
  EXPECT_NEAR(change("S1", "sacral_slope"), 10, 1e-9);
  EXPECT_NEAR(change("", "lumbar_lordosis"), -4, 1e-9);
  EXPECT_NEAR(change("L3-L4", "segment"), -4, 1e-9);
  EXPECT_NEAR(change("L3-L4", "disc"), -4, 1e-9);
  EXPECT_NEAR(change("L2-L3", "segment"), 0, 1e-9);
  EXPECT_TRUE(select(after, "sagittal_angle", "", "pelvic_tilt", "*").empty()); // no incidence given
}

TEST(Posture, TrunkInFrontOfTheSacrumsCorner)
{
  const ConstantStress law(Matrix3::Zero());
  const auto model = spine(law, {Level::L5, Level::S1});
  const VertebraFrame &sacrum = model->mesh.vertebrae.back();
  double depth = 0; // of the endplate's midline behind its centre, along the inclined plate
  for (const int node : corner_nodes_of_surface(model->mesh, model->field, "S1.superior_endplate")) {
    const Vector3 arm = model->field.node_position[node] - sacrum.superior_centre;
    if (std::abs(arm.x()) < 0.5)
      depth = std::max(depth, arm.dot(sacrum.axes.col(1)));
  }
  ASSERT_GT(depth, 12);
  const Vector3 corner =
      sacrum.superior_centre + depth * Vector3(0, std::cos(slope_deg * pi / 180), std::sin(slope_deg * pi / 180));
  DeadForces::Load trunk{{PartKind::weight, "trunk"}, 0, {}, Vector3(0, 0, -260)};
  trunk.point.reference = corner + Vector3(0, -37, 300);
  model->add(std::make_unique<DeadForces>(std::vector<DeadForces::Load>{trunk}));
  const std::vector<ResultRow> rows = rows_of(*model, std::vector<RigidMotion>(2));
  EXPECT_NEAR(value_of(rows, "sagittal_offset", "", "", "value"), 37, 1e-6);
  EXPECT_TRUE(select(rows, "sagittal_angle", "", "lumbar_lordosis", "*").empty()); // L5-S1 has none
}
} // namespace lumbarfem::postprocess_tests
