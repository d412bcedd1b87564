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

/// "pedicle_left", "pedicle_right", "lamina_left" .. "spinous_process".
const std::vector<std::string> &posterior_part_names();
/// Does the region ("L3.lamina_left") belong to the posterior elements?
bool is_posterior_region(const std::string &region);
/// Tissue of a region as a study names it: "L3.superior_bony_endplate" -> "bony_endplate", "L3-L4.annulus.ring2" ->
/// "annulus", "L4.lamina_left" -> "posterior_elements" ...
std::string tissue_of_region(const std::string &region);
} // namespace lumbarfem
