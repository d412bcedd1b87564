#include "meshes/spine_chain.h"

#include <cmath>

namespace lumbarfem
{
namespace
{
PlaneSection make_section(const SpineGeometry &geometry, double width_mm, double depth_mm)
{
  PlaneSection section;
  section.half_width_mm = width_mm / 2;
  section.half_depth_mm = depth_mm / 2;
  section.exponent = geometry.section_exponent;
  section.bend = geometry.section_bend;
  section.centre();
  return section;
}

/// Angle and distance of two rim planes from the heights at the front and the back of the midline.
struct PlanePair {
  double wedge;       ///< radians, + = taller in front
  double mid_depth;   ///< distance at the mid-depth point of the midline, along the normal of the mid-plane
  double at_centroid; ///< the same between the area centroids, which lie behind the mid-depth points
};

PlanePair plane_pair(double anterior, double posterior, const PlaneSection &lower, const PlaneSection &upper)
{
  const double depth = lower.half_depth_mm + upper.half_depth_mm;
  const double sine = (anterior - posterior) / (2 * depth); // of half the wedge
  const double mid = (anterior + posterior) / 2;
  return {2 * std::asin(sine), mid, mid + sine * (lower.midline_centre_mm() + upper.midline_centre_mm())};
}

/// Places @p upper above @p lower.
void stack(const EndplateSurface &lower, EndplateSurface &upper, const PlanePair &pair, double shift_mm)
{
  EndplateSurface middle;
  middle.inclination = lower.inclination - pair.wedge / 2;
  upper.inclination = lower.inclination - pair.wedge;
  upper.centre = lower.centre + pair.at_centroid * middle.up() + shift_mm * middle.posterior();
}

/// Domes of the two surfaces that face a disc, such that the bone-to-bone heights at the centre and at the front, back
/// and side of the rim are the given ones.
void lift_disc_ends(const DiscDimensions &disc, EndplateSurface &lower, EndplateSurface &upper)
{
  const PlanePair pair = plane_pair(disc.anterior_height_mm, disc.posterior_height_mm, lower.section, upper.section);
  const double half_depth = (lower.section.half_depth_mm + upper.section.half_depth_mm) / 2;
  // The widest points lie behind the mid-depth point by the bend, where the wedged planes are nearer.
  const double planar_lateral =
      pair.mid_depth - 2 * std::sin(pair.wedge / 2) * (lower.section.bend + upper.section.bend) / 2 * half_depth;
  const double saddle = (planar_lateral - disc.lateral_height_mm) / 2;
  const double dome = disc.centre_height_mm - (pair.mid_depth - saddle);
  const double share = disc.upper_concavity_share, cosine = std::cos(pair.wedge / 2);
  upper.dome_mm = share * dome / cosine;
  upper.saddle_mm = share * saddle / cosine;
  lower.dome_mm = -(1 - share) * dome / cosine;
  lower.saddle_mm = -(1 - share) * saddle / cosine;
}

/// Distance of the rim planes' centres of a disc: the saddle takes its part of the rim heights.
PlanePair disc_planes(const DiscDimensions &disc, const EndplateSurface &lower, const EndplateSurface &upper)
{
  PlanePair pair = plane_pair(disc.anterior_height_mm, disc.posterior_height_mm, lower.section, upper.section);
  const double saddle = (lower.saddle_mm * -1 + upper.saddle_mm) * std::cos(pair.wedge / 2);
  pair.mid_depth -= saddle;
  pair.at_centroid -= saddle;
  return pair;
}

void move(SpineChain &chain, Vector3 by)
{
  for (auto *surfaces : {&chain.superior, &chain.inferior})
    for (auto &[level, surface] : *surfaces)
      surface.centre += by;
}
} // namespace

double EndplateSurface::lift(const Vector2 &plane_point) const
{
  if (dome_mm == 0 && saddle_mm == 0)
    return 0;
  const std::array<double, 2> shape = section.shape_coordinates(plane_point);
  return dome_mm * (1 - shape[0] * shape[0]) + saddle_mm * shape[1];
}

Vector3 EndplateSurface::point(const Vector2 &unit) const
{
  const Vector2 plane = plane_point(unit);
  return centre + plane.x() * Vector3::UnitX() + plane.y() * posterior() + lift(plane) * up();
}

Vector3 EndplateSurface::normal(const Vector2 &unit) const
{
  const Vector2 plane = plane_point(unit);
  const double step = 1e-3; // mm
  const Vector2 x(step, 0), y(0, step);
  const double slope_x = (lift(plane + x) - lift(plane - x)) / (2 * step);
  const double slope_y = (lift(plane + y) - lift(plane - y)) / (2 * step);
  return (up() - slope_x * Vector3::UnitX() - slope_y * posterior()).normalized();
}

SpineChain spine_chain(const SpineGeometry &geometry)
{
  SpineChain chain;
  for (const auto &[level, vertebra] : geometry.vertebrae) {
    chain.superior[level].section = make_section(geometry, vertebra.superior_width_mm, vertebra.superior_depth_mm);
    if (level != Level::S1)
      chain.inferior[level].section = make_section(geometry, vertebra.inferior_width_mm, vertebra.inferior_depth_mm);
  }
  // Down from the lowest level of the model as far as the description reaches: a part of the spine keeps the
  // inclination that it has in the whole.
  const auto described = [&](int lower) {
    return geometry.vertebrae.count(Level(lower)) && geometry.discs.count(Level(lower - 1));
  };
  int level = int(geometry.levels.back());
  while (level < int(Level::S1) && described(level + 1))
    ++level;
  for (const auto &[upper, disc] : geometry.discs) {
    const Level lower = Level(int(upper) + 1);
    if (chain.inferior.count(upper) && chain.superior.count(lower))
      lift_disc_ends(disc, chain.superior[lower], chain.inferior[upper]);
    else if (chain.superior.count(lower)) {
      EndplateSurface absent = chain.superior[lower];
      lift_disc_ends(disc, chain.superior[lower], absent);
    }
  }
  const double slope = geometry.sacral_slope_deg * pi / 180;
  if (level == int(Level::S1))
    chain.superior[Level::S1].inclination = slope;
  else
    chain.inferior[Level(level)].inclination = slope;
  for (;; --level) {
    const Level here = Level(level);
    if (here != Level::S1) {
      const VertebraDimensions &body = geometry.vertebrae.at(here);
      const EndplateSurface &bottom = chain.inferior[here];
      EndplateSurface &top = chain.superior[here];
      const PlanePair pair = plane_pair(body.anterior_height_mm, body.posterior_height_mm, bottom.section, top.section);
      stack(bottom, top, pair, body.superior_shift_mm);
    }
    const Level above = Level(level - 1);
    if (here == geometry.levels.front())
      break;
    const DiscDimensions &disc = geometry.discs.at(above);
    stack(chain.superior[here], chain.inferior[above], disc_planes(disc, chain.superior[here], chain.inferior[above]),
          disc.upper_shift_mm);
  }
  const Level first = geometry.levels.front(), last = geometry.levels.back();
  if (first != Level::S1 && !geometry.discs.count(Level(int(first) - 1)))
    chain.superior[first].dome_mm = -geometry.free_endplate_concavity_mm;
  if (last != Level::S1 && !geometry.discs.count(last))
    chain.inferior[last].dome_mm = geometry.free_endplate_concavity_mm;
  if (last != Level::S1)
    move(chain, -chain.inferior[last].centre);
  return chain;
}

SpineChain single_disc_chain(const SpineGeometry &geometry)
{
  const Level above = geometry.levels.front(), below = geometry.levels.back();
  const DiscDimensions &disc = geometry.discs.at(above);
  SpineChain chain;
  EndplateSurface &lower = chain.superior[below], &upper = chain.inferior[above];
  lower.section = upper.section = make_section(geometry, geometry.single.width_mm, geometry.single.depth_mm);
  lift_disc_ends(disc, lower, upper);
  const PlanePair pair = disc_planes(disc, lower, upper);
  lower.inclination = pair.wedge / 2;
  stack(lower, upper, pair, disc.upper_shift_mm);
  const double thickness = geometry.single.plate_thickness_mm;
  EndplateSurface &bottom = chain.inferior[below] = lower, &top = chain.superior[above] = upper;
  bottom.centre -= thickness * lower.up();
  top.centre += thickness * upper.up();
  for (EndplateSurface *flat : {&bottom, &top})
    flat->dome_mm = flat->saddle_mm = 0;
  move(chain, -bottom.centre);
  return chain;
}
} // namespace lumbarfem
