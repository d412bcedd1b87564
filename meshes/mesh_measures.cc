#include "meshes/mesh_measures.h"

#include <cmath>

namespace lumbarfem
{
namespace
{
struct ShapeAtPoint {
  Eigen::Matrix<double, 27, 1> value;
  Eigen::Matrix<double, 27, 3> gradient;
  double weight;
};

const double gauss_point[3] = {0.5 - 0.5 * std::sqrt(0.6), 0.5, 0.5 + 0.5 * std::sqrt(0.6)};
const double gauss_weight[3] = {5. / 18, 8. / 18, 5. / 18};

const std::vector<ShapeAtPoint> &quadrature()
{
  static const std::vector<ShapeAtPoint> points = [] {
    std::vector<ShapeAtPoint> result(27);
    for (int q = 0; q < 27; ++q) {
      const int i = q % 3, j = q / 3 % 3, k = q / 9;
      lattice_shape({gauss_point[i], gauss_point[j], gauss_point[k]}, result[q].value, &result[q].gradient);
      result[q].weight = gauss_weight[i] * gauss_weight[j] * gauss_weight[k];
    }
    return result;
  }();
  return points;
}

Eigen::Matrix<double, 3, 27> node_positions(const SpineMesh &mesh, int cell)
{
  Eigen::Matrix<double, 3, 27> x;
  for (int a = 0; a < 27; ++a)
    x.col(a) = mesh.nodes[mesh.cells[cell].nodes[a]];
  return x;
}
} // namespace

VolumeMoment cell_moment(const SpineMesh &mesh, int cell)
{
  VolumeMoment sum;
  const Eigen::Matrix<double, 3, 27> x = node_positions(mesh, cell);
  for (const ShapeAtPoint &q : quadrature()) {
    const Matrix3 j = x * q.gradient;
    const double volume = q.weight * j.determinant();
    sum.volume += volume;
    sum.moment += volume * (x * q.value);
  }
  return sum;
}

std::vector<VolumeMoment> region_moments(const SpineMesh &mesh)
{
  std::vector<VolumeMoment> sums(mesh.regions.size());
  for (size_t c = 0; c < mesh.cells.size(); ++c)
    sums[mesh.cells[c].region] += cell_moment(mesh, int(c));
  return sums;
}

AreaMoment surface_moment(const SpineMesh &mesh, const std::vector<CellFace> &faces)
{
  AreaMoment sum;
  for (const CellFace &face : faces) {
    const int normal = face.face / 2, first = (normal + 1) % 3, second = (normal + 2) % 3;
    const double side = face.face % 2;
    const Eigen::Matrix<double, 3, 27> x = node_positions(mesh, face.cell);
    for (int q = 0; q < 9; ++q) {
      Vector3 unit;
      unit[normal] = side;
      unit[first] = gauss_point[q % 3];
      unit[second] = gauss_point[q / 3];
      Eigen::Matrix<double, 27, 1> value;
      Eigen::Matrix<double, 27, 3> gradient;
      lattice_shape(unit, value, &gradient);
      const Matrix3 j = x * gradient;
      const Vector3 area =
          gauss_weight[q % 3] * gauss_weight[q / 3] * (side > 0 ? 1 : -1) * j.col(first).cross(j.col(second));
      sum.area += area.norm();
      sum.moment += area.norm() * (x * value);
      sum.normal += area;
    }
  }
  return sum;
}

Matrix3 jacobian(const SpineMesh &mesh, int cell, const Vector3 &unit_point)
{
  Eigen::Matrix<double, 27, 1> value;
  Eigen::Matrix<double, 27, 3> gradient;
  lattice_shape(unit_point, value, &gradient);
  return node_positions(mesh, cell) * gradient;
}
} // namespace lumbarfem
