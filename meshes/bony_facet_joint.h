/// Where the facet joints of a spine lie.
#pragma once

#include "meshes/spine_geometry.h"
#include "meshes/spine_mesh.h"

namespace lumbarfem
{
/// A facet joint of the left side: two parallel cylindrical patches, bone to bone, half the gap on either side of the
/// middle surface. Global coordinates; the right joint is the mirror image.
struct BonyFacetJoint {
  Vector3 centre;   ///< of the middle surface
  Vector3 normal;   ///< out of the superior process of the lower vertebra, toward the inferior process of the upper one
  Vector3 backward; ///< in the joint's plane, along the circumference of the cylinder
  Vector3 upward;   ///< in the joint's plane, along the cylinder
  double half_width, half_height;
  double radius; ///< of the cylinder; its axis lies on the side of the upper vertebra's process
  double gap;

  /// Point of the patch of the lower vertebra's superior process, or of the upper one's inferior process. @p back, @p
  /// up: -1 .. 1 over the patch.
  Vector3 superior_facet(double back, double up) const { return point(back, up, -gap / 2); }
  Vector3 inferior_facet(double back, double up) const { return point(back, up, gap / 2); }

private:
  Vector3 point(double back, double up, double offset) const;
};

/// The joint between a vertebra and the one below it. @p upper or @p lower is null at the end of the model: the other
/// vertebra then places the joint alone. With both the middle of the two places is taken, so that the gap is exact for
/// any dimensions.
BonyFacetJoint facet_joint(const SpineGeometry &geometry, const VertebraFrame *upper, const VertebraFrame *lower);
} // namespace lumbarfem
