#include "meshes/mesh_quality.h"

#include "meshes/mesh_measures.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
/// Derivatives of the trilinear map between the eight corners.
Matrix3 straight_jacobian(const SpineMesh &mesh, const Cell &cell, const Vector3 &unit)
{
  Matrix3 result = Matrix3::Zero();
  for (int corner = 0; corner < 8; ++corner) {
    const int at[3] = {corner & 1, corner >> 1 & 1, corner >> 2};
    const Vector3 &node = mesh.nodes[cell.nodes[2 * at[0] + 6 * at[1] + 18 * at[2]]];
    for (int i = 0; i < 3; ++i) {
      double factor = at[i] ? 1 : -1;
      for (int other = 0; other < 3; ++other)
        if (other != i)
          factor *= at[other] ? unit[other] : 1 - unit[other];
      result.col(i) += factor * node;
    }
  }
  return result;
}
} // namespace

std::string inverted_cell(const SpineMesh &mesh)
{
  const double three[3] = {0.5 - std::sqrt(0.15), 0.5, 0.5 + std::sqrt(0.15)},
               two[2] = {0.5 - std::sqrt(3.) / 6, 0.5 + std::sqrt(3.) / 6};
  for (std::size_t c = 0; c < mesh.cells.size(); ++c) {
    bool is_sound = true;
    for (int q = 0; q < 27 && is_sound; ++q)
      is_sound = jacobian(mesh, static_cast<int>(c), {three[q % 3], three[q / 3 % 3], three[q / 9]}).determinant() > 0;
    for (int q = 0; q < 8 && is_sound; ++q)
      is_sound = straight_jacobian(mesh, mesh.cells[c], {two[q % 2], two[q / 2 % 2], two[q / 4]}).determinant() > 0;
    if (!is_sound)
      return "element " + std::to_string(c) + " of region " + mesh.region_of(static_cast<int>(c)).name +
             " is turned inside out";
  }
  return "";
}

std::vector<QualityRow> mesh_quality(const SpineMesh &mesh)
{
  std::vector<QualityRow> rows(mesh.regions.size() + 1);
  for (size_t r = 0; r < mesh.regions.size(); ++r)
    rows[r].region = mesh.regions[r].name;
  QualityRow &total = rows.back();
  total.region = "all";
  for (QualityRow &row : rows)
    row.mean_scaled_jacobian = 0;
  for (size_t c = 0; c < mesh.cells.size(); ++c) {
    double worst = 1, mean = 0;
    for (int a = 0; a < 27; ++a) {
      const Matrix3 j = jacobian(mesh, int(c), Vector3(a % 3 / 2., a / 3 % 3 / 2., a / 9 / 2.));
      const double scaled = j.determinant() / (j.col(0).norm() * j.col(1).norm() * j.col(2).norm());
      worst = std::min(worst, scaled);
      mean += scaled / 27;
    }
    const double volume = cell_moment(mesh, int(c)).volume;
    for (QualityRow *row : {&rows[mesh.cells[c].region], &total}) {
      ++row->n_cells;
      row->volume_mm3 += volume;
      row->worst_scaled_jacobian = std::min(row->worst_scaled_jacobian, worst);
      row->mean_scaled_jacobian += mean;
    }
  }
  for (QualityRow &row : rows)
    row.mean_scaled_jacobian /= std::max(1, row.n_cells);
  return rows;
}
} // namespace lumbarfem
