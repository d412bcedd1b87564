#include "meshes/segment_stack.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
SegmentStack::SegmentStack(const SpineGeometry &geometry, const PlaneGrid &grid, int body_layers, int disc_layers)
    : dimensions(geometry), plane(grid)
{
  const double bony = geometry.bony_endplate_thickness_mm, cartilage = geometry.cartilage_endplate_thickness_mm;
  const SpineChain chain = geometry.single_disc ? single_disc_chain(geometry) : spine_chain(geometry);
  // The outermost ring narrows from the annulus' to the shell's thickness over both endplate layers evenly.
  interface_share = geometry.single_disc ? 0 : cartilage / (cartilage + bony);
  for (auto level = geometry.levels.rbegin(); level != geometry.levels.rend(); ++level) {
    Segment body;
    body.level = *level;
    body.lower = int(surfaces.size());
    body.upper = body.lower + 1;
    if (geometry.single_disc) {
      body.kind = SegmentKind::plate;
      surfaces.push_back(chain.inferior.at(*level));
    } else if (*level == Level::S1) {
      body.kind = SegmentKind::sacrum;
      EndplateSurface bottom = chain.superior.at(*level);
      bottom.centre -= geometry.sacrum_height_mm * bottom.up();
      bottom.dome_mm = bottom.saddle_mm = 0;
      surfaces.push_back(bottom);
      body.core_layers = std::max(2, body_layers - 1);
    } else {
      const VertebraDimensions &vertebra = geometry.vertebrae.at(*level);
      surfaces.push_back(chain.inferior.at(*level));
      body.lower_layer_mm = bony;
      body.core_layers = body_layers;
      body.waist = 1 - vertebra.waist_ratio;
      body.depth_waist = 1 - vertebra.waist_depth_ratio;
    }
    surfaces.push_back(chain.superior.at(*level));
    if (!geometry.single_disc) {
      body.upper_layer_mm = bony;
      body.has_shell = true;
    }
    if (!all.empty()) {
      Segment disc;
      disc.kind = SegmentKind::disc;
      disc.level = *level;
      disc.lower = all.back().upper;
      disc.upper = body.lower;
      disc.lower_layer_mm = disc.upper_layer_mm = cartilage;
      disc.core_layers = disc_layers;
      all.push_back(disc);
    }
    all.push_back(body);
  }
}

void SegmentStack::copy_free_ends()
{
  // The first and last surfaces belong to no disc: their mesh lines continue those of the body's other end.
  const auto copy = [&](int from, int to) {
    surfaces[to].nucleus_radius = surfaces[from].nucleus_radius;
    surfaces[to].nucleus_shift = surfaces[from].nucleus_shift;
  };
  if (all.size() < 2)
    return;
  copy(all.front().upper, all.front().lower);
  copy(all.back().lower, all.back().upper);
}

void SegmentStack::set_nucleus(int segment, double radius, double shift)
{
  for (int s : {all[segment].lower, all[segment].upper}) {
    surfaces[s].nucleus_radius = radius;
    surfaces[s].nucleus_shift = shift;
  }
}

void SegmentStack::update_cortex_lines()
{
  copy_free_ends();
  for (const Segment &segment : all)
    if (segment.has_shell) {
      surfaces[segment.lower].cortex_line = shell_line(segment, 0);
      surfaces[segment.upper].cortex_line = shell_line(segment, 1);
    }
}

std::vector<double> SegmentStack::heights(int segment) const
{
  const Segment &s = all[segment];
  std::vector<double> sigma;
  if (s.lower_layer_mm > 0)
    sigma = {0, 0.5};
  for (int i = 0; i <= 2 * s.core_layers; ++i)
    sigma.push_back(1 + i / (2.0 * s.core_layers));
  if (s.upper_layer_mm > 0)
    sigma.insert(sigma.end(), {2.5, 3});
  return sigma;
}

double SegmentStack::nominal_share(const Segment &segment, double sigma) const
{
  const double length = (surfaces[segment.upper].centre - surfaces[segment.lower].centre).norm();
  const double low = segment.lower_layer_mm / length, high = 1 - segment.upper_layer_mm / length;
  return sigma <= 1 ? low * sigma : sigma <= 2 ? low + (high - low) * (sigma - 1) : high + (1 - high) * (sigma - 2);
}

std::vector<double> SegmentStack::outer_lines(int segment, double sigma) const
{
  const Segment &s = all[segment];
  const EndplateSurface &lower = surfaces[s.lower], &upper = surfaces[s.upper];
  const double share = nominal_share(s, sigma);
  const double radius = (1 - share) * lower.nucleus_radius + share * upper.nucleus_radius;
  std::vector<double> lines(plane.n_angles(), PlaneGrid::disc_outer_line(radius));
  // Distance from the bone-disc surface in the endplate layer, 0 there and 1 at the layer's inner side.
  const double depth = sigma < 1 && s.lower_layer_mm > 0 ? sigma : sigma > 2 && s.upper_layer_mm > 0 ? 3 - sigma : 1;
  std::vector<double> shell;
  double weight = 0;
  if (s.has_shell) {
    shell = shell_line(s, share);
    weight = interface_share + (1 - interface_share) * depth;
  } else if (s.kind == SegmentKind::disc && depth < 1) {
    shell = sigma < 1 ? lower.cortex_line : upper.cortex_line;
    weight = interface_share * (1 - depth);
  }
  if (!shell.empty())
    for (size_t k = 0; k < lines.size(); ++k)
      lines[k] += weight * (shell[k] - lines[k]);
  return lines;
}

Vector3 SegmentStack::blended_point(const Segment &segment, const Vector2 &lower_unit, const Vector2 &upper_unit,
                                    double share) const
{
  const EndplateSurface &lower = surfaces[segment.lower], &upper = surfaces[segment.upper];
  Vector3 p = (1 - share) * lower.point(lower_unit) + share * upper.point(upper_unit);
  if (segment.waist == 0 && segment.depth_waist == 0)
    return p;
  const double narrowing = 4 * share * (1 - share);
  EndplateSurface middle;
  middle.inclination = (lower.inclination + upper.inclination) / 2;
  const Vector3 centre = (1 - share) * lower.centre + share * upper.centre;
  const double half_depth = (lower.section.half_depth_mm + upper.section.half_depth_mm) / 2;
  const double y = (p - centre).dot(middle.posterior());
  p.x() *= 1 - segment.waist * narrowing;
  // 0.8 of the narrowing at the front (y = -half depth), 0.2 at the back.
  p += segment.depth_waist * narrowing * (0.6 * half_depth - y) * middle.posterior();
  return p;
}

std::vector<double> SegmentStack::shell_line(const Segment &segment, double share) const
{
  std::vector<double> line(plane.n_angles());
  const double step = 1e-4;
  const auto at = [&](double radius, double angle, double height) {
    const Vector2 unit(radius * std::cos(angle), radius * std::sin(angle));
    return blended_point(segment, unit, unit, height);
  };
  for (int k = 0; k < plane.n_angles(); ++k) {
    const double angle = plane.angle(k);
    const Vector3 outward = (at(1, angle, share) - at(1 - step, angle, share)) / step;
    const Vector3 round = at(1, angle + step, share) - at(1, angle - step, share);
    const Vector3 upward = at(1, angle, share + step) - at(1, angle, share - step);
    line[k] = 1 - dimensions.cortex_thickness_mm / outward.dot(round.cross(upward).normalized());
  }
  return line;
}

double SegmentStack::column_share(int segment, double sigma, const PlaneNode &node, double outer_line) const
{
  const Segment &s = all[segment];
  const EndplateSurface &lower = surfaces[s.lower], &upper = surfaces[s.upper];
  const Vector2 lower_unit = plane.unit_point(node, lower.nucleus_radius, outer_line);
  const Vector2 upper_unit = plane.unit_point(node, upper.nucleus_radius, outer_line);
  // Constant thickness along the surfaces' own normals. The way from the surface is taken as a secant over about the
  // thickness: with a waist the columns are curved and leave the sloping rims sideways.
  const double length = (upper.point(upper_unit) - lower.point(lower_unit)).norm();
  double low = 0, high = 1;
  if (s.lower_layer_mm > 0) {
    const double guess = s.lower_layer_mm / length;
    const Vector3 way = blended_point(s, lower_unit, upper_unit, guess) - lower.point(lower_unit);
    low = guess * s.lower_layer_mm / way.dot(lower.normal(lower_unit));
  }
  if (s.upper_layer_mm > 0) {
    const double guess = s.upper_layer_mm / length;
    const Vector3 way = upper.point(upper_unit) - blended_point(s, lower_unit, upper_unit, 1 - guess);
    high = 1 - guess * s.upper_layer_mm / way.dot(upper.normal(upper_unit));
  }
  return sigma <= 1 ? low * sigma : sigma <= 2 ? low + (high - low) * (sigma - 1) : high + (1 - high) * (sigma - 2);
}

Vector3 SegmentStack::point(int segment, double column_share, const PlaneNode &node, double outer_line) const
{
  const Segment &s = all[segment];
  return blended_point(s, plane.unit_point(node, surfaces[s.lower].nucleus_radius, outer_line),
                       plane.unit_point(node, surfaces[s.upper].nucleus_radius, outer_line), column_share);
}
} // namespace lumbarfem
