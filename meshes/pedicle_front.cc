#include "meshes/pedicle_front.h"

#include "meshes/arch_template.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace lumbarfem
{
namespace
{
/// The wall of a body by angle (radians, 0 = left, pi/2 = posterior) and share of its height, in the vertebra's frame.
class Wall
{
public:
  Wall(const PlaneGrid &grid, const SegmentStack &stack, const VertebraFrame &frame, double cortex_mm)
      : stack_(&stack), frame_(frame), rings_(grid.n_rings()), inward_(cortex_mm / 2)
  {
    const auto &segments = stack.segments();
    const auto body = std::find_if(segments.begin(), segments.end(), [&](const Segment &segment) {
      return segment.kind == SegmentKind::body && segment.level == frame.level;
    });
    if (body == segments.end())
      throw std::logic_error("no body of " + name(frame.level));
    segment_ = int(body - segments.begin());
  }

  Vector3 surface(double angle, double share) const
  {
    PlaneNode node;
    node.ring = rings_;
    node.angle = angle;
    return frame_.axes.transpose() * (stack_->point(segment_, share, node, 1) - frame_.origin);
  }

  Vector3 normal(double angle, double share) const
  {
    const double step = 1e-4;
    const Vector3 round = surface(angle + step, share) - surface(angle - step, share);
    const Vector3 up = surface(angle, share + step) - surface(angle, share - step);
    return round.cross(up).normalized();
  }

  /// Half the cortex inside the surface.
  Vector3 inside(double angle, double share) const { return surface(angle, share) - inward_ * normal(angle, share); }

private:
  const SegmentStack *stack_;
  VertebraFrame frame_;
  int rings_, segment_ = -1;
  double inward_;
};

/// Angle and share of height where the wall is nearest to a line: refined search over the left rear quarter.
std::array<double, 2> nearest_to_line(const Wall &wall, const PedicleAxis &line)
{
  std::array<double, 2> best{pi / 4, 0.5}, size{pi / 4, 0.4};
  for (int round = 0; round < 12; ++round) {
    const std::array<double, 2> centre = best;
    double least = -1;
    for (int i = -5; i <= 5; ++i)
      for (int j = -5; j <= 5; ++j) {
        const double angle = std::clamp(centre[0] + size[0] * i / 5, 0., pi / 2);
        const double share = std::clamp(centre[1] + size[1] * j / 5, 0.1, 0.9);
        const Vector3 arm = wall.surface(angle, share) - line.centre;
        const double distance = (arm - arm.dot(line.direction) * line.direction).norm();
        if (least < 0 || distance < least)
          least = distance, best = {angle, share};
      }
    size = {size[0] * 0.4, size[1] * 0.4};
  }
  return best;
}

/// Largest angle between the wall's normal and the pedicle's axis: where the wall turns further to the side the pedicle
/// cannot grow from it.
constexpr double largest_obliquity_deg = 45;

/// Angle that lies @p arc mm along the wall from another one, + = outward.
double walk(const Wall &wall, double angle, double share, double arc)
{
  const int n = 40;
  const double step = arc / n;
  for (int i = 0; i < n; ++i) {
    const double slope = (wall.surface(angle + 1e-4, share) - wall.surface(angle - 1e-4, share)).norm() / 2e-4;
    angle -= step / slope;
  }
  return angle;
}
} // namespace

std::function<Vector3(double, double)> pedicle_front(const SpineGeometry &geometry, const PlaneGrid &grid,
                                                     const SegmentStack &stack, const VertebraFrame &frame)
{
  const VertebraDimensions &dimensions = geometry.vertebrae.at(frame.level);
  const Wall wall(grid, stack, frame, geometry.cortex_thickness_mm);
  const auto [angle, share] = nearest_to_line(wall, pedicle_axis(dimensions));
  const double column = (wall.surface(angle, 1) - wall.surface(angle, 0)).norm();
  const double inner = -dimensions.pedicle_width_mm / 2;
  double outer = dimensions.pedicle_width_mm / 2;
  const Vector3 axis = pedicle_axis(dimensions).direction;
  while (outer > inner / 2 &&
         wall.normal(walk(wall, angle, share, outer), share).dot(axis) < std::cos(largest_obliquity_deg * pi / 180))
    outer -= 0.05 * dimensions.pedicle_width_mm;
  return [wall, angle = angle, share = share, dimensions, column, inner, outer](double width, double height) {
    const double at = share + (height - 0.5) * dimensions.pedicle_height_mm / column;
    return wall.inside(walk(wall, angle, share, inner + width * (outer - inner)), std::clamp(at, 0.03, 0.97));
  };
}
} // namespace lumbarfem
