/// Parts of a mesh that are taken away before the model is made.
#pragma once

#include "meshes/spine_mesh.h"

namespace lumbarfem
{
/// One part: a region of the posterior elements ("L4.lamina_left"), both sides of it ("L4.lamina"), all of an arch
/// ("L4.posterior_elements"), a nucleus ("L3-L4.nucleus"), or a window in an annulus ("L3-L4.annulus").
struct PartRemoval {
  std::string part;
  /// Window of an annulus: its middle counted from the front over the left side (0 anterior, 90 left, 180 posterior,
  /// 270 right), its width, and the share of the disc's height about the middle.
  double window_centre_deg = 180, window_width_deg = 0, window_height_share = 1;
};

/// Every name that PartRemoval::part may have in a spine of these levels.
std::vector<std::string> removable_parts(const std::vector<Level> &levels);
/// Do the removals include this region, whole ("L4.lamina_left")?
bool removes_region(const std::vector<PartRemoval> &removals, const std::string &region);

/// Removes the cells; nodes that no cell needs any more go with them, their places stay in removed_nodes. Throws
/// UserError when a part has no cells in this mesh (no posterior elements, a window between the cells' centres), or
/// when bone is left that hangs on nothing.
void remove_parts(SpineMesh &mesh, const std::vector<PartRemoval> &removals);
} // namespace lumbarfem
