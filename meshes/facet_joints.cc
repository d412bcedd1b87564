#include "meshes/facet_joints.h"

#include "meshes/landmarks.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <toml++/toml.h>

namespace lumbarfem
{
namespace data
{
extern const char *const facet_joints_toml;
}

namespace
{
double value(const std::string &preset, const std::string &key, int level)
{
  static const toml::table table = toml::parse(data::facet_joints_toml);
  const auto number = table[preset][key][static_cast<std::size_t>(level)].value<double>();
  if (!number)
    throw std::logic_error("facet_joints.toml: " + preset + "." + key + " is missing or not a number");
  return *number;
}

/// Columns horizontal, upward, normal of a left joint, in the frame of the vertebra.
Matrix3 joint_axes(double sagittal_angle_deg, double inclination_deg)
{
  const double trace = sagittal_angle_deg * pi / 180, rise = inclination_deg * pi / 180;
  // A sagittal left joint looks to the right, a coronal one backward.
  const Vector3 normal(-std::cos(trace) * std::cos(rise), std::sin(trace) * std::cos(rise), std::sin(rise));
  const Vector3 horizontal = Vector3::UnitZ().cross(normal).normalized();
  Matrix3 axes;
  axes << horizontal, normal.cross(horizontal), normal;
  return axes;
}
} // namespace

std::string FacetJoint::name() const { return disc_name(upper) + (left ? ".left" : ".right"); }

std::vector<FacetJoint> facet_joints(const std::string &preset, const SpineGeometry &geometry)
{
  std::vector<FacetJoint> joints;
  if (spine_preset(preset).single_disc)
    return joints;
  for (std::size_t k = 0; k + 1 < geometry.levels.size(); ++k) {
    const int level = static_cast<int>(geometry.levels[k]);
    const auto get = [&](const std::string &key) { return value(preset, key, level); };
    FacetJoint joint;
    joint.upper = geometry.levels[k];
    joint.left = true;
    joint.centre = landmark_position(geometry, geometry.levels[k + 1],
                                     {get("centre_lateral_mm"), get("centre_posterior_mm"), get("centre_superior_mm")});
    joint.axes = joint_axes(get("sagittal_angle_deg"), get("inclination_deg"));
    joint.half_width_mm = get("width_mm") / 2;
    joint.half_height_mm = get("height_mm") / 2;
    joint.horizontal_curvature_per_mm = get("horizontal_curvature_per_mm");
    joint.vertical_curvature_per_mm = get("vertical_curvature_per_mm");
    joints.push_back(joint);
    joint.left = false;
    joint.centre.x() *= -1;
    joint.axes.row(0) *= -1;
    joint.axes.col(0) *= -1; // right-handed again; the surface is the same on both sides of it
    joints.push_back(joint);
  }
  return joints;
}

FacetJoint placed(FacetJoint joint, const VertebraFrame &lower)
{
  joint.centre = lower.origin + lower.axes * joint.centre;
  joint.axes = lower.axes * joint.axes;
  return joint;
}
} // namespace lumbarfem
