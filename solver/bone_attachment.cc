#include "solver/bone_attachment.h"

#include <algorithm>
#include <limits>

namespace lumbarfem
{
BoneAttachment::BoneAttachment(const SpineMesh &mesh, const Discretization &field) : mesh_(mesh), field_(field)
{
  corners_.element = ElementType::q1;
  corners_.n_cell_nodes = 8;
  corners_.node_position = field.node_position;
  for (const std::vector<int> &nodes : field.cell_nodes) {
    corners_.cell_nodes.emplace_back();
    for (const int lattice : {0, 2, 6, 8, 18, 20, 24, 26})
      corners_.cell_nodes.back().push_back(nodes[field.node_of_lattice(lattice)]);
  }
  for (const VertebraFrame &vertebra : mesh.vertebrae) {
    const auto is_own = [&](const Region &region) { return region.is_of(vertebra.level); };
    bones_[vertebra.level] = {cells_of_regions(mesh, mesh.regions_where(is_own)),
                              corner_nodes_of_surface(mesh, field, name(vertebra.level) + ".wall")};
  }
}

bool BoneAttachment::is_lost(Level level, const Vector3 &point) const
{
  const auto removed = mesh_.removed_nodes.find(name(level));
  if (removed == mesh_.removed_nodes.end())
    return false;
  double lost = std::numeric_limits<double>::infinity(), kept = lost;
  for (const Vector3 &node : removed->second)
    lost = std::min(lost, (node - point).squaredNorm());
  for (const int cell : bones_.at(level).cells)
    for (const int node : mesh_.cells[cell].nodes)
      kept = std::min(kept, (mesh_.nodes[node] - point).squaredNorm());
  return lost < kept;
}

AttachedPoint BoneAttachment::attach(Level level, const Vector3 &point, double &distance_mm)
{
  const Bone &bone = bones_.at(level);
  const AttachedPoint nearest = attach_in_cell(mesh_, corners_, bone.cells, point,
                                               std::numeric_limits<double>::infinity(), "", nullptr, &distance_mm);
  return distance_mm <= reach_mm ? nearest : attach_affine(field_, bone.wall_nodes, point);
}
} // namespace lumbarfem
