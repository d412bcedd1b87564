#include "postprocess/measures/mesh_topology.h"

#include <algorithm>
#include <unordered_map>

namespace lumbarfem
{
namespace
{
/// Lattice index of the centre of a face.
int face_centre_lattice(int face)
{
  const int stride[3] = {1, 3, 9};
  return 13 + (face % 2 == 0 ? -1 : 1) * stride[face / 2];
}

/// The three lattice indices of each of the four edges of a face.
std::vector<std::array<int, 3>> face_edges(int face)
{
  const int stride[3] = {1, 3, 9};
  const int normal = stride[face / 2], first = stride[(face / 2 + 1) % 3], second = stride[(face / 2 + 2) % 3];
  const int base = face % 2 == 0 ? 0 : 2 * normal;
  std::vector<std::array<int, 3>> edges;
  for (const int end : {0, 2}) {
    edges.push_back({base + end * second, base + end * second + first, base + end * second + 2 * first});
    edges.push_back({base + end * first, base + end * first + second, base + end * first + 2 * second});
  }
  return edges;
}
} // namespace

int column_place(const SpineMesh &mesh, int cell)
{
  if (mesh.disc_coordinates[cell].disc >= 0)
    return 2 * mesh.disc_coordinates[cell].disc + 1;
  return 2 * static_cast<int>(mesh.region_of(cell).place.value().upper);
}

std::vector<int> neighbours_of(const SpineMesh &mesh, const std::vector<CellFace> &faces)
{
  // The centre node of a face belongs to the cells on its two sides and to no other.
  std::unordered_map<int, std::size_t> wanted;
  for (std::size_t k = 0; k < faces.size(); ++k)
    wanted[mesh.cells[faces[k].cell].nodes[face_centre_lattice(faces[k].face)]] = k;
  std::vector<int> result(faces.size(), -1);
  for (int cell = 0; cell < static_cast<int>(mesh.cells.size()); ++cell)
    for (int face = 0; face < 6; ++face) {
      const auto found = wanted.find(mesh.cells[cell].nodes[face_centre_lattice(face)]);
      if (found != wanted.end() && faces[found->second].cell != cell)
        result[found->second] = cell;
    }
  return result;
}

std::vector<std::pair<int, int>> outline_segments(const SpineMesh &mesh, const Discretization &field,
                                                  const std::vector<CellFace> &faces)
{
  std::unordered_map<int, int> faces_at_edge; // by the edge's middle node
  for (const CellFace &face : faces)
    for (const auto &edge : face_edges(face.face))
      ++faces_at_edge[mesh.cells[face.cell].nodes[edge[1]]];
  std::vector<std::pair<int, int>> segments;
  for (const CellFace &face : faces)
    for (const auto &edge : face_edges(face.face)) {
      if (faces_at_edge[mesh.cells[face.cell].nodes[edge[1]]] != 1)
        continue;
      int last = -1;
      for (const int lattice : edge) {
        const int local = field.node_of_lattice(lattice);
        if (local < 0)
          continue;
        const int node = field.cell_nodes[face.cell][local];
        if (last >= 0)
          segments.emplace_back(last, node);
        last = node;
      }
    }
  return segments;
}

std::vector<int> outline_nodes(const SpineMesh &mesh, const Discretization &field, const std::vector<CellFace> &faces)
{
  std::vector<int> nodes;
  for (const auto &[from, to] : outline_segments(mesh, field, faces))
    nodes.insert(nodes.end(), {from, to});
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

CellGeometry cell_geometry(const Discretization &field, int cell, const Vector3 &unit_point, const State &state)
{
  Eigen::VectorXd value;
  Eigen::MatrixX3d gradient;
  shape_functions(field.element, unit_point, value, gradient);
  CellGeometry result{Vector3::Zero(), Vector3::Zero(), Matrix3::Zero()};
  for (int a = 0; a < field.n_cell_nodes; ++a) {
    const int node = field.cell_nodes[cell][a];
    result.reference += value(a) * field.node_position[node];
    result.jacobian += field.node_position[node] * gradient.row(a);
    if (!state.empty())
      result.displacement += value(a) * Vector3(state[3 * node], state[3 * node + 1], state[3 * node + 2]);
  }
  return result;
}

std::optional<CellPoint> locate(const Discretization &field, const std::vector<int> &cells, const Vector3 &point)
{
  const double slack = 1e-8; // of the unit coordinates, for points on the face between two cells
  for (const int cell : cells) {
    Eigen::AlignedBox3d box;
    for (const int node : field.cell_nodes[cell])
      box.extend(field.node_position[node]);
    // Curved cells may bulge a little beyond the box of their nodes.
    const Vector3 margin = 0.1 * box.sizes();
    box.extend(box.min() - margin);
    box.extend(box.max() + margin);
    if (!box.contains(point))
      continue;
    Vector3 unit = Vector3::Constant(0.5);
    for (int iteration = 0; iteration < 20; ++iteration) {
      const CellGeometry at = cell_geometry(field, cell, unit, State());
      const Vector3 step = at.jacobian.inverse() * (point - at.reference);
      unit += step;
      if (!(unit.array().abs() < 5).all())
        break;
      if (step.norm() < 1e-12)
        break;
    }
    if ((unit.array() >= -slack).all() && (unit.array() <= 1 + slack).all() &&
        (cell_geometry(field, cell, unit, State()).reference - point).norm() < 1e-8 * (1 + box.sizes().norm()))
      return CellPoint{cell, unit};
  }
  return {};
}

std::vector<FacePoint> face_points(const Discretization &field, const CellFace &face)
{
  const double position[3] = {0.5 - std::sqrt(0.15), 0.5, 0.5 + std::sqrt(0.15)},
               weight[3] = {5. / 18, 8. / 18, 5. / 18};
  const int normal = face.face / 2, first = (normal + 1) % 3, second = (normal + 2) % 3;
  std::vector<FacePoint> points;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) {
      FacePoint point;
      point.unit_point[normal] = face.face % 2;
      point.unit_point[first] = position[i];
      point.unit_point[second] = position[j];
      const Matrix3 jacobian = cell_geometry(field, face.cell, point.unit_point, State()).jacobian;
      // In a right-handed cell first x second points to the high end of the third direction.
      const Vector3 area = jacobian.col(first).cross(jacobian.col(second)) * (face.face % 2 == 0 ? -1 : 1);
      point.normal = area.normalized();
      point.area_mm2 = area.norm() * weight[i] * weight[j];
      points.push_back(point);
    }
  return points;
}
} // namespace lumbarfem
