#include "meshes/bony_facet_joint.h"

#include "meshes/landmarks.h"
#include "meshes/posterior_landmarks.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace lumbarfem
{
namespace
{
/// Least radius of a facet's cylinder in half widths: edges that turn further (25 degrees) leave no room for a sound
/// cell between the facet and the back of its process.
constexpr double least_radius_share = 2.2;
/// Edge of the square of the same area as a circle of that diameter.
const double square_of_circle = std::sqrt(pi) / 2;

Vector3 in_space(const SpineGeometry &geometry, const VertebraFrame &vertebra, const Vector3 &measured)
{
  return vertebra.origin + vertebra.axes * landmark_position(geometry, vertebra.level, measured);
}
} // namespace

Vector3 BonyFacetJoint::point(double back, double up, double offset) const
{
  const double along = back * half_width;
  return centre + along * backward + up * half_height * upward + (offset + along * along / (2 * radius)) * normal;
}

BonyFacetJoint facet_joint(const SpineGeometry &geometry, const VertebraFrame *upper, const VertebraFrame *lower)
{
  if (!upper && !lower)
    throw std::logic_error("a facet joint needs a vertebra");
  const int above = upper ? int(upper->level) : int(lower->level) - 1;
  const PosteriorLandmarks &marks = posterior_landmarks(Level(above + 1));
  // Above L1 the joint is shaped as that below it.
  const double angle = geometry.discs.at(Level(std::max(0, above))).facet_angle_deg * pi / 180;
  const double elevation = marks.elevation_deg * pi / 180;
  const VertebraFrame &frame = lower ? *lower : *upper;
  BonyFacetJoint joint;
  joint.centre.setZero();
  if (upper)
    joint.centre += in_space(geometry, *upper, posterior_landmarks(upper->level).joint_below) / (lower ? 2 : 1);
  if (lower)
    joint.centre += in_space(geometry, *lower, marks.joint_above) / (upper ? 2 : 1);
  joint.normal = frame.axes * Vector3(-std::cos(angle) * std::cos(elevation), std::sin(angle) * std::cos(elevation),
                                      std::sin(elevation));
  const Vector3 up = frame.axes.col(2);
  joint.upward = (up - up.dot(joint.normal) * joint.normal).normalized();
  joint.backward = joint.upward.cross(joint.normal);
  if (joint.backward.dot(frame.axes.col(1)) < 0)
    joint.backward = -joint.backward;
  // The extents are those of a rounded patch: the rectangle of the same area.
  joint.half_width = square_of_circle * marks.facet_width / 2;
  joint.half_height = square_of_circle * marks.facet_height / 2;
  joint.radius = std::max(marks.facet_radius, least_radius_share * joint.half_width);
  // The landmark is the mean over the curved patch, which lies off its middle line.
  joint.centre -= joint.half_width * joint.half_width / (6 * joint.radius) * joint.normal;
  joint.gap = geometry.facet_bone_gap_mm;
  return joint;
}
} // namespace lumbarfem
