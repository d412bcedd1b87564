/// Where the strands of the ligaments are attached.
#pragma once

#include "meshes/spine_geometry.h"
#include "meshes/spine_mesh.h"

#include <optional>

namespace lumbarfem
{
/// One strand, from the upper to the lower vertebra.
struct StrandPlace {
  Vector3 origin, insertion; ///< in the frames of the upper and of the lower vertebra of the male subject, or in space
  std::string side;          ///< "left", "right", or "middle" when it lies in the mid-sagittal plane
  /// Of the capsule's short strands: from insertion to origin as measured, in the frame of the lower vertebra.
  std::optional<Vector3> vector;
};

/// The strands of a ligament as measured on the male subject, each point in the frame of its vertebra (left, posterior,
/// superior; mm). Symmetric about the mid-sagittal plane.
const std::vector<StrandPlace> &measured_strands(Level upper, const std::string &ligament);

/// The same strands on a spine of other dimensions (see landmark_position), in space. A strand with a measured vector
/// keeps it about the middle between its two points. The upper vertebra and the one below it must be in the mesh.
std::vector<StrandPlace> strands_in_space(const SpineGeometry &geometry, const SpineMesh &mesh, Level upper,
                                          const std::string &ligament);

/// CL and ITL: one on each side. The others are single.
bool is_paired(const std::string &ligament);
/// Whether the ligament has strands on both sides, of which one side alone can be cut.
bool has_sides(const std::string &ligament);
} // namespace lumbarfem
