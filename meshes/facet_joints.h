/// Facet joints of the presets: one curved surface a joint, from which both facets are made.
#pragma once

#include "meshes/spine_geometry.h"
#include "meshes/spine_mesh.h"

namespace lumbarfem
{
/// The surface z = k_h x^2 / 2 + k_v y^2 / 2 over an ellipse, half-way between the two facets of a joint. Columns of
/// axes: x horizontal, y upward in the plane of the facet, z the outward normal of the superior facet of the lower
/// vertebra (towards the inferior facet of the upper one); right-handed.
struct FacetJoint {
  Level upper; ///< the joint lies between this level and the next one below
  bool left;
  Vector3 centre;
  Matrix3 axes;
  double half_width_mm, half_height_mm; ///< of the ellipse
  double horizontal_curvature_per_mm;   ///< k_h; + = the superior facet is concave
  double vertical_curvature_per_mm;     ///< k_v

  std::string name() const; ///< "L4-L5.left"
};

/// Joints between the levels of a spine in the axes of the mesh, left before right, from cranial to caudal: half-way
/// between the bony facets of facet_joint.h, with the outline and curvature of the preset. @p vertebrae: frames of the
/// levels. Empty for a single disc. Throws UserError for an unknown preset.
std::vector<FacetJoint> facet_joints(const std::string &preset, const SpineGeometry &geometry,
                                     const std::vector<VertebraFrame> &vertebrae);
} // namespace lumbarfem
