/// Questions about the mesh and the field that several measures ask.
#pragma once

#include "solver/model.h"

#include <optional>
#include <string>
#include <vector>

namespace lumbarfem
{
/// Place of a cell in the column: 2 * level for a vertebra (L1: 0), 2 * upper level + 1 for a disc, rising caudally.
int column_place(const SpineMesh &mesh, int cell);

/// The cell on the other side of each face, -1 at the outer boundary.
std::vector<int> neighbours_of(const SpineMesh &mesh, const std::vector<CellFace> &faces);

/// Centre and edge nodes of the field that lie on exactly one face of the surface's outline, sorted.
std::vector<int> outline_nodes(const SpineMesh &mesh, const Discretization &field, const std::vector<CellFace> &faces);

/// Neighbouring nodes of the outline: the edges that one face has alone, quadratic ones in two halves.
std::vector<std::pair<int, int>> outline_segments(const SpineMesh &mesh, const Discretization &field,
                                                  const std::vector<CellFace> &faces);

/// A point given by cell and unit coordinates.
struct CellPoint {
  int cell = -1;
  Vector3 unit_point = Vector3::Zero();
};
/// Finds the point among @p cells by inverse mapping of the displacement element's own geometry; nothing when it lies
/// in none of them.
std::optional<CellPoint> locate(const Discretization &field, const std::vector<int> &cells, const Vector3 &point);

/// Reference position and displacement (empty state: zero) of a point of a cell, and the derivative of the position.
struct CellGeometry {
  Vector3 reference, displacement;
  Matrix3 jacobian;
};
CellGeometry cell_geometry(const Discretization &field, int cell, const Vector3 &unit_point, const State &state);

/// A Gauss point of a face, with outward unit normal and area in the reference.
struct FacePoint {
  Vector3 unit_point, normal;
  double area_mm2;
};
/// 3 x 3 Gauss points of a face.
std::vector<FacePoint> face_points(const Discretization &field, const CellFace &face);
} // namespace lumbarfem
