/// The stack of segments (bodies, discs, plates) between endplate surfaces, and the points in them.
#pragma once

#include "meshes/spine_chain.h"

#include <vector>

namespace lumbarfem
{
enum class SegmentKind { body, sacrum, plate, disc };

/// One body, disc or plate. Its height coordinate sigma runs 0..1 in the lower layer (bony or cartilage endplate), 1..2
/// in the core, 2..3 in the upper layer; an absent layer has no thickness.
struct Segment {
  SegmentKind kind = SegmentKind::body;
  Level level = Level::L1;    ///< of the body, or the upper level of the disc
  int lower = -1, upper = -1; ///< surfaces
  double lower_layer_mm = 0, upper_layer_mm = 0;
  int core_layers = 1;
  double waist = 0, depth_waist = 0; ///< narrowing at mid-height, as a share of width and depth
  bool has_shell = false;
};

/// Surfaces and segments from caudal to cranial; the surfaces between two segments are shared.
class SegmentStack
{
public:
  SegmentStack(const SpineGeometry &geometry, const PlaneGrid &grid, int body_layers, int disc_layers);
  const std::vector<Segment> &segments() const { return all; }
  const EndplateSurface &surface(int index) const { return surfaces[index]; }

  /// Circle of the nucleus of a disc, on both its surfaces; call update_cortex_lines() after the last one.
  void set_nucleus(int segment, double radius, double shift);
  /// Finds where the shell's inner surface meets the endplates.
  void update_cortex_lines();

  /// Lattice heights (sigma) of a segment from its lower to its upper surface, two per layer of cells.
  std::vector<double> heights(int segment) const;
  /// Inner line of the outermost ring by angle index, at a height.
  std::vector<double> outer_lines(int segment, double sigma) const;
  /// Share of the column's length (0 lower .. 1 upper surface) and position of a node.
  double column_share(int segment, double sigma, const PlaneNode &node, double outer_line) const;
  Vector3 point(int segment, double column_share, const PlaneNode &node, double outer_line) const;

private:
  const SpineGeometry &dimensions;
  const PlaneGrid &plane;
  std::vector<EndplateSurface> surfaces;
  std::vector<Segment> all;
  double interface_share = 0; ///< weight of the shell's line (against the disc's) on the bony endplates' disc side

  void copy_free_ends();
  double nominal_share(const Segment &segment, double sigma) const;
  Vector3 blended_point(const Segment &segment, const Vector2 &lower_unit, const Vector2 &upper_unit,
                        double share) const;
  std::vector<double> shell_line(const Segment &segment, double share) const;
};
} // namespace lumbarfem
