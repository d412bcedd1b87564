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

/// "element 21 of region L5.cortical is turned inside out" for the first cell whose map has no positive determinant at
/// a quadrature point of the quadratic (curved edges) or the linear element (straight edges); empty when all are sound.
std::string inverted_cell(const SpineMesh &mesh);
} // namespace lumbarfem
