/// Quality of a mesh and its volumes beside published ones.
#pragma once

#include "meshes/spine_mesh.h"

namespace lumbarfem
{
struct QualityRow {
  std::string region;
  int n_cells = 0;
  double volume_mm3 = 0;
  double worst_scaled_jacobian = 1; ///< least over the 27 lattice points of det(J) / (|j0||j1||j2|)
  double mean_scaled_jacobian = 1;
};

/// One row per region, then "all".
std::vector<QualityRow> mesh_quality(const SpineMesh &mesh);
} // namespace lumbarfem
