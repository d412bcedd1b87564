#include "meshes/nucleus_fit.h"

#include "base/user_error.h"
#include "meshes/segment_mesh.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
double DiscContents::nucleus_offset(const Vector3 &posterior) const
{
  VolumeMoment whole = nucleus;
  whole += annulus;
  whole += cartilage;
  return (nucleus.centroid() - whole.centroid()).dot(posterior);
}

DiscContents disc_contents(const SpineMesh &mesh, Level upper)
{
  DiscContents contents;
  const int nucleus = mesh.region(disc_name(upper) + ".nucleus");
  const std::vector<int> annulus = mesh.regions_where(
      [&](const Region &region) { return region.is_of_disc(upper) && region.tissue == TissueKind::annulus; });
  for (size_t c = 0; c < mesh.cells.size(); ++c) {
    if (mesh.disc_coordinates[c].disc != int(upper))
      continue;
    const int region = mesh.cells[c].region;
    VolumeMoment &part = region == nucleus                     ? contents.nucleus
                         : mesh.disc_coordinates[c].in_annulus ? contents.annulus
                                                               : contents.cartilage;
    part += cell_moment(mesh, int(c));
  }
  return contents;
}

void fit_nuclei(const SpineGeometry &geometry, const PlaneGrid &grid, SegmentStack &stack)
{
  struct Unknown {
    int segment;
    double radius = 0, shift = 0;
    bool done = false;
  };
  std::vector<Unknown> unknowns;
  for (int s = 0; s < int(stack.segments().size()); ++s)
    if (stack.segments()[s].kind == SegmentKind::disc) {
      const DiscDimensions &disc = geometry.discs.at(stack.segments()[s].level);
      const double half_depth = stack.surface(stack.segments()[s].lower).section.half_depth_mm;
      unknowns.push_back({s, std::sqrt(disc.nucleus_volume_fraction), disc.nucleus_offset_mm / half_depth});
    }
  for (const Unknown &u : unknowns)
    stack.set_nucleus(u.segment, u.radius, u.shift);
  stack.update_cortex_lines();
  // Volume goes with the square of the radius, the centroid with the shift: both corrections converge in a few rounds.
  for (int round = 0; round < 60; ++round) {
    bool all_done = true;
    for (Unknown &u : unknowns) {
      const Segment &segment = stack.segments()[u.segment];
      const DiscDimensions &disc = geometry.discs.at(segment.level);
      SpineMesh part;
      add_segment(geometry, grid, stack, u.segment, -1, part);
      const DiscContents contents = disc_contents(part, segment.level);
      const EndplateSurface &lower = stack.surface(segment.lower), &upper = stack.surface(segment.upper);
      const double miss = disc.nucleus_offset_mm - contents.nucleus_offset((lower.posterior() + upper.posterior()) / 2);
      const double ratio = disc.nucleus_volume_fraction / contents.nucleus_fraction();
      u.done = std::abs(miss) < 0.01 && std::abs(ratio - 1) < 2e-4;
      all_done = all_done && u.done;
      if (u.done)
        continue;
      u.radius *= std::sqrt(ratio);
      u.shift += miss / lower.section.half_depth_mm;
      if (!(u.radius > 0.2 && u.radius < 0.92 && std::abs(u.shift) < 0.8 * (1 - u.radius)))
        throw UserError("disc " + disc_name(segment.level) + ": a nucleus of " +
                        std::to_string(disc.nucleus_volume_fraction) + " of the volume, " +
                        std::to_string(disc.nucleus_offset_mm) +
                        " mm behind the centre, leaves no room for the annulus; reduce nucleus_volume_fraction or "
                        "nucleus_offset_mm");
    }
    if (all_done)
      return;
    for (const Unknown &u : unknowns)
      stack.set_nucleus(u.segment, u.radius, u.shift);
    stack.update_cortex_lines();
  }
  throw UserError("the wanted volume fractions and offsets of the nuclei are not reached; change "
                  "nucleus_volume_fraction or nucleus_offset_mm");
}
} // namespace lumbarfem
