/// Where a screw lies in the mesh, and whether it may.
#pragma once

#include "cases/study.h"
#include "meshes/anatomy.h"
#include "solver/discretization.h"

namespace lumbarfem
{
/// Head and tip of a screw in the reference configuration.
struct ScrewAxis {
  Vector3 head, tip;
};
ScrewAxis screw_axis(const Screw &screw, const Anatomy &anatomy, const SpineMesh &mesh);

/// The mesh's own nodes as a field's, to find points in cells.
Discretization shape_of(const SpineMesh &mesh);
/// Bone and endplates of one vertebra, its arch included.
std::vector<int> cells_of_level(const SpineMesh &mesh, Level level);

/// Throws UserError when the screw does not reach at least 10 mm into the bone or leaves the body; on another path than
/// the pedicle's axis also when its entry point lies beside the bone or the axis leaves the bone on its way (with
/// posterior elements, without which there is no bone to enter).
void check_screw(const Screw &screw, const Anatomy &anatomy, const SpineMesh &mesh);
} // namespace lumbarfem
