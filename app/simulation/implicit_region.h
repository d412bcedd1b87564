/// Regions that are shapes and not cells: grafts and cages in discs, cement in bodies. Evaluated at quadrature points.
#pragma once

#include "cases/study.h"
#include "meshes/spine_mesh.h"

#include <functional>

namespace lumbarfem
{
/// Share 0 .. 1 of the region's material at a reference position; the edge is smoothed over `edge_mm`.
class ImplicitRegion
{
public:
  std::string name;
  std::shared_ptr<const Law> law;
  std::vector<char> acts_in_region; ///< flag per mesh region
  double asked_volume_mm3 = -1;     ///< -1: given by its shape
  double integrated_volume_mm3 = 0;
  double share(const Vector3 &reference) const { return share_(reference); }
  std::function<double(const Vector3 &)> share_;
};

/// The cage's footprint through the whole height of the disc between the bony endplates.
ImplicitRegion make_cage(const Cage &cage, const SpineMesh &mesh);
/// Super-ellipsoids in the cancellous core, scaled by root search until the integrated volume is the one asked for.
/// Throws UserError when the core cannot hold it.
ImplicitRegion make_cement(const Cement &cement, const SpineMesh &mesh);
} // namespace lumbarfem
