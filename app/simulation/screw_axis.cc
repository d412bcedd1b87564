#include "app/simulation/screw_axis.h"

#include "base/formatted.h"
#include "base/user_error.h"
#include "cases/screw_line.h"
#include "solver/attachment.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>

namespace lumbarfem
{
namespace
{
constexpr double entry_tolerance_mm = 2;
/// An axis that is so long out of bone has left it: the arch is tied to the body over a smaller gap.
constexpr double longest_gap_mm = 2;

/// Distance of a point from the bone (mm), 0 inside.
double distance_from_bone(const SpineMesh &mesh, const Discretization &shape, const std::vector<int> &cells,
                          const Vector3 &point)
{
  double distance_mm = 0;
  attach_in_cell(mesh, shape, cells, point, std::numeric_limits<double>::max(), "", nullptr, &distance_mm);
  return distance_mm;
}

/// Of the vertebra that the mesh was made from.
double pedicle_width_mm(const SpineMesh &mesh, Level level)
{
  const std::string key = "spine.vertebra." + name(level) + ".pedicle_width_mm";
  for (const auto &[own, value] : mesh.anatomy.dimensions)
    if (own == key)
      return value;
  throw std::logic_error("the mesh does not know its " + key);
}

/// Of a path that is not the pedicle's axis.
void check_way(const Screw &screw, const ScrewAxis &axis, const SpineMesh &mesh, const Discretization &shape,
               const std::vector<int> &cells)
{
  const std::string where = "surgery.screw." + screw.name + ": ", level = name(screw.level);
  const Vector3 forward = (axis.tip - axis.head).normalized();
  if (screw.path == ScrewPath::free) {
    const Vector3 entry = axis.head + screw.head_offset_mm * forward;
    const double beside = distance_from_bone(mesh, shape, cells, entry);
    if (beside > entry_tolerance_mm)
      throw UserError(where + formatted("the entry point lies %.1f mm outside of the bone of ", beside) + level +
                      formatted("; allowed are %g mm: change entry_*_mm", entry_tolerance_mm));
  }
  const double step = 0.5;
  double entered = -1, last_inside = 0;
  for (double along = 0; along <= screw.length_mm; along += step) {
    if (distance_from_bone(mesh, shape, cells, axis.head + along * forward) > 1e-6)
      continue;
    if (entered < 0)
      entered = along;
    else if (along - last_inside > longest_gap_mm + step)
      throw UserError(where +
                      formatted("its axis leaves the bone of %s between %.0f and %.0f mm from the head; change the "
                                "path",
                                level.c_str(), last_inside, along));
    last_inside = along;
  }
}
} // namespace

ScrewAxis screw_axis(const Screw &screw, const Anatomy &anatomy, const SpineMesh &mesh)
{
  const auto frame = std::find_if(mesh.vertebrae.begin(), mesh.vertebrae.end(),
                                  [&](const VertebraFrame &v) { return v.level == screw.level; });
  Vector3 origin, backward;
  if (screw.path == ScrewPath::free)
    origin = frame->origin + frame->axes * Vector3(screw.left ? screw.entry_lateral_mm : -screw.entry_lateral_mm,
                                                   screw.entry_posterior_mm, screw.entry_superior_mm);
  else {
    const PedicleAxis &pedicle = anatomy.pedicle(screw.level, screw.left ? Side::left : Side::right).axis;
    origin = pedicle.centre;
    backward = pedicle.direction;
  }
  if (screw.path == ScrewPath::cortical_bone_trajectory)
    origin -= (screw.left ? 1 : -1) * cortical_inside_share * pedicle_width_mm(mesh, screw.level) * frame->axes.col(0);
  if (screw.path != ScrewPath::pedicle_axis)
    backward = -(frame->axes * angled_direction(screw));
  ScrewAxis axis;
  axis.head = origin + screw.head_offset_mm * backward;
  axis.tip = axis.head - screw.length_mm * backward;
  return axis;
}

Discretization shape_of(const SpineMesh &mesh)
{
  Discretization shape;
  shape.element = ElementType::q2p1;
  shape.n_cell_nodes = 27;
  shape.node_position = mesh.nodes;
  for (const Cell &cell : mesh.cells)
    shape.cell_nodes.emplace_back(cell.nodes.begin(), cell.nodes.end());
  return shape;
}

std::vector<int> cells_of_level(const SpineMesh &mesh, Level level)
{
  return cells_of_regions(mesh, mesh.regions_where([&](const Region &region) { return region.is_of(level); }));
}

void check_screw(const Screw &screw, const Anatomy &anatomy, const SpineMesh &mesh)
{
  const ScrewAxis axis = screw_axis(screw, anatomy, mesh);
  const std::vector<int> cells = cells_of_level(mesh, screw.level);
  const Discretization shape = shape_of(mesh);
  const int n = 40;
  int inside = 0;
  for (int k = 0; k <= n; ++k)
    inside += distance_from_bone(mesh, shape, cells,
                                 axis.head + (axis.tip - axis.head) * (static_cast<double>(k) / n)) <= 1e-6;
  const double length_in_bone = screw.length_mm * inside / (n + 1);
  if (length_in_bone < 10 || distance_from_bone(mesh, shape, cells, axis.tip) > 0.5) {
    std::ostringstream message;
    message << "surgery.screw." << screw.name << ": of " << screw.length_mm << " mm only " << length_in_bone
            << " mm lie in the body of " << name(screw.level)
            << (length_in_bone < 10 ? "; make length_mm larger or head_offset_mm smaller"
                                    : " and the tip leaves it; make length_mm smaller or head_offset_mm larger");
    throw UserError(message.str());
  }
  if (screw.path != ScrewPath::pedicle_axis && screw.level != Level::S1 && mesh.anatomy.posterior_elements)
    check_way(screw, axis, mesh, shape, cells);
}
} // namespace lumbarfem
