#include "meshes/facet_joints.h"

#include "meshes/bony_facet_joint.h"

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

} // namespace

std::string FacetJoint::name() const { return disc_name(upper) + (left ? ".left" : ".right"); }

std::vector<FacetJoint> facet_joints(const std::string &preset, const SpineGeometry &geometry,
                                     const std::vector<VertebraFrame> &vertebrae)
{
  std::vector<FacetJoint> joints;
  if (spine_preset(preset).single_disc)
    return joints;
  for (std::size_t k = 0; k + 1 < vertebrae.size(); ++k) {
    const int level = static_cast<int>(vertebrae[k].level);
    const auto get = [&](const std::string &key) { return value(preset, key, level); };
    const BonyFacetJoint bone = facet_joint(geometry, &vertebrae[k], &vertebrae[k + 1]);
    FacetJoint joint;
    joint.upper = vertebrae[k].level;
    joint.left = true;
    joint.centre = bone.centre;
    joint.axes << bone.upward.cross(bone.normal), bone.upward, bone.normal;
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
} // namespace lumbarfem
