/// Where a pedicle meets the wall of its body.
#pragma once

#include "meshes/segment_stack.h"
#include "meshes/spine_mesh.h"

#include <functional>

namespace lumbarfem
{
/// The patch of the body's wall that the left pedicle grows from, in the middle of the cortex, as a function of the
/// shares of width (0 inside .. 1 outside) and height (0 lower .. 1 upper). Frame of the vertebra. Its centre lies
/// where the pedicle's axis meets the wall; width and height are those of the isthmus, measured along the wall.
std::function<Vector3(double, double)> pedicle_front(const SpineGeometry &geometry, const PlaneGrid &grid,
                                                     const SegmentStack &stack, const VertebraFrame &frame);
} // namespace lumbarfem
