#include "meshes/plane_section.h"

#include <cmath>

namespace lumbarfem
{
namespace
{
/// Radius of the unit super-ellipse in a direction given by its cosine and sine.
double super_ellipse_radius(double cosine, double sine, double exponent)
{
  return std::pow(std::pow(std::abs(cosine), exponent) + std::pow(std::abs(sine), exponent), -1 / exponent);
}

/// Area and mean of x^2 of the unit super-ellipse; the integrand is periodic, so equal steps converge fast.
std::array<double, 2> unit_area_and_mean_square(double exponent)
{
  const int n = 720;
  double area = 0, square = 0;
  for (int i = 0; i < n; ++i) {
    const double angle = 2 * pi * (i + 0.5) / n;
    const double r = super_ellipse_radius(std::cos(angle), std::sin(angle), exponent);
    area += r * r / 2 * (2 * pi / n);
    square += std::pow(r, 4) / 4 * std::cos(angle) * std::cos(angle) * (2 * pi / n);
  }
  return {area, square / area};
}
} // namespace

void PlaneSection::centre()
{
  midline_centre = bend == 0 ? 0 : -bend * half_depth_mm * unit_area_and_mean_square(exponent)[1];
}

double PlaneSection::area_mm2() const { return unit_area_and_mean_square(exponent)[0] * half_width_mm * half_depth_mm; }

Vector2 PlaneSection::point(const Vector2 &unit, double nucleus_radius, double nucleus_shift) const
{
  const double r = unit.norm();
  double stretch = 1;
  if (r > 0 && exponent != 2) {
    // In the nucleus the stretch toward the super-ellipse grows with r^2: a stretch that depends on the direction
    // alone would leave the map without a derivative in the centre.
    const double share = std::min(1.0, r * r / (nucleus_radius * nucleus_radius));
    stretch = 1 + share * (super_ellipse_radius(unit.x() / r, unit.y() / r, exponent) - 1);
  }
  const double fade = r <= nucleus_radius ? 1 : (1 - r) / (1 - nucleus_radius);
  const double x = unit.x() * stretch;
  return {half_width_mm * x,
          half_depth_mm * (unit.y() * stretch + nucleus_shift * fade + bend * x * x) + midline_centre};
}

std::array<double, 2> PlaneSection::shape_coordinates(const Vector2 &plane_point) const
{
  const double x = plane_point.x() / half_width_mm;
  const double y = (plane_point.y() - midline_centre) / half_depth_mm - bend * x * x;
  const double square = x * x + y * y;
  if (square < 1e-24)
    return {0, 0};
  const double rho = exponent == 2
                         ? std::sqrt(square)
                         : std::pow(std::pow(std::abs(x), exponent) + std::pow(std::abs(y), exponent), 1 / exponent);
  return {rho, rho * rho * (y * y - x * x) / square};
}

PlaneGrid::PlaneGrid(int n_core, int n_transition, int n_rings)
    : core(n_core), transitions(n_transition), rings(n_rings)
{
  const int side = 2 * core + 1, around = n_angles();
  for (int j = 0; j < side; ++j)
    for (int i = 0; i < side; ++i) {
      PlaneNode node;
      node.s = -1 + 2.0 * i / (side - 1);
      node.t = -1 + 2.0 * j / (side - 1);
      nodes.push_back(node);
    }
  for (int radial = 1; radial <= 2 * (transitions + rings); ++radial)
    for (int k = 0; k < around; ++k) {
      const PlaneNode &edge = nodes[ring_node(0, k)];
      PlaneNode node;
      node.s = edge.s;
      node.t = edge.t;
      node.transition = std::min(1.0, 0.5 * radial / transitions);
      node.ring = std::max(0.0, 0.5 * radial - transitions);
      node.angle = angle(k);
      node.angle_index = k;
      nodes.push_back(node);
    }
  for (int j = 0; j < core; ++j)
    for (int i = 0; i < core; ++i) {
      PlaneCell cell;
      for (int a = 0; a < 9; ++a)
        cell.nodes[a] = core_node(2 * i + a % 3, 2 * j + a / 3);
      cells.push_back(cell);
    }
  for (int r = 0; r < transitions + rings; ++r)
    for (int k = 0; k < 4 * core; ++k) {
      PlaneCell cell;
      for (int a = 0; a < 9; ++a)
        cell.nodes[a] = ring_node(2 * r + a % 3, (2 * k + a / 3) % around);
      cell.ring = std::max(0, r - transitions + 1);
      cell.angle_deg = {angle(2 * k) * 180 / pi, angle(2 * k + 2) * 180 / pi};
      cells.push_back(cell);
    }
}

double PlaneGrid::angle(int index) const { return pi / 4 * (index / double(core) - 1); }

int PlaneGrid::ring_node(int radial, int angle_index) const
{
  const int last = 2 * core, side = angle_index / last, along = angle_index % last;
  if (radial > 0)
    return (last + 1) * (last + 1) + (radial - 1) * n_angles() + angle_index;
  switch (side) { // left, posterior, right, anterior edge of the core, counter-clockwise
  case 0:
    return core_node(last, along);
  case 1:
    return core_node(last - along, last);
  case 2:
    return core_node(0, last - along);
  default:
    return core_node(along, 0);
  }
}

double PlaneGrid::ring_share(double ring) const
{
  return ring <= rings - 1 ? 0.8 * ring / (rings - 1) : 0.8 + 0.2 * (ring - (rings - 1));
}

Vector2 PlaneGrid::unit_point(const PlaneNode &node, double nucleus_radius, double outer_line) const
{
  if (node.ring > 0) {
    const double inner = node.ring / (rings - 1);
    const double r = inner <= 1 ? nucleus_radius + (outer_line - nucleus_radius) * inner
                                : outer_line + (1 - outer_line) * (node.ring - (rings - 1));
    return {r * std::cos(node.angle), r * std::sin(node.angle)};
  }
  // Sides of the core bulge outward, so that its corners are not sharp against the circle of the nucleus.
  const double size = 0.47 * nucleus_radius, bulge = 0.2;
  const Vector2 square(size * node.s * (1 + bulge * (1 - node.t * node.t)),
                       size * node.t * (1 + bulge * (1 - node.s * node.s)));
  if (node.transition == 0)
    return square;
  return (1 - node.transition) * square +
         node.transition * nucleus_radius * Vector2(std::cos(node.angle), std::sin(node.angle));
}
} // namespace lumbarfem
