#include "app/simulation/quadrature.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
/// Gauss points and weights on the unit interval.
struct Rule {
  std::vector<double> points, weights;
};

Rule gauss_rule(int n_points)
{
  if (n_points == 2)
    return {{0.5 - std::sqrt(3.) / 6, 0.5 + std::sqrt(3.) / 6}, {0.5, 0.5}};
  return {{0.5 - std::sqrt(0.15), 0.5, 0.5 + std::sqrt(0.15)}, {5. / 18, 8. / 18, 5. / 18}};
}

Rule midpoint_rule(int n_points)
{
  Rule rule;
  for (int k = 0; k < n_points; ++k) {
    rule.points.push_back((k + 0.5) / n_points);
    rule.weights.push_back(1. / n_points);
  }
  return rule;
}

/// Calls @p visit with position, volume and Jacobian (mm per unit) of the points of one cell.
template <typename Visit>
void visit_cell(const SpineMesh &mesh, ElementType element, int cell, const Rule &rule, const Visit &visit)
{
  static const int corners[8] = {0, 2, 6, 8, 18, 20, 24, 26};
  const std::size_t n = rule.points.size();
  Eigen::VectorXd value;
  Eigen::MatrixX3d gradient;
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t i = 0; i < n; ++i) {
        shape_functions(element, {rule.points[i], rule.points[j], rule.points[k]}, value, gradient);
        Vector3 position = Vector3::Zero();
        Matrix3 jacobian = Matrix3::Zero();
        for (Eigen::Index a = 0; a < value.size(); ++a) {
          const Vector3 &node = mesh.nodes[mesh.cells[cell].nodes[value.size() == 8 ? corners[a] : a]];
          position += value(a) * node;
          jacobian += node * gradient.row(a);
        }
        visit(position, jacobian.determinant() * rule.weights[i] * rule.weights[j] * rule.weights[k], jacobian);
      }
}

/// Share of a small parallelepiped (edges: columns of @p edges) about a point that lies inside the body: between the
/// two planes parallel to the surface that hold it the share grows evenly.
double cut_share(const SignedDistance &distance, const Vector3 &centre, const Matrix3 &edges)
{
  const double at = distance(centre), reach = edges.colwise().norm().sum() / 2, step = 1e-3;
  if (std::abs(at) > reach)
    return at < 0 ? 1 : 0;
  Vector3 slope;
  for (int i = 0; i < 3; ++i)
    slope[i] = (distance(centre + step * Vector3::Unit(i)) - distance(centre - step * Vector3::Unit(i))) / (2 * step);
  const double width = (edges.transpose() * slope).cwiseAbs().sum();
  return width > 0 ? std::clamp(0.5 - at / width, 0., 1.) : (at < 0 ? 1 : 0);
}
} // namespace

std::vector<IntegrationPoint> integration_points(const SpineMesh &mesh, ElementType element,
                                                 const std::vector<char> &regions)
{
  const Rule rule = gauss_rule(element == ElementType::q2p1 ? 3 : 2);
  std::vector<IntegrationPoint> points;
  for (int cell = 0; cell < static_cast<int>(mesh.cells.size()); ++cell)
    if (regions[mesh.cells[cell].region])
      visit_cell(mesh, element, cell, rule, [&](const Vector3 &position, double volume_mm3, const Matrix3 &) {
        points.push_back({cell, position, volume_mm3});
      });
  return points;
}

double mean_spacing(const std::vector<IntegrationPoint> &points)
{
  double volume = 0;
  for (const IntegrationPoint &point : points)
    volume += point.volume_mm3;
  return points.empty() ? 0 : std::cbrt(volume / static_cast<double>(points.size()));
}

void visit_shape(const SpineMesh &mesh, const std::vector<char> &regions, const SignedDistance &distance,
                 const std::function<void(const Vector3 &, double)> &visit)
{
  const int n_parts = 8;
  const Rule gauss = gauss_rule(3), parts = midpoint_rule(n_parts);
  for (int cell = 0; cell < static_cast<int>(mesh.cells.size()); ++cell) {
    if (!regions[mesh.cells[cell].region])
      continue;
    Vector3 low = mesh.nodes[mesh.cells[cell].nodes[0]], high = low;
    double least = distance(low), largest = least;
    for (const int node : mesh.cells[cell].nodes) {
      low = low.cwiseMin(mesh.nodes[node]);
      high = high.cwiseMax(mesh.nodes[node]);
      least = std::min(least, distance(mesh.nodes[node]));
      largest = std::max(largest, distance(mesh.nodes[node]));
    }
    // A body may be thinner than a cell. No point of a cell is farther from the nearest of its 27 nodes than a quarter
    // of its diagonal, with straight edges; the distance of a body is exact near its surface only.
    const double reach = 0.4 * (high - low).norm();
    if (least > reach)
      continue;
    if (largest < -reach)
      visit_cell(mesh, ElementType::q2p1, cell, gauss,
                 [&](const Vector3 &position, double part, const Matrix3 &) { visit(position, part); });
    else
      visit_cell(mesh, ElementType::q2p1, cell, parts,
                 [&](const Vector3 &position, double part, const Matrix3 &jacobian) {
                   if (const double share = cut_share(distance, position, jacobian / n_parts); share > 0)
                     visit(position, part * share);
                 });
  }
}

double shape_volume(const SpineMesh &mesh, const std::vector<char> &regions, const SignedDistance &distance)
{
  double volume = 0;
  visit_shape(mesh, regions, distance, [&](const Vector3 &, double part_mm3) { volume += part_mm3; });
  return volume;
}
} // namespace lumbarfem
