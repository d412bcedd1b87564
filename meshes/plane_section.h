/// Cross-section of the spine: kidney-shaped outline and the O-grid that every body and disc shares.
#pragma once

#include "base/types.h"

#include <array>
#include <vector>

namespace lumbarfem
{
using Vector2 = Eigen::Vector2d;

/// Outline of an endplate in its plane: a super-ellipse |x/a|^p + |y/b|^p = 1, bent backward at the sides by
/// y += bend * b * (x/a)^2 and moved so that its area centroid is the origin. The bend has a constant Jacobian, so the
/// area is that of the super-ellipse, and the depth on the midline stays 2 b.
struct PlaneSection {
  double half_width_mm = 1, half_depth_mm = 1; ///< a, b (half of the depth on the midline)
  double exponent = 2, bend = 0;
  /// Moves the midline's mid-depth point to its place in front of the centroid; call after setting the fields.
  void centre();
  double midline_centre_mm() const { return midline_centre; } ///< y of the mid-depth point (0 or negative)

  /// Point of the plane (mm) for a point of the unit disc. @p nucleus_radius (0..1) is the circle inside which the
  /// section is moved back by @p nucleus_shift half depths; the move fades to zero at the outline.
  Vector2 point(const Vector2 &unit, double nucleus_radius, double nucleus_shift) const;
  /// Shape coordinates of a point of the plane: rho (0 centre .. 1 outline) and rho^2 cos 2 phi, phi from anterior.
  std::array<double, 2> shape_coordinates(const Vector2 &plane_point) const;
  double area_mm2() const;

private:
  double midline_centre = 0;
};

/// A lattice node of the plane, by its place in the block structure. Core: (s, t) in [-1, 1]^2, transition = 0.
/// Transition ring: (s, t) on the edge of the core and transition in (0, 1]. Annulus: ring in (0, n_rings].
struct PlaneNode {
  double s = 0, t = 0;
  double transition = 0;
  double ring = 0;
  double angle = 0; ///< of the unit disc, radians counter-clockwise from patient left; core: not used
  int angle_index = -1;
};

/// A quadrilateral of the plane with its 3x3 lattice nodes (index i + 3 j; ring cells: i outward, j counter-clockwise;
/// core cells: i to patient left, j backward).
struct PlaneCell {
  std::array<int, 9> nodes{};
  int ring = 0; ///< 0: nucleus (core or transition), 1 innermost ring of the annulus .. n_rings
  std::array<double, 2> angle_deg{};
};

/// O-grid of the unit disc: core square, transition rings inside the nucleus, rings of the annulus.
class PlaneGrid
{
public:
  PlaneGrid(int n_core, int n_transition, int n_rings);
  std::vector<PlaneNode> nodes;
  std::vector<PlaneCell> cells;
  int n_rings() const { return rings; }
  int n_angles() const { return 8 * core; } ///< lattice nodes round the circumference
  double angle(int index) const;            ///< radians
  /// Share of the annulus' thickness, from inside, at a ring line of the disc; the outermost ring has one fifth at
  /// every resolution, so that "outermost ring" names the same tissue on every mesh.
  double ring_share(double ring) const;
  /// Point of the unit disc; @p outer_line is the radius of the inner line of the outermost ring.
  Vector2 unit_point(const PlaneNode &node, double nucleus_radius, double outer_line) const;
  /// Radius of the inner line of the outermost ring in a disc.
  static double disc_outer_line(double nucleus_radius) { return 1 - 0.2 * (1 - nucleus_radius); }

private:
  int core, transitions, rings;
  int core_node(int i, int j) const { return i + (2 * core + 1) * j; }
  int ring_node(int radial, int angle_index) const; ///< radial lattice index, 0 = edge of the core
};
} // namespace lumbarfem
