/// Endplate surfaces in space and the chain of frames from the sacrum up.
#pragma once

#include "meshes/plane_section.h"
#include "meshes/spine_geometry.h"

#include <map>
#include <vector>

namespace lumbarfem
{
/// One end of a body or disc: a plane in space with an outline, lifted along its normal by a dome
/// centre (1 - rho^2) + saddle rho^2 cos 2 phi.
struct EndplateSurface {
  Vector3 centre = Vector3::Zero(); ///< area centroid of the rim plane
  double inclination = 0;           ///< radians, + = the upward normal leans forward
  PlaneSection section;
  double dome_mm = 0, saddle_mm = 0; ///< along the upward normal
  double nucleus_radius = 0.66;      ///< of the unit disc
  double nucleus_shift = 0;          ///< in half depths, + = backward
  /// Inner line of a cortical shell that ends here: radius of the unit disc by angle index; empty: no shell.
  std::vector<double> cortex_line;

  Vector3 up() const { return {0, -std::sin(inclination), std::cos(inclination)}; }
  Vector3 posterior() const { return {0, std::cos(inclination), std::sin(inclination)}; }
  Vector2 plane_point(const Vector2 &unit) const { return section.point(unit, nucleus_radius, nucleus_shift); }
  Vector3 point(const Vector2 &unit) const;
  /// Unit normal of the lifted surface, upward.
  Vector3 normal(const Vector2 &unit) const;

private:
  double lift(const Vector2 &plane_point) const;
};

/// Both endplate surfaces of every vertebra that the geometry describes, in place. S1 has an upper one only.
struct SpineChain {
  std::map<Level, EndplateSurface> superior, inferior;
};

/// Chain of a spine (not of a single disc), placed from the S1 upper endplate upward (from the lowest described level's
/// inferior endplate, at the same inclination, when S1 is not described). The origin is the centre of the S1 upper rim
/// plane, or of the lowest inferior rim plane when S1 is not among the levels of the model.
SpineChain spine_chain(const SpineGeometry &geometry);
/// Chain of a single disc: mid-plane horizontal, origin at the centre of the lower plate's lower face.
SpineChain single_disc_chain(const SpineGeometry &geometry);
} // namespace lumbarfem
