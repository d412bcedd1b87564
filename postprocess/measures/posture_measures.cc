#include "postprocess/measures/posture_measures.h"

#include "solver/dead_forces.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
/// The hindmost point of an upper endplate's rim on the midline: what a surgeon marks as its posterior corner.
Vector3 posterior_corner(const Model &model, const VertebraFrame &vertebra)
{
  const Vector3 left = vertebra.axes.col(0), back = vertebra.superior_normal.cross(left).normalized();
  double best = 0;
  for (const int node : corner_nodes_of_surface(model.mesh, model.field, name(vertebra.level) + ".superior_endplate")) {
    const Vector3 arm = model.field.node_position[node] - vertebra.superior_centre;
    best = std::max(best, arm.dot(back) - std::abs(arm.dot(left)));
  }
  return vertebra.superior_centre + best * back;
}
} // namespace

double inclination_deg(const Vector3 &upward_normal)
{
  return 180 / pi * std::atan2(-upward_normal.y(), upward_normal.z());
}

void add_posture(const Model &model, const State &state, const std::vector<RigidMotion> &motions, MeasureRows &rows)
{
  const std::vector<VertebraFrame> &vertebrae = model.mesh.vertebrae;
  if (vertebrae.size() < 2 || model.mesh.surfaces.count(name(vertebrae.back().level) + ".superior_endplate") == 0)
    return;
  const auto add = [&](const std::string &level, const char *component, double degrees) {
    rows.add({"sagittal_angle", level, "", "", "", component}, "value", degrees, "deg");
  };
  const auto superior = [&](std::size_t v) {
    return inclination_deg(motions[v].rotation * vertebrae[v].superior_normal);
  };
  for (std::size_t upper = 0; upper + 1 < vertebrae.size(); ++upper) {
    const std::string disc = disc_name(vertebrae[upper].level);
    add(disc, "segment", superior(upper + 1) - superior(upper));
    add(disc, "disc",
        superior(upper + 1) - inclination_deg(motions[upper].rotation * -vertebrae[upper].inferior_normal));
  }
  if (vertebrae.back().level != Level::S1)
    return;
  const double slope = superior(vertebrae.size() - 1);
  add("S1", "sacral_slope", slope);
  if (vertebrae.front().level == Level::L1) {
    const double lordosis = slope - superior(0);
    add("", "lumbar_lordosis", lordosis);
    if (model.pelvic_incidence_deg)
      add("", "incidence_minus_lordosis", *model.pelvic_incidence_deg - lordosis);
  }
  if (model.pelvic_incidence_deg) {
    add("", "pelvic_incidence", *model.pelvic_incidence_deg);
    add("", "pelvic_tilt", *model.pelvic_incidence_deg - slope);
  }
  if (const auto *weights = model.find<DeadForces>())
    for (const DeadForces::Load &load : weights->loads())
      if (load.part.object == "trunk") {
        const Vector3 corner = motions.back().apply(posterior_corner(model, vertebrae.back()));
        rows.add({"sagittal_offset", "", "trunk", "", "", ""}, "value", corner.y() - load.point.position(state).y(),
                 "mm");
      }
}
} // namespace lumbarfem
