/// Control points of an arch on a small lattice of blocks.
#pragma once

#include "meshes/bony_facet_joint.h"

#include <array>
#include <functional>
#include <map>

namespace lumbarfem
{
/// Corners of the blocks of the left half of an arch, in the frame of its vertebra (left, posterior, superior; mm).
///
/// The half arch is a set of blocks of one lattice (a, b, c):
///   a  0 mid-sagittal plane, 1 side of the spinous process, 2 line of the facets, 3 outer side of the pedicle and the
///      superior articular process, 4 root, 5 middle, 6 tip of the transverse process
///   b  0 back of the body, 1 front, 2 middle, 3 back of the lamina, 4 root, 5 middle, 6 tip of the spinous process
///   c  0 tip of the inferior articular process, 1 upper edge of its facet, 2 its root (lower border of the lamina),
///      3 lower and 4 upper border of pedicle and lamina, 5 lower edge of the superior facet, 6 tip of its process
/// The superior process stands on the outer column (a 2..3), the inferior one hangs under the inner column (a 1..2):
/// the facets of both are faces on the line a = 2, the upper one looking inward, the lower one outward, as in the bone.
/// Between facet and lamina the processes have a neck, over which they turn from the lamina's into the facet's
/// direction.
struct ArchTemplate {
  using Index = std::array<int, 3>;
  std::map<Index, Vector3> corners;
  /// Front of the pedicle: point of the body's wall by the shares of width (inside to outside) and height.
  std::function<Vector3(double, double)> pedicle_front;

  /// Point of a block, by its lowest corner and unit coordinates. Between b = 1 and 3 the lattice lines are parabolas
  /// through three corners, so that the facets are smooth.
  Vector3 point(const Index &block, const Vector3 &unit) const;

private:
  Vector3 line(int a, int c, int b, double share) const;
};

/// @p above, @p below: the facet joints in the frame of the vertebra; below is null for S1, whose pedicle_front stays
/// empty too.
ArchTemplate arch_template(const SpineGeometry &geometry, Level level, const BonyFacetJoint &above,
                           const BonyFacetJoint *below);
/// Centre of the pedicle's isthmus and its axis, a unit vector backward.
struct PedicleAxis {
  Vector3 centre, direction;
};
/// Of the left one, in the frame of its vertebra.
PedicleAxis pedicle_axis(const VertebraDimensions &dimensions);
} // namespace lumbarfem
