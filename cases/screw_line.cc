#include "cases/screw_line.h"

#include "meshes/arch_template.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
Vector3 mirrored(Vector3 point, bool left)
{
  if (!left)
    point.x() = -point.x();
  return point;
}
} // namespace

Vector3 angled_direction(const Screw &screw)
{
  const double convergence = screw.convergence_angle_deg * pi / 180, cranial = screw.cranial_angle_deg * pi / 180;
  return mirrored(
      {-std::sin(convergence) * std::cos(cranial), -std::cos(convergence) * std::cos(cranial), std::sin(cranial)},
      screw.left);
}

Vector3 screw_origin(const Screw &screw, const VertebraDimensions &vertebra)
{
  if (screw.path == ScrewPath::free)
    return mirrored({screw.entry_lateral_mm, screw.entry_posterior_mm, screw.entry_superior_mm}, screw.left);
  Vector3 place = pedicle_axis(vertebra).centre;
  if (screw.path == ScrewPath::cortical_bone_trajectory)
    place.x() -= cortical_inside_share * vertebra.pedicle_width_mm;
  return mirrored(place, screw.left);
}

ScrewLine screw_line(const Screw &screw, const VertebraDimensions &vertebra)
{
  const Vector3 forward = screw.path == ScrewPath::pedicle_axis
                              ? mirrored(-pedicle_axis(vertebra).direction, screw.left)
                              : angled_direction(screw);
  ScrewLine line;
  line.head = screw_origin(screw, vertebra) - screw.head_offset_mm * forward;
  line.tip = line.head + screw.length_mm * forward;
  return line;
}

double distance(const ScrewLine &a, const ScrewLine &b)
{
  // Nearest points of two segments (Ericson 2005, Real-Time Collision Detection, 5.1.9).
  const Vector3 u = a.tip - a.head, v = b.tip - b.head, w = a.head - b.head;
  const double uu = u.squaredNorm(), uv = u.dot(v), vv = v.squaredNorm(), uw = u.dot(w), vw = v.dot(w);
  const double determinant = uu * vv - uv * uv;
  double s = determinant > 1e-9 * uu * vv ? std::clamp((uv * vw - uw * vv) / determinant, 0., 1.) : 0.;
  const double t = std::clamp((uv * s + vw) / vv, 0., 1.);
  s = std::clamp((uv * t - uw) / uu, 0., 1.);
  return (w + s * u - t * v).norm();
}

double canal_breach_mm(const Screw &screw, const VertebraDimensions &vertebra)
{
  if (screw.level == Level::S1 || vertebra.canal_depth_mm <= 0)
    return 0;
  const ScrewLine line = screw_line(screw, vertebra);
  const Vector3 forward = line.forward();
  const Vector3 side = forward.cross(Vector3::UnitZ()).normalized(), up = side.cross(forward);
  const double back = (vertebra.superior_depth_mm + vertebra.inferior_depth_mm) / 4;
  const double slope = std::tan(vertebra.pedicle_angle_deg * pi / 180);
  double deepest = 0;
  for (double along = 0; along <= screw.length_mm; along += 0.5)
    for (int k = 0; k < 16; ++k) {
      const double angle = 2 * pi * k / 16;
      const Vector3 point =
          line.head + along * forward + screw.diameter_mm / 2 * (std::cos(angle) * side + std::sin(angle) * up);
      const double behind = point.y() - back;
      if (behind <= 0 || behind >= vertebra.canal_depth_mm)
        continue;
      const double inner_wall = vertebra.pedicle_lateral_mm - vertebra.pedicle_width_mm / 2 +
                                std::min(0., slope * (point.y() - vertebra.pedicle_posterior_mm));
      const double share = behind / vertebra.canal_depth_mm;
      deepest = std::max(deepest, inner_wall * std::sqrt(1 - share * share) - std::abs(point.x()));
    }
  return deepest;
}
} // namespace lumbarfem
