#include "meshes/lumbar_spine.h"

#include "base/user_error.h"
#include "meshes/mesh_measures.h"
#include "meshes/nucleus_fit.h"
#include "meshes/posterior_arch.h"
#include "meshes/segment_mesh.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
VertebraFrame vertebra_frame(const SpineMesh &mesh, const SegmentStack &stack, const Segment &body)
{
  const EndplateSurface &lower = stack.surface(body.lower), &upper = stack.surface(body.upper);
  VertebraFrame frame;
  frame.level = body.level;
  frame.superior_centre = upper.centre;
  frame.inferior_centre = lower.centre;
  frame.superior_normal = upper.up();
  frame.inferior_normal = -lower.up();
  // The landmark tables' frames: S1 sits at its endplate.
  frame.origin = body.kind == SegmentKind::sacrum ? upper.centre : Vector3((lower.centre + upper.centre) / 2);
  EndplateSurface middle;
  middle.inclination = (lower.inclination + upper.inclination) / 2;
  frame.axes << Vector3::UnitX(), middle.posterior(), middle.up();
  const int inner = mesh.region(name(body.level) + ".cancellous");
  const std::vector<int> regions = mesh.regions_where([&](const Region &region) { return region.is_of(body.level); });
  for (size_t c = 0; c < mesh.cells.size(); ++c)
    if (std::find(regions.begin(), regions.end(), mesh.cells[c].region) != regions.end()) {
      const double volume = cell_moment(mesh, int(c)).volume;
      frame.volume_mm3 += volume;
      if (mesh.cells[c].region == inner || body.kind == SegmentKind::plate)
        frame.inner_volume_mm3 += volume;
    }
  return frame;
}

DiscFrame disc_frame(const SpineMesh &mesh, const SegmentStack &stack, const PlaneGrid &grid, int segment)
{
  const Segment &disc = stack.segments()[segment];
  const EndplateSurface &lower = stack.surface(disc.lower), &upper = stack.surface(disc.upper);
  DiscFrame frame;
  frame.upper = disc.level;
  frame.origin = (lower.centre + upper.centre) / 2;
  EndplateSurface middle;
  middle.inclination = (lower.inclination + upper.inclination) / 2;
  frame.axes << Vector3::UnitX(), middle.posterior(), middle.up();
  const DiscContents contents = disc_contents(mesh, disc.level);
  frame.nucleus_volume_mm3 = contents.nucleus.volume;
  frame.annulus_volume_mm3 = contents.annulus.volume;
  frame.cartilage_volume_mm3 = contents.cartilage.volume;
  frame.nucleus_offset_mm = contents.nucleus_offset(frame.axes.col(1));
  // Outline at mid-height: a polygon fine enough for five figures.
  const int n = 1440;
  std::vector<Vector2> outline(n);
  for (int k = 0; k < n; ++k) {
    PlaneNode node;
    node.ring = grid.n_rings();
    node.angle = 2 * pi * k / n;
    const Vector3 p = stack.point(segment, 0.5, node, 1) - frame.origin;
    outline[k] = {p.x(), p.dot(frame.axes.col(1))};
  }
  for (int k = 0; k < n; ++k) {
    const Vector2 &a = outline[k], &b = outline[(k + 1) % n];
    frame.area_mm2 += (a.x() * b.y() - b.x() * a.y()) / 2;
    frame.width_mm = std::max(frame.width_mm, 2 * a.x());
  }
  frame.depth_mm = outline[n / 4].y() - outline[3 * n / 4].y();
  return frame;
}
} // namespace

double MeshResolution::from_word(const std::string &word)
{
  if (word == "coarse")
    return 12;
  if (word == "default")
    return 9;
  if (word == "fine")
    return 6;
  const std::string near = nearest_match(word, {"coarse", "default", "fine"});
  throw UserError("mesh resolution \"" + word + "\" is not known" +
                  (near.empty() ? "" : " (did you mean \"" + near + "\"?)") +
                  ": give coarse, default, fine or an edge length in mm");
}

SpineMesh build_lumbar_spine(const SpineGeometry &geometry, const MeshResolution &resolution)
{
  const std::vector<std::string> faults = check(geometry);
  if (!faults.empty()) {
    std::string message = "the spine's dimensions do not fit together:";
    for (const std::string &fault : faults)
      message += "\n  " + fault;
    throw UserError(message);
  }
  if (!(resolution.size_mm >= 3 && resolution.size_mm <= 20))
    throw UserError("mesh edge length " + std::to_string(resolution.size_mm) +
                    " mm is outside 3 to 20 mm (coarse is 12, default 9, fine 6)");
  const double fineness = 9 / resolution.size_mm;
  const auto count = [&](int least, double at_default) {
    return std::max(least, int(std::lround(at_default * fineness)));
  };
  const PlaneGrid grid(count(2, 4), count(1, 1), count(3, 5));
  SegmentStack stack(geometry, grid, count(2, 3), count(2, 4));
  fit_nuclei(geometry, grid, stack);

  SpineMesh mesh;
  mesh.anatomy = anatomy_of(geometry, resolution.size_mm);
  int below = -1;
  for (int s = 0; s < int(stack.segments().size()); ++s)
    below = add_segment(geometry, grid, stack, s, below, mesh);
  for (int s = int(stack.segments().size()) - 1; s >= 0; --s) {
    const Segment &segment = stack.segments()[s];
    if (segment.kind == SegmentKind::disc)
      mesh.discs.push_back(disc_frame(mesh, stack, grid, s));
    else
      mesh.vertebrae.push_back(vertebra_frame(mesh, stack, segment));
  }
  // After the frames, whose volumes are those of the bodies.
  if (geometry.posterior_elements && !geometry.single_disc)
    add_posterior_arches(geometry, grid, stack, resolution, mesh);
  return mesh;
}
} // namespace lumbarfem
