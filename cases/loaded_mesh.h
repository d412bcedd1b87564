/// Whether a saved mesh belongs to a study.
#pragma once

#include "cases/study.h"

namespace lumbarfem
{
/// Empty when @p mesh was made from what @p study asks for (preset, levels, dimensions, posterior elements) and lacks
/// nothing that the study does not remove; else what differs and what to do. Parts that the study removes and the mesh
/// still has are no fault.
std::string loaded_mesh_fault(const Study &study, const MeshAnatomy &mesh);

/// Shapes and places of the cages in those discs of which something is removed, as text: for them cells are emptied and
/// kept (SpineMesh::emptied). Empty without such a disc.
std::string emptied_for(const std::vector<PartRemoval> &removed, const std::vector<Cage> &cages);
} // namespace lumbarfem
