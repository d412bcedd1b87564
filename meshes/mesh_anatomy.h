/// What a mesh was made from. It travels with the mesh into files, so that a loaded mesh is judged by itself.
#pragma once

#include "meshes/spine_geometry.h"

#include <string>
#include <utility>
#include <vector>

namespace lumbarfem
{
/// One part: a region of the posterior elements ("L4.lamina_left"), both sides of it ("L4.lamina"), all of an arch
/// ("L4.posterior_elements"), a nucleus ("L3-L4.nucleus"), or a window in an annulus ("L3-L4.annulus").
struct PartRemoval {
  std::string part;
  /// Window of an annulus: its middle counted from the front over the left side (0 anterior, 90 left, 180 posterior,
  /// 270 right), its width, and the share of the disc's height about the middle.
  double window_centre_deg = 180, window_width_deg = 0, window_height_share = 1;
};
bool operator==(const PartRemoval &a, const PartRemoval &b);
/// "L4.lamina_left", "L4-L5.annulus (window of 30 deg at 180 deg)"
std::string describe(const PartRemoval &removal);

struct MeshAnatomy {
  std::string preset;
  bool single_disc = false, posterior_elements = false;
  std::vector<Level> levels; ///< from cranial to caudal
  double resolution_mm = 0;  ///< edge length round the circumference of a disc
  /// Every dimension that shapes the mesh, by the dotted key of a study ("spine.disc.L4-L5.centre_height_mm").
  std::vector<std::pair<std::string, double>> dimensions;
  std::vector<PartRemoval> removed;
  std::string emptied_for; ///< what fills the cells that were emptied, as text; see SpineMesh::emptied
};

/// The guides of the follower load are no dimension of the mesh: they may be moved on a saved one.
MeshAnatomy anatomy_of(const SpineGeometry &geometry, double resolution_mm);
/// What of @p mesh differs from what a study asks for, one sentence each: preset, levels, dimensions (named, both
/// values), posterior elements. Resolution, removed parts and the sacrum's pedicles, which only screws ask for, are not
/// compared.
std::vector<std::string> differences(const MeshAnatomy &mesh, const MeshAnatomy &study);
} // namespace lumbarfem
