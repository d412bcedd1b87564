/// Nodes, cells, regions and outer surfaces of one body, disc or plate.
#pragma once

#include "meshes/segment_stack.h"
#include "meshes/spine_mesh.h"

namespace lumbarfem
{
/// Appends a segment to the mesh and returns the first node of its upper surface. @p lower_nodes: first node of the
/// surface that it shares with the segment below, -1 when there is none.
int add_segment(const SpineGeometry &geometry, const PlaneGrid &grid, const SegmentStack &stack, int segment,
                int lower_nodes, SpineMesh &mesh);
} // namespace lumbarfem
