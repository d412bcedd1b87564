/// Anatomical points that a vertebra carries: insertions of ligaments and muscles.
#pragma once

#include "solver/attachment.h"

#include <map>

namespace lumbarfem
{
/// A point keeps its anatomical place, inside or outside the bone of the mesh. Up to reach_mm from the bone it goes
/// with the nearest cell: weights over the cell's eight corners, exact for every affine motion, so that a bone that
/// moves rigidly carries it rigidly. A point farther away would turn with a single cell, whose own deformation the
/// distance magnifies: it goes with the whole wall of the body instead.
class BoneAttachment
{
public:
  static constexpr double reach_mm = 8;
  BoneAttachment(const SpineMesh &mesh, const Discretization &field);
  /// Was the point fixed to a part that has been removed? Its nearest node then is one of those that went with it.
  bool is_lost(Level level, const Vector3 &point) const;
  /// @p distance_mm: of the point from the nearest bone of the level, 0 inside.
  AttachedPoint attach(Level level, const Vector3 &point, double &distance_mm);

private:
  const SpineMesh &mesh_;
  const Discretization &field_;
  Discretization corners_; ///< the eight corners of each cell as a trilinear element
  struct Bone {
    std::vector<int> cells, wall_nodes;
  };
  std::map<Level, Bone> bones_;
};
} // namespace lumbarfem
