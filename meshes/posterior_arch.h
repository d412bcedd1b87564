/// Posterior elements of the vertebrae: their arches as blocks of hexahedra behind the bodies.
#pragma once

#include "meshes/segment_stack.h"
#include "meshes/spine_mesh.h"

namespace lumbarfem
{
/// Appends the arches of L1-L5 and the superior articular processes of S1 to a mesh of bodies and discs.
///
/// The cells of one arch share their nodes with each other, not with the body: the front faces of the pedicles,
/// surfaces "<L>.pedicle_front_left" and "_right", lie in the middle of the body's cortex and are to be tied to it.
/// The sacrum's processes stand on stubs whose lower faces belong to the surface "base". Regions: "<L>." followed by a
/// name of posterior_part_names(). Surfaces: "<L>.superior_facet_left", "<L>.inferior_facet_right" ..: the bone of the
/// facets. Right is the mirror image of left.
void add_posterior_arches(const SpineGeometry &geometry, const PlaneGrid &grid, const SegmentStack &stack,
                          const MeshResolution &resolution, SpineMesh &mesh);
} // namespace lumbarfem
