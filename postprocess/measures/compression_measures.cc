#include "postprocess/measures/compression_measures.h"

#include "postprocess/measures/disc_measures.h"
#include "postprocess/measures/mesh_topology.h"
#include "postprocess/measures/motion_measures.h"

#include <algorithm>
#include <limits>

namespace lumbarfem
{
namespace
{
/// Motions of the bodies above and below a disc.
struct Neighbours {
  RigidMotion above, below;
};

Neighbours neighbours_of_disc(const Model &model, int disc, const State &state)
{
  if (state.empty())
    return {};
  const std::size_t upper = static_cast<std::size_t>(disc);
  return {fit_rigid_motion(model.field, model.body_nodes[upper], state),
          fit_rigid_motion(model.field, model.body_nodes[upper + 1], state)};
}

/// Displacement of a point away from the disc's axis, relative to the mean of the two bodies' motions (mm).
double outward(const Neighbours &bodies, const CellGeometry &at, const Vector3 &direction)
{
  const Vector3 carried = (bodies.above.apply(at.reference) + bodies.below.apply(at.reference)) / 2;
  const Matrix3 rotation = Eigen::Quaterniond(bodies.above.rotation)
                               .slerp(0.5, Eigen::Quaterniond(bodies.below.rotation))
                               .toRotationMatrix();
  return (at.reference + at.displacement - carried).dot(rotation * direction);
}
} // namespace

std::array<SectorBulge, 4> disc_bulge(const Model &model, int disc, const State &from, const State &to)
{
  std::array<SectorBulge, 4> result;
  const DiscFrame &frame = model.mesh.discs[static_cast<std::size_t>(disc)];
  const auto surface = model.mesh.surfaces.find(disc_name(frame.upper) + ".outer");
  if (surface == model.mesh.surfaces.end())
    return result;
  const Neighbours before = neighbours_of_disc(model, disc, from), after = neighbours_of_disc(model, disc, to);
  for (SectorBulge &sector : result)
    sector.maximum_mm = -std::numeric_limits<double>::infinity();
  for (const CellFace &face : surface->second) {
    const std::array<double, 2> &height = model.mesh.disc_coordinates[static_cast<std::size_t>(face.cell)].height;
    for (const FacePoint &point : face_points(model.field, face)) {
      const double at_height = height[0] + point.unit_point[2] * (height[1] - height[0]);
      if (at_height < lowest_height || at_height > highest_height)
        continue;
      const CellGeometry then = cell_geometry(model.field, face.cell, point.unit_point, from);
      const CellGeometry now = cell_geometry(model.field, face.cell, point.unit_point, to);
      Vector3 local = frame.axes.transpose() * (now.reference - frame.origin);
      local[2] = 0;
      const std::string sector = annulus_sector(std::atan2(local[1], local[0]) * 180 / pi);
      const auto found = std::find(std::begin(annulus_sectors), std::end(annulus_sectors), sector);
      if (found == std::end(annulus_sectors))
        continue;
      const Vector3 direction = frame.axes * local.normalized();
      const double bulge = outward(after, now, direction) - outward(before, then, direction);
      SectorBulge &sums = result[static_cast<std::size_t>(found - std::begin(annulus_sectors))];
      sums.mean_mm += point.area_mm2 * bulge;
      sums.area_mm2 += point.area_mm2;
      sums.maximum_mm = std::max(sums.maximum_mm, bulge);
    }
  }
  for (SectorBulge &sector : result)
    if (sector.area_mm2 > 0)
      sector.mean_mm /= sector.area_mm2;
  return result;
}

void add_bulge(const Model &model, const State &state, const MeasureReference &reference, MeasureRows &rows)
{
  if (model.body_nodes.size() < 2)
    return;
  const std::string &stage = rows.context().stage;
  if (stage == "installation")
    return;
  const bool is_preload = stage == "preload" || reference.preload.empty();
  const State &from = is_preload ? reference.installation : reference.preload;
  for (std::size_t disc = 0; disc < model.mesh.discs.size(); ++disc) {
    const std::string level = disc_name(model.mesh.discs[disc].upper);
    const std::array<SectorBulge, 4> bulge = disc_bulge(model, static_cast<int>(disc), from, state);
    for (int sector = 0; sector < 4; ++sector) {
      if (!(bulge[sector].area_mm2 > 0))
        continue;
      const MeasureRows::Place place{"disc_bulge",
                                     level,
                                     "annulus",
                                     "",
                                     annulus_sectors[sector],
                                     is_preload ? "from_installation" : "from_preload"};
      rows.add(place, "mean", bulge[sector].mean_mm, "mm");
      rows.add(place, "maximum", bulge[sector].maximum_mm, "mm");
    }
  }
}

void add_axial_load(const AxialLoad &load, const State &state, const MeasureReference &reference, MeasureRows &rows)
{
  const auto add = [&](const std::string &quantity, const std::string &component, double value,
                       const std::string &unit) {
    rows.add({quantity, "", "axial_load", "", "", component}, "value", value, unit);
  };
  add("axial_force", "", load.force(state), "N");
  const double approach = load.displacement(state);
  add("axial_displacement", "from_reference", approach, "mm");
  if (rows.context().stage != "preload")
    add("axial_displacement", "from_preload",
        approach - (reference.preload.empty() ? 0 : load.displacement(reference.preload)), "mm");
  if (load.is_guided()) {
    const auto [force, moment] = load.guide(state);
    add("guide_force", "transverse", force, "N");
    add("guide_moment", "resultant", moment / 1000, "Nm");
  }
}
} // namespace lumbarfem
