/// A material point fixed to the solid, or an extra node: its displacement is a weighted sum of blocks of unknowns.
#pragma once

#include "base/types.h"
#include "solver/assembly_sink.h"
#include "solver/discretization.h"

#include <vector>

namespace lumbarfem
{
struct AttachedPoint {
  Vector3 reference = Vector3::Zero();        ///< position in the reference configuration
  std::vector<std::pair<int, double>> blocks; ///< displacement = sum of weight * block

  Vector3 displacement(const State &state) const;
  Vector3 position(const State &state) const { return reference + displacement(state); }
};

/// A point that is a block of its own (node of a beam, rotation vector).
AttachedPoint extra_point(int block, const Vector3 &reference);

/// A point inside the mesh: the host cell is searched among @p cells (all when empty) by inverse mapping. A point
/// outside is attached to the nearest cell at its nearest point when closer than @p tolerance_mm, else UserError with
/// @p what in the message. @p host returns the cell, @p distance_mm how far outside of it the point lies.
AttachedPoint attach_in_cell(const SpineMesh &mesh, const Discretization &field, const std::vector<int> &cells,
                             const Vector3 &point, double tolerance_mm, const std::string &what, int *host = nullptr,
                             double *distance_mm = nullptr);

/// A point rigidly carried by a set of nodes without stiffness of its own: weights a_i with sum a_i = 1 and
/// sum a_i X_i = X of least norm, exact for every affine motion of the nodes.
AttachedPoint attach_affine(const Discretization &field, const std::vector<int> &nodes, const Vector3 &point);

/// Nodes of the given cells, sorted.
std::vector<int> nodes_of_cells(const Discretization &field, const std::vector<int> &cells);
/// Nodes on a named surface, sorted.
std::vector<int> nodes_of_surface(const SpineMesh &mesh, const Discretization &field, const std::string &surface);
/// The corner nodes among them (a coarser set with the symmetry of the mesh, the same for both elements), sorted.
std::vector<int> corner_nodes_of_surface(const SpineMesh &mesh, const Discretization &field,
                                         const std::string &surface);
/// Cells whose region is in the list.
std::vector<int> cells_of_regions(const SpineMesh &mesh, const std::vector<int> &regions);
} // namespace lumbarfem
