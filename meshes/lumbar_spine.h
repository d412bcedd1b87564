/// Parametric all-hexahedral lumbar spine: bodies, endplates and discs as one conforming stack of O-grids.
#pragma once

#include "meshes/spine_geometry.h"
#include "meshes/spine_mesh.h"

namespace lumbarfem
{
/// Builds the mesh. Axes LPS, origin at the centre of the S1 upper endplate (of the lowest endplate when S1 is absent).
/// Regions: "<L>.cortical", "<L>.cancellous", "<L>.superior_bony_endplate", "<L>.inferior_bony_endplate",
/// "<D>.superior_cartilage_endplate" (under the upper vertebra), "<D>.inferior_cartilage_endplate",
/// "<D>.annulus.ring1" (innermost) .., "<D>.nucleus"; single disc: "<L>.plate".
/// Surfaces: "<L>.superior_endplate", "<L>.inferior_endplate" (bone to disc), "<L>.wall", "<D>.outer",
/// "base" (lowest face, to be clamped), "top" (highest face).
SpineMesh build_lumbar_spine(const SpineGeometry &geometry, const MeshResolution &resolution);
} // namespace lumbarfem
