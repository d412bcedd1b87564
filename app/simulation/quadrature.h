/// Quadrature over the cells of a mesh, without a field: the points that compute, and volumes of shapes that cut cells.
#pragma once

#include "meshes/spine_mesh.h"
#include "solver/discretization.h"

#include <functional>

namespace lumbarfem
{
struct IntegrationPoint {
  int cell;
  Vector3 position;
  double volume_mm3;
};

/// The points at which the element takes the material, in the geometry of its displacement (straight edges for linear
/// elements), of the cells in the flagged regions. 2 x 2 x 2 or 3 x 3 x 3 a cell.
std::vector<IntegrationPoint> integration_points(const SpineMesh &mesh, ElementType element,
                                                 const std::vector<char> &regions);

/// Side of a cube of the points' mean volume; 0 without points.
double mean_spacing(const std::vector<IntegrationPoint> &points);

/// Signed distance (mm, negative inside) of a body at a reference position; near enough outside of the edge's own
/// width.
using SignedDistance = std::function<double(const Vector3 &)>;

/// Calls @p visit with position and volume (mm3) of pieces of the part of the flagged regions that lies inside the
/// body, in the curved geometry of the cells: cells that the surface cuts are divided into 8 x 8 x 8.
void visit_shape(const SpineMesh &mesh, const std::vector<char> &regions, const SignedDistance &distance,
                 const std::function<void(const Vector3 &, double)> &visit);
/// Volume of these pieces. Good to about 0.3 %; what a quadrature finds is judged by it.
double shape_volume(const SpineMesh &mesh, const std::vector<char> &regions, const SignedDistance &distance);
} // namespace lumbarfem
