/// Where implants, ligaments, joints, loads and muscles find their bones: what every builder of a model reads.
#pragma once

#include "meshes/arch_template.h"
#include "meshes/facet_joints.h"
#include "meshes/ligament_strands.h"
#include "meshes/muscle_fascicles.h"

namespace lumbarfem
{
struct Pedicle {
  Level level;
  Side side;
  PedicleAxis axis;
};

/// Where a strand of the follower load passes a vertebra.
struct FollowerGuide {
  Level level;
  Side side;
  Vector3 point;
};

struct LigamentPlace {
  Level upper;
  std::string ligament;
  StrandPlace strand; ///< in space
};

/// All in the axes of the mesh, unloaded (mm). Frames, endplates and body walls are the mesh's own. A single disc has
/// none of this.
struct Anatomy {
  std::vector<Pedicle> pedicles;        ///< of levels that have them, from cranial to caudal, left before right
  std::vector<FollowerGuide> guides;    ///< of the left strand, then of the right one, each from cranial to caudal
  std::vector<LigamentPlace> ligaments; ///< from cranial to caudal
  std::vector<FacetJoint> facets;       ///< from cranial to caudal, left before right
  std::vector<MuscleFascicle> muscles;  ///< empty unless the mesh holds L1 to S1

  /// Of a level in the mesh that has pedicles (S1 of the presets has none); std::logic_error otherwise.
  const Pedicle &pedicle(Level level, Side side) const;
};

/// Of the parametric spine with the given dimensions. @p preset: of its facet surfaces.
Anatomy make_anatomy(const std::string &preset, const SpineGeometry &geometry, const SpineMesh &mesh);
/// Its guides alone, for who looks for their places.
std::vector<FollowerGuide> follower_guides(const SpineGeometry &geometry, const SpineMesh &mesh);
} // namespace lumbarfem
