#include "solver/attachment.h"

#include "base/user_error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

namespace lumbarfem
{
Vector3 AttachedPoint::displacement(const State &state) const
{
  Vector3 u = Vector3::Zero();
  for (const auto &[block, weight] : blocks)
    u += weight * Vector3(state[3 * block], state[3 * block + 1], state[3 * block + 2]);
  return u;
}

AttachedPoint extra_point(int block, const Vector3 &reference) { return {reference, {{block, 1.}}}; }

namespace
{
/// Newton iteration for the unit coordinates of a point in the displacement element's own map; clamped to the cell.
/// @p rest: what is left over.
double invert_map(const Discretization &field, int cell, const Vector3 &point, Vector3 &unit, Vector3 &rest,
                  Matrix3 &jacobian)
{
  unit = Vector3::Constant(0.5);
  Eigen::VectorXd value;
  Eigen::MatrixX3d gradient;
  for (int iteration = 0; iteration < 20; ++iteration) {
    shape_functions(field.element, unit, value, gradient);
    Vector3 x = Vector3::Zero();
    jacobian.setZero();
    for (int a = 0; a < field.n_cell_nodes; ++a) {
      const Vector3 &node = field.node_position[field.cell_nodes[cell][a]];
      x += value(a) * node;
      jacobian += node * gradient.row(a);
    }
    rest = point - x;
    if (rest.norm() < 1e-10)
      break;
    const Vector3 next = (unit + jacobian.inverse() * rest).cwiseMax(0.).cwiseMin(1.);
    if ((next - unit).norm() < 1e-13)
      break;
    unit = next;
  }
  return rest.norm();
}
} // namespace

AttachedPoint attach_in_cell(const SpineMesh &mesh, const Discretization &field, const std::vector<int> &cells,
                             const Vector3 &point, double tolerance_mm, const std::string &what, int *host,
                             double *distance_mm)
{
  int best = -1;
  double best_distance = std::numeric_limits<double>::max();
  Vector3 best_unit, best_rest;
  Matrix3 best_jacobian;
  const int n = cells.empty() ? static_cast<int>(mesh.cells.size()) : static_cast<int>(cells.size());
  for (int k = 0; k < n; ++k) {
    const int cell = cells.empty() ? k : cells[k];
    Vector3 low = field.node_position[field.cell_nodes[cell][0]], high = low;
    for (const int node : field.cell_nodes[cell]) {
      low = low.cwiseMin(field.node_position[node]);
      high = high.cwiseMax(field.node_position[node]);
    }
    const double box = (low - point).cwiseMax(point - high).cwiseMax(0.).norm();
    if (box >= best_distance)
      continue;
    Vector3 unit, rest;
    Matrix3 jacobian;
    const double distance = invert_map(field, cell, point, unit, rest, jacobian);
    if (distance < best_distance) {
      best = cell, best_distance = distance, best_unit = unit, best_rest = rest, best_jacobian = jacobian;
      if (distance < 1e-9)
        break;
    }
  }
  if (best < 0 || best_distance > tolerance_mm) {
    std::ostringstream message;
    message << what << ": the point (" << point.transpose() << ") mm lies " << best_distance
            << " mm outside the tissue that it should be fixed to; allowed are " << tolerance_mm
            << " mm. Change its position or length.";
    throw UserError(message.str());
  }
  if (host)
    *host = best;
  if (distance_mm)
    *distance_mm = best_distance;
  AttachedPoint attached;
  attached.reference = point;
  Eigen::VectorXd value;
  Eigen::MatrixX3d gradient;
  shape_functions(field.element, best_unit, value, gradient);
  // A point just outside goes with the nearest point and its gradient: every affine motion carries it exactly.
  value += gradient * (best_jacobian.inverse() * best_rest);
  for (int a = 0; a < field.n_cell_nodes; ++a)
    if (std::abs(value(a)) > 1e-12)
      attached.blocks.emplace_back(field.cell_nodes[best][a], value(a));
  return attached;
}

AttachedPoint attach_affine(const Discretization &field, const std::vector<int> &nodes, const Vector3 &point)
{
  Eigen::Matrix4d moment = Eigen::Matrix4d::Zero();
  Vector3 centre = Vector3::Zero();
  for (const int node : nodes)
    centre += field.node_position[node] / static_cast<double>(nodes.size());
  const auto basis = [&](const Vector3 &x) {
    Eigen::Vector4d b;
    b << 1, x - centre;
    return b;
  };
  for (const int node : nodes) {
    const Eigen::Vector4d b = basis(field.node_position[node]);
    moment += b * b.transpose();
  }
  const Eigen::Vector4d coefficients = moment.ldlt().solve(basis(point));
  AttachedPoint attached;
  attached.reference = point;
  for (const int node : nodes)
    attached.blocks.emplace_back(node, coefficients.dot(basis(field.node_position[node])));
  return attached;
}

std::vector<int> nodes_of_cells(const Discretization &field, const std::vector<int> &cells)
{
  std::vector<int> nodes;
  for (const int cell : cells)
    nodes.insert(nodes.end(), field.cell_nodes[cell].begin(), field.cell_nodes[cell].end());
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

namespace
{
std::vector<int> surface_nodes(const SpineMesh &mesh, const Discretization &field, const std::string &surface,
                               bool corners_only)
{
  const auto found = mesh.surfaces.find(surface);
  if (found == mesh.surfaces.end())
    throw std::logic_error("the mesh has no surface " + surface);
  std::vector<int> nodes;
  for (const CellFace &face : found->second)
    for (const int lattice : face_lattice(face.face, corners_only)) {
      const int local = field.node_of_lattice(lattice);
      if (local >= 0)
        nodes.push_back(field.cell_nodes[face.cell][local]);
    }
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}
} // namespace

std::vector<int> nodes_of_surface(const SpineMesh &mesh, const Discretization &field, const std::string &surface)
{
  return surface_nodes(mesh, field, surface, false);
}

std::vector<int> corner_nodes_of_surface(const SpineMesh &mesh, const Discretization &field, const std::string &surface)
{
  return surface_nodes(mesh, field, surface, true);
}

std::vector<int> cells_of_regions(const SpineMesh &mesh, const std::vector<int> &regions)
{
  std::vector<char> wanted(mesh.regions.size(), 0);
  for (const int region : regions)
    wanted[region] = 1;
  std::vector<int> cells;
  for (std::size_t c = 0; c < mesh.cells.size(); ++c)
    if (wanted[mesh.cells[c].region])
      cells.push_back(static_cast<int>(c));
  return cells;
}
} // namespace lumbarfem
