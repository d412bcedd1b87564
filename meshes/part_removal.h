/// Parts of a mesh that are taken away before the model is made.
#pragma once

#include "meshes/spine_mesh.h"

namespace lumbarfem
{
/// Every name that PartRemoval::part may have in a spine of these levels.
std::vector<std::string> removable_parts(const std::vector<Level> &levels);
/// Do the removals include this region, whole ("L4.lamina_left")?
bool removes_region(const std::vector<PartRemoval> &removals, const std::string &region);

/// Removes the cells; nodes that no cell needs any more go with them, their places stay in removed_nodes. What was
/// removed is added to the mesh's anatomy. @p kept: flags of cells (empty: none) that something else fills: they stay
/// in the mesh, emptied. Throws UserError when a part has no cells in this mesh (no posterior elements, a window
/// between the cells' centres), or when bone is left that hangs on nothing.
void remove_parts(SpineMesh &mesh, const std::vector<PartRemoval> &removals, const std::vector<char> &kept = {});
} // namespace lumbarfem
