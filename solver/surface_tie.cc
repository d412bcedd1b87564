#include "solver/surface_tie.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
SurfaceTie::SurfaceTie(std::string name, std::vector<Point> points)
    : Contribution(std::move(name), Role::bone_tie), points_(std::move(points))
{
}

std::vector<std::vector<int>> SurfaceTie::couplings() const
{
  std::vector<std::vector<int>> result;
  for (const Point &point : points_)
    result.push_back(blocks_of({&point.surface, &point.host}));
  return result;
}

void SurfaceTie::assemble(const State &state, AssemblySink &sink, bool tangent) const
{
  const Matrix3 unit = Matrix3::Identity();
  for (const Point &point : points_) {
    const double k = point.stiffness_N_per_mm;
    const Vector3 force = k * (point.surface.displacement(state) - point.host.displacement(state));
    Eigen::VectorXd gradient(6);
    gradient << force, -force;
    Eigen::MatrixXd hessian(6, 6);
    hessian << k * unit, -k * unit, -k * unit, k * unit;
    scatter({&point.surface, &point.host}, gradient, tangent ? &hessian : nullptr, sink);
  }
}

double SurfaceTie::energy(const State &state) const
{
  double sum = 0;
  for (const Point &point : points_)
    sum += point.stiffness_N_per_mm / 2 *
           (point.surface.displacement(state) - point.host.displacement(state)).squaredNorm();
  return sum;
}

Vector3 SurfaceTie::force_on_host(const State &state) const
{
  Vector3 sum = Vector3::Zero();
  for (const Point &point : points_)
    sum += point.stiffness_N_per_mm * (point.surface.displacement(state) - point.host.displacement(state));
  return sum;
}

double SurfaceTie::largest_opening(const State &state) const
{
  double largest = 0;
  for (const Point &point : points_)
    largest = std::max(largest, (point.surface.displacement(state) - point.host.displacement(state)).norm());
  return largest;
}

std::unique_ptr<SurfaceTie> tie_surface(const std::string &name, const SpineMesh &mesh, const Discretization &field,
                                        const std::vector<CellFace> &faces, const std::vector<int> &hosts,
                                        double stiffness_N_per_mm3, double tolerance_mm)
{
  const double gauss[3] = {0.5 - std::sqrt(0.15), 0.5, 0.5 + std::sqrt(0.15)}, weight[3] = {5. / 18, 8. / 18, 5. / 18};
  std::vector<SurfaceTie::Point> points;
  Eigen::VectorXd value;
  Eigen::MatrixX3d gradient;
  for (const CellFace &face : faces) {
    const int normal = face.face / 2, first = (normal + 1) % 3, second = (normal + 2) % 3;
    const std::vector<int> &nodes = field.cell_nodes[face.cell];
    for (int q = 0; q < 9; ++q) {
      Vector3 unit;
      unit[normal] = face.face % 2;
      unit[first] = gauss[q % 3];
      unit[second] = gauss[q / 3];
      shape_functions(field.element, unit, value, gradient);
      SurfaceTie::Point point;
      Matrix3 jacobian = Matrix3::Zero();
      for (int a = 0; a < field.n_cell_nodes; ++a) {
        const Vector3 &node = field.node_position[nodes[a]];
        point.surface.reference += value(a) * node;
        jacobian += node * gradient.row(a);
        if (std::abs(value(a)) > 1e-12)
          point.surface.blocks.emplace_back(nodes[a], value(a));
      }
      point.host = attach_in_cell(mesh, field, hosts, point.surface.reference, tolerance_mm, name);
      const double area = jacobian.col(first).cross(jacobian.col(second)).norm();
      point.stiffness_N_per_mm = stiffness_N_per_mm3 * weight[q % 3] * weight[q / 3] * area;
      points.push_back(std::move(point));
    }
  }
  return std::make_unique<SurfaceTie>(name, std::move(points));
}
} // namespace lumbarfem
