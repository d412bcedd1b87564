/// Volumes of a disc's tissues, and the circle of the nucleus that gives the wanted volume fraction and offset.
#pragma once

#include "meshes/mesh_measures.h"
#include "meshes/segment_stack.h"

namespace lumbarfem
{
struct DiscContents {
  VolumeMoment nucleus, annulus, cartilage;
  double nucleus_fraction() const { return nucleus.volume / (nucleus.volume + annulus.volume); }
  /// Distance of the nucleus' centroid behind the centroid of the whole disc (cartilage endplates included), mm.
  double nucleus_offset(const Vector3 &posterior) const;
};
DiscContents disc_contents(const SpineMesh &mesh, Level upper);

/// Sets the nucleus of every disc of the stack; throws UserError when a fraction or an offset cannot be reached.
void fit_nuclei(const SpineGeometry &geometry, const PlaneGrid &grid, SegmentStack &stack);
} // namespace lumbarfem
