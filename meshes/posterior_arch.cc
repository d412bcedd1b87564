#include "meshes/posterior_arch.h"

#include "base/user_error.h"
#include "meshes/arch_template.h"
#include "meshes/mesh_measures.h"
#include "meshes/pedicle_front.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
struct Block {
  ArchTemplate::Index corner;
  const char *part;
};

const std::vector<Block> &arch_blocks()
{
  static const std::vector<Block> blocks = {
      {{2, 0, 3}, "pedicle"},
      {{2, 1, 3}, "pedicle"},
      {{2, 2, 3}, "pedicle"},
      {{0, 1, 2}, "lamina"},
      {{0, 2, 2}, "lamina"},
      {{0, 1, 3}, "lamina"},
      {{0, 2, 3}, "lamina"},
      {{1, 1, 2}, "lamina"},
      {{1, 2, 2}, "lamina"},
      {{1, 1, 3}, "lamina"},
      {{1, 2, 3}, "lamina"},
      {{2, 1, 2}, "lamina"},
      {{2, 2, 2}, "lamina"},
      {{2, 1, 4}, "superior_articular_process"},
      {{2, 2, 4}, "superior_articular_process"},
      {{2, 1, 5}, "superior_articular_process"},
      {{2, 2, 5}, "superior_articular_process"},
      {{1, 1, 0}, "inferior_articular_process"},
      {{1, 2, 0}, "inferior_articular_process"},
      {{1, 1, 1}, "inferior_articular_process"},
      {{1, 2, 1}, "inferior_articular_process"},
      {{0, 3, 2}, "spinous_process"},
      {{0, 4, 2}, "spinous_process"},
      {{0, 5, 2}, "spinous_process"},
      {{0, 3, 3}, "spinous_process"},
      {{0, 4, 3}, "spinous_process"},
      {{0, 5, 3}, "spinous_process"},
      {{3, 1, 3}, "transverse_process"},
      {{4, 1, 3}, "transverse_process"},
      {{5, 1, 3}, "transverse_process"},
  };
  return blocks;
}

const std::vector<Block> &sacral_blocks()
{
  static const std::vector<Block> blocks = {
      {{2, 1, 4}, "superior_articular_process"},
      {{2, 2, 4}, "superior_articular_process"},
      {{2, 1, 5}, "superior_articular_process"},
      {{2, 2, 5}, "superior_articular_process"},
  };
  return blocks;
}

/// Numbers of cells between the corners of the lattice, the same for all blocks.
struct Divisions {
  std::array<int, 6> a{1, 1, 1, 1, 1, 1}, b{1, 1, 1, 1, 1, 1}, c{2, 1, 1, 2, 1, 2};

  explicit Divisions(const MeshResolution &resolution)
  {
    const double fineness = 9 / resolution.size_mm;
    const auto count = [&](double at_default) { return std::max(1, int(std::lround(at_default * fineness))); };
    a[1] = count(1);
    b[0] = count(1.4);
    b[3] = b[4] = b[5] = count(1);
    c[0] = c[5] = std::max(2, count(2));
    c[2] = count(1);
    c[3] = count(1.9);
  }

  static int before(const std::array<int, 6> &divisions, int corner)
  {
    int sum = 0;
    for (int i = 0; i < corner; ++i)
      sum += divisions[std::size_t(i)];
    return sum;
  }
};

/// Appends the blocks of both sides of one vertebra. Nodes are found again by their place in the lattice, counted in
/// half cells from the mid-sagittal plane; places of the right side are negative, so that all cells have the same
/// sense.
class ArchMesher
{
public:
  ArchMesher(const VertebraFrame &frame, const ArchTemplate &shape, const Divisions &divisions, SpineMesh &mesh)
      : frame_(frame), shape_(shape), divisions_(divisions), mesh_(mesh)
  {
  }

  void add(const Block &block, bool left)
  {
    const auto [a, b, c] = block.corner;
    const int n[3] = {divisions_.a[std::size_t(a)], divisions_.b[std::size_t(b)], divisions_.c[std::size_t(c)]};
    const int first[3] = {Divisions::before(divisions_.a, a), Divisions::before(divisions_.b, b),
                          Divisions::before(divisions_.c, c)};
    const std::string part = block.part, side = left ? "_left" : "_right";
    const int region = mesh_.region_or_new(name(frame_.level) + "." + part + (part == "spinous_process" ? "" : side));
    for (int k = 0; k < n[2]; ++k)
      for (int j = 0; j < n[1]; ++j)
        for (int i = 0; i < n[0]; ++i) {
          Cell cell;
          cell.region = region;
          for (int lattice = 0; lattice < 27; ++lattice) {
            const int across = lattice % 3;
            // Half cells from the block's corner.
            const int place[3] = {2 * i + (left ? across : 2 - across), 2 * j + lattice / 3 % 3, 2 * k + lattice / 9};
            const Vector3 unit(place[0] / (2. * n[0]), place[1] / (2. * n[1]), place[2] / (2. * n[2]));
            const int lateral = 2 * first[0] + place[0];
            cell.nodes[std::size_t(lattice)] =
                node({left ? lateral : -lateral, 2 * first[1] + place[1], 2 * first[2] + place[2]}, block.corner, unit,
                     left);
          }
          mesh_.cells.push_back(cell);
          mesh_.disc_coordinates.emplace_back();
          name_faces(block, {i, j, k}, n, left);
        }
  }

private:
  const VertebraFrame &frame_;
  const ArchTemplate &shape_;
  const Divisions &divisions_;
  SpineMesh &mesh_;
  std::map<std::array<int, 3>, int> nodes_;

  int node(const std::array<int, 3> &place, const ArchTemplate::Index &block, const Vector3 &unit, bool left)
  {
    const auto [found, is_new] = nodes_.try_emplace(place, int(mesh_.nodes.size()));
    if (is_new) {
      Vector3 point = shape_.point(block, unit);
      if (!left)
        point.x() = -point.x();
      mesh_.nodes.push_back(frame_.origin + frame_.axes * point);
    }
    return found->second;
  }

  void name_faces(const Block &block, const std::array<int, 3> &cell, const int *n, bool left)
  {
    const auto [a, b, c] = block.corner;
    const std::string level = name(frame_.level) + ".", side = left ? "_left" : "_right";
    const int index = int(mesh_.cells.size()) - 1;
    if (b == 0 && cell[1] == 0)
      mesh_.surfaces[level + "pedicle_front" + side].push_back({index, 2});
    if (a == 2 && c == 5 && cell[0] == 0)
      mesh_.surfaces[level + "superior_facet" + side].push_back({index, left ? 0 : 1});
    if (a == 1 && c == 0 && cell[0] == n[0] - 1)
      mesh_.surfaces[level + "inferior_facet" + side].push_back({index, left ? 1 : 0});
    if (frame_.level == Level::S1 && c == 4 && cell[2] == 0)
      mesh_.surfaces["base"].push_back({index, 4});
  }
};

BonyFacetJoint in_frame(const VertebraFrame &frame, BonyFacetJoint joint)
{
  const Matrix3 turn = frame.axes.transpose();
  joint.centre = turn * (joint.centre - frame.origin);
  for (Vector3 *direction : {&joint.normal, &joint.backward, &joint.upward})
    *direction = turn * *direction;
  return joint;
}
/// Refuses dimensions that the template cannot follow. @p first: the arch's first cell.
void check_cells(const SpineMesh &mesh, std::size_t first)
{
  for (std::size_t c = first; c < mesh.cells.size(); ++c)
    for (int lattice = 0; lattice < 27; ++lattice) {
      const Vector3 unit(lattice % 3 / 2., lattice / 3 % 3 / 2., lattice / 9 / 2.);
      if (jacobian(mesh, int(c), unit).determinant() <= 0) {
        const Region &region = mesh.region_of(static_cast<int>(c));
        const std::string level = region.place_name();
        throw UserError(
            "the posterior elements of " + level + " cannot be built from these dimensions: a cell of " + region.name +
            " is turned inside out. The arch follows pedicle_*, canal_depth_mm and posterior_height_mm of " + level +
            " and facet_angle_deg and the heights of the discs beside it: bring these nearer to a preset, or "
            "set spine.posterior_elements = false");
      }
    }
}
} // namespace

void add_posterior_arches(const SpineGeometry &geometry, const PlaneGrid &grid, const SegmentStack &stack,
                          const MeshResolution &resolution, SpineMesh &mesh)
{
  const Divisions divisions(resolution);
  for (std::size_t v = 0; v < mesh.vertebrae.size(); ++v) {
    const VertebraFrame &frame = mesh.vertebrae[v];
    const bool is_sacrum = frame.level == Level::S1;
    const VertebraFrame *upper = v > 0 ? &mesh.vertebrae[v - 1] : nullptr;
    const VertebraFrame *lower = v + 1 < mesh.vertebrae.size() ? &mesh.vertebrae[v + 1] : nullptr;
    const BonyFacetJoint above = in_frame(frame, facet_joint(geometry, upper, &frame));
    BonyFacetJoint below;
    if (!is_sacrum)
      below = in_frame(frame, facet_joint(geometry, &frame, lower));
    ArchTemplate shape = arch_template(geometry, frame.level, above, is_sacrum ? nullptr : &below);
    if (!is_sacrum)
      shape.pedicle_front = pedicle_front(geometry, grid, stack, frame);
    const std::size_t first_cell = mesh.cells.size();
    ArchMesher mesher(frame, shape, divisions, mesh);
    for (const Block &block : is_sacrum ? sacral_blocks() : arch_blocks())
      for (const bool left : {true, false})
        mesher.add(block, left);
    check_cells(mesh, first_cell);
  }
}
} // namespace lumbarfem
