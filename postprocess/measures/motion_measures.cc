#include "postprocess/measures/motion_measures.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
const char *const component_names[3] = {"flexion", "lateral", "axial"};

/// Distance of the two bony endplates' centres along the lower one's normal, both carried by their bodies (mm).
double centre_height(const VertebraFrame &upper, const VertebraFrame &lower, const RigidMotion &upper_motion,
                     const RigidMotion &lower_motion)
{
  const Vector3 normal = lower_motion.rotation * lower.superior_normal;
  return normal.dot(upper_motion.apply(upper.inferior_centre) - lower_motion.apply(lower.superior_centre));
}

/// The two ends of a motion.
struct Interval {
  const std::vector<RigidMotion> &from, &to;
};

void add_angles(const std::string &quantity, const std::string &level, const Matrix3 &rotation, MeasureRows &rows)
{
  const Vector3 degrees = 180 / pi * cardan_angles(rotation);
  for (int i = 0; i < 3; ++i)
    rows.add({quantity, level, "", "", "", component_names[i]}, "value", degrees[i], "deg");
  const std::vector<std::string> directions = direction_names();
  const std::string &direction = rows.context().direction;
  if (std::find(directions.begin(), directions.end(), direction) != directions.end()) {
    const Direction parsed = parse_direction(direction);
    rows.add({quantity, level, "", "", "", "primary"}, "value", moment_sign(parsed) * degrees[moment_axis(parsed)],
             "deg");
  }
}

/// The whole spine is measured in LPS axes, those of the applied moment.
Matrix3 total_rotation_of(const Interval &interval)
{
  const Matrix3 axes = interval.from.back().rotation.transpose(); // so that the carried frame is LPS
  return relative_rotation(interval.from.front(), interval.from.back(), interval.to.front(), interval.to.back(), axes);
}

void add_rotations(const Model &model, const std::string &quantity, const Interval &interval, MeasureRows &rows)
{
  const auto &vertebrae = model.mesh.vertebrae;
  const int n = static_cast<int>(vertebrae.size());
  for (int upper = 0; upper + 1 < n; ++upper) {
    const int lower = upper + 1;
    add_angles(quantity, disc_name(vertebrae[upper].level),
               relative_rotation(interval.from[upper], interval.from[lower], interval.to[upper], interval.to[lower],
                                 superior_endplate_axes(vertebrae[lower])),
               rows);
  }
  add_angles(quantity, "", total_rotation_of(interval), rows);
}

void add_height_changes(const Model &model, const std::string &since, const Interval &interval, MeasureRows &rows)
{
  const auto &vertebrae = model.mesh.vertebrae;
  for (std::size_t upper = 0; upper + 1 < vertebrae.size(); ++upper) {
    const std::size_t lower = upper + 1;
    const auto height = [&](const std::vector<RigidMotion> &motion) {
      return centre_height(vertebrae[upper], vertebrae[lower], motion[upper], motion[lower]);
    };
    rows.add({"height_change", disc_name(vertebrae[upper].level), "disc", "", "centre", since}, "value",
             height(interval.to) - height(interval.from), "mm");
  }
}
} // namespace

std::vector<RigidMotion> vertebral_motions(const Model &model, const State &state)
{
  std::vector<RigidMotion> motions;
  for (const std::vector<int> &nodes : model.body_nodes)
    motions.push_back(state.empty() ? RigidMotion() : fit_rigid_motion(model.field, nodes, state));
  return motions;
}

Matrix3 superior_endplate_axes(const VertebraFrame &vertebra)
{
  Matrix3 axes;
  axes.col(2) = vertebra.superior_normal.normalized();
  axes.col(0) = (vertebra.axes.col(0) - vertebra.axes.col(0).dot(axes.col(2)) * axes.col(2)).normalized();
  axes.col(1) = axes.col(2).cross(axes.col(0));
  return axes;
}

Matrix3 relative_rotation(const RigidMotion &upper_from, const RigidMotion &lower_from, const RigidMotion &upper_to,
                          const RigidMotion &lower_to, const Matrix3 &axes)
{
  const Matrix3 upper = upper_to.rotation * upper_from.rotation.transpose();
  const Matrix3 lower = lower_to.rotation * lower_from.rotation.transpose();
  const Matrix3 frame = lower_from.rotation * axes;
  return frame.transpose() * (lower.transpose() * upper) * frame;
}

double total_rotation(const Model &model, const State &from, const State &to, int axis)
{
  const auto ends = [&](const State &state) {
    std::vector<RigidMotion> motions;
    for (const auto *nodes : {&model.body_nodes.front(), &model.body_nodes.back()})
      motions.push_back(fit_rigid_motion(model.field, *nodes, state));
    return motions;
  };
  const std::vector<RigidMotion> before = ends(from), after = ends(to);
  return cardan_angles(total_rotation_of({before, after}))[axis];
}

void add_motion(const Model &model, const State &state, const MeasureReference &reference, MeasureRows &rows)
{
  if (model.body_nodes.size() < 2)
    return;
  const std::string &stage = rows.context().stage;
  const std::vector<RigidMotion> neutral = vertebral_motions(model, State()), now = vertebral_motions(model, state);
  if (stage == "installation") {
    add_rotations(model, "installation_rotation", {neutral, now}, rows);
    add_height_changes(model, "from_reference", {neutral, now}, rows);
    return;
  }
  const std::vector<RigidMotion> installed = vertebral_motions(model, reference.installation);
  add_rotations(model, "installation_rotation", {neutral, installed}, rows);
  add_height_changes(model, "from_installation", {installed, now}, rows);
  if (stage == "preload") {
    add_rotations(model, "preload_rotation", {installed, now}, rows);
    return;
  }
  const std::vector<RigidMotion> preloaded =
      reference.preload.empty() ? installed : vertebral_motions(model, reference.preload);
  add_rotations(model, "preload_rotation", {installed, preloaded}, rows);
  add_rotations(model, "rom", {preloaded, now}, rows);
  add_height_changes(model, "from_preload", {preloaded, now}, rows);
}
} // namespace lumbarfem
