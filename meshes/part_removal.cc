#include "meshes/part_removal.h"

#include "base/formatted.h"
#include "base/user_error.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace lumbarfem
{
namespace
{
std::string level_of(const std::string &name) { return name.substr(0, name.find('.')); }
std::string part_of(const std::string &name) { return name.substr(name.find('.') + 1); }

/// "lamina_left" -> "lamina"
std::string without_side(const std::string &part)
{
  for (const std::string side : {"_left", "_right"})
    if (part.size() > side.size() && part.compare(part.size() - side.size(), side.size(), side) == 0)
      return part.substr(0, part.size() - side.size());
  return part;
}

bool covers(const PartRemoval &removal, const Region &region)
{
  if (level_of(removal.part) != region.place_name())
    return false;
  const std::string part = part_of(removal.part);
  const bool is_posterior = region.tissue == TissueKind::posterior_elements;
  if (part == lumbarfem::name(TissueKind::posterior_elements))
    return is_posterior;
  return part == region.part || (is_posterior && part == without_side(region.part));
}

bool is_window(const PartRemoval &removal) { return part_of(removal.part) == "annulus"; }

bool in_window(const PartRemoval &removal, const Region &region, const DiscCoordinates &place)
{
  if (level_of(removal.part) != region.place_name() || !place.in_annulus)
    return false;
  // The coordinates count from patient left over the back.
  const double middle = (place.angle_deg[0] + place.angle_deg[1]) / 2;
  const double from_centre = std::abs(std::remainder(middle + 90 - removal.window_centre_deg, 360.));
  const double height = (place.height[0] + place.height[1]) / 2;
  return from_centre <= removal.window_width_deg / 2 && std::abs(height - 0.5) <= removal.window_height_share / 2;
}

std::vector<char> removed_cells(const SpineMesh &mesh, const std::vector<PartRemoval> &removals)
{
  std::vector<char> removed(mesh.cells.size(), 0);
  for (const PartRemoval &removal : removals) {
    bool any = false;
    for (std::size_t cell = 0; cell < mesh.cells.size(); ++cell) {
      const Region &region = mesh.region_of(static_cast<int>(cell));
      if (is_window(removal) ? in_window(removal, region, mesh.disc_coordinates[cell]) : covers(removal, region))
        removed[cell] = any = true;
    }
    if (!any)
      throw UserError("surgery.removal: " + removal.part + " has no elements in this mesh" +
                      (is_window(removal) ? ": no element's centre lies in the window; make it larger"
                       : part_of(removal.part) == "nucleus"
                           ? ""
                           : " (are spine.posterior_elements switched off, or was it removed twice?)"));
  }
  return removed;
}

/// Parts of arches that no chain of cells with common faces joins with a pedicle's front or the base: a common edge
/// would be a hinge.
std::set<std::string> hanging_parts(const SpineMesh &mesh, const std::vector<char> &removed)
{
  std::vector<int> parent(mesh.cells.size());
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&](int cell) {
    while (parent[cell] != cell)
      cell = parent[cell] = parent[parent[cell]];
    return cell;
  };
  std::vector<int> cell_at_face(mesh.nodes.size(), -1); // by the node in a face's middle, which two cells at most have
  for (std::size_t cell = 0; cell < mesh.cells.size(); ++cell)
    if (!removed[cell])
      for (int face = 0; face < 6; ++face) {
        int &other = cell_at_face[mesh.cells[cell].nodes[face_lattice(face)[4]]];
        if (other < 0)
          other = static_cast<int>(cell);
        else
          parent[root(static_cast<int>(cell))] = root(other);
      }
  std::set<int> held;
  for (const auto &[surface, faces] : mesh.surfaces)
    if (surface == "base" || surface.find(".pedicle_front") != std::string::npos)
      for (const CellFace &face : faces)
        if (!removed[face.cell])
          held.insert(root(face.cell));
  std::set<std::string> hanging;
  for (std::size_t cell = 0; cell < mesh.cells.size(); ++cell) {
    const Region &region = mesh.region_of(static_cast<int>(cell));
    if (!removed[cell] && region.tissue == TissueKind::posterior_elements && !held.count(root(static_cast<int>(cell))))
      hanging.insert(region.name);
  }
  return hanging;
}

/// Renumbers what is left.
void compact(SpineMesh &mesh, const std::vector<char> &removed)
{
  std::vector<int> new_cell(mesh.cells.size(), -1), new_node(mesh.nodes.size(), -1),
      new_region(mesh.regions.size(), -1);
  std::vector<int> removed_region(mesh.nodes.size(), -1);
  SpineMesh left;
  left.vertebrae = mesh.vertebrae;
  left.discs = mesh.discs;
  left.removed_nodes = mesh.removed_nodes;
  left.anatomy = mesh.anatomy;
  for (std::size_t cell = 0; cell < mesh.cells.size(); ++cell)
    for (const int node : mesh.cells[cell].nodes)
      if (removed[cell])
        removed_region[node] = mesh.cells[cell].region;
      else
        new_node[node] = 0;
  for (std::size_t node = 0; node < mesh.nodes.size(); ++node)
    if (new_node[node] == 0) {
      new_node[node] = static_cast<int>(left.nodes.size());
      left.nodes.push_back(mesh.nodes[node]);
    } else if (removed_region[node] >= 0)
      left.removed_nodes[mesh.regions[removed_region[node]].place_name()].push_back(mesh.nodes[node]);
  for (std::size_t c = 0; c < mesh.cells.size(); ++c) {
    if (removed[c])
      continue;
    Cell cell = mesh.cells[c];
    for (int &node : cell.nodes)
      node = new_node[node];
    int &region = new_region[cell.region];
    if (region < 0) {
      region = static_cast<int>(left.regions.size());
      left.regions.push_back(mesh.regions[cell.region]);
    }
    cell.region = region;
    new_cell[c] = static_cast<int>(left.cells.size());
    left.cells.push_back(cell);
    left.disc_coordinates.push_back(mesh.disc_coordinates[c]);
    if (!mesh.emptied.empty())
      left.emptied.push_back(mesh.emptied[c]);
  }
  for (const auto &[surface, faces] : mesh.surfaces)
    for (const CellFace &face : faces)
      if (new_cell[face.cell] >= 0)
        left.surfaces[surface].push_back({new_cell[face.cell], face.face});
  mesh = std::move(left);
}
} // namespace

std::vector<std::string> removable_parts(const std::vector<Level> &levels)
{
  std::vector<std::string> result;
  for (std::size_t k = 0; k < levels.size(); ++k) {
    std::set<std::string> parts = {"posterior_elements"};
    for (const std::string &part : posterior_part_names())
      if (levels[k] != Level::S1 || part.find("superior_articular_process") == 0)
        parts.insert({part, without_side(part)});
    for (const std::string &part : parts)
      result.push_back(name(levels[k]) + "." + part);
    if (k + 1 < levels.size())
      for (const char *part : {"nucleus", "annulus"})
        result.push_back(disc_name(levels[k]) + "." + part);
  }
  return result;
}

bool removes_region(const std::vector<PartRemoval> &removals, const std::string &region)
{
  const Region of = parse_region(region);
  return std::any_of(removals.begin(), removals.end(),
                     [&](const PartRemoval &removal) { return !is_window(removal) && covers(removal, of); });
}

void remove_parts(SpineMesh &mesh, const std::vector<PartRemoval> &removals, const std::vector<char> &kept)
{
  if (removals.empty())
    return;
  std::vector<char> removed = removed_cells(mesh, removals);
  for (std::size_t cell = 0; cell < kept.size(); ++cell)
    if (removed[cell] && kept[cell]) {
      removed[cell] = 0;
      mesh.emptied.resize(mesh.cells.size(), 0);
      mesh.emptied[cell] = 1;
    }
  const std::set<std::string> hanging = hanging_parts(mesh, removed);
  if (!hanging.empty()) {
    throw UserError("surgery.removal: without what is removed, " + joined(hanging) +
                    " would hang on nothing; remove them too, or less");
  }
  compact(mesh, removed);
  mesh.anatomy.removed.insert(mesh.anatomy.removed.end(), removals.begin(), removals.end());
}
} // namespace lumbarfem
