/// Stress of a bony endplate averaged over discs that lie fixed in the tissue: what does not depend on how cells lie.
#pragma once

#include "solver/model.h"

namespace lumbarfem
{
/// Where a patch is sampled: points of cells, the share of each adding up to one.
struct EndplatePatch {
  struct Point {
    int cell;
    Vector3 unit_point;
    double share;
  };
  Vector3 centre = Vector3::Zero(); ///< on the surface, reference
  double rim_distance_mm = 0;       ///< of the centre, in the plane of the endplate
  std::vector<Point> points;
};

inline constexpr double patch_diameter_mm = 5, patch_pitch_mm = 3, patch_rim_mm = 4;

/// Patches on a square grid of patch_pitch_mm about @p centre, along @p left and across it in the plane with @p normal.
/// @p faces: of the endplate, seen from its cells. Each patch is sampled at 19 points of equal area and at three Gauss
/// points through the thickness of the cell behind each. Of a patch over the rim the part on the endplate counts, where
/// it is more than half.
std::vector<EndplatePatch> endplate_patches(const SpineMesh &mesh, const Discretization &field,
                                            const std::vector<CellFace> &faces, const Vector3 &centre,
                                            const Vector3 &left, const Vector3 &normal);

struct PatchStress {
  double von_mises_MPa = 0, maximum_principal_MPa = 0; ///< means over the patch
};
/// One entry a patch; collective.
std::vector<PatchStress> patch_stresses(const Model &model, const State &state,
                                        const std::vector<EndplatePatch> &patches);
} // namespace lumbarfem
