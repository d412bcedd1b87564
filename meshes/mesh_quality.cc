#include "meshes/mesh_quality.h"

#include "meshes/mesh_measures.h"

#include <algorithm>

namespace lumbarfem
{
std::vector<QualityRow> mesh_quality(const SpineMesh &mesh)
{
  std::vector<QualityRow> rows(mesh.region_names.size() + 1);
  for (size_t r = 0; r < mesh.region_names.size(); ++r)
    rows[r].region = mesh.region_names[r];
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
