/// Landmarks of the posterior elements of the measured subject, left side, in the frames of its vertebrae.
#pragma once

#include "base/anatomy.h"
#include "base/types.h"

namespace lumbarfem
{
/// mm; see data/posterior_landmarks.toml for what each figure is and for the source. For S1 only the superior articular
/// process and the joint above are set.
struct PosteriorLandmarks {
  double wrapped_canal_depth = 0;
  double neck_behind_isthmus = 0;

  Vector3 lamina_centre = Vector3::Zero(), lamina_superior_edge = Vector3::Zero(),
          lamina_inferior_edge = Vector3::Zero(), pars_border = Vector3::Zero();
  double lamina_thickness = 0;
  Vector3 lamina_axis = Vector3::UnitZ(); ///< upward along the lamina

  /// By station: root, tip.
  Vector3 spinous_superior[2] = {Vector3::Zero(), Vector3::Zero()},
          spinous_inferior[2] = {Vector3::Zero(), Vector3::Zero()};
  double spinous_thickness[3] = {0, 0, 0}; ///< root, middle, tip

  /// Root, middle, tip; sections of root and middle.
  Vector3 transverse_centre[3] = {Vector3::Zero(), Vector3::Zero(), Vector3::Zero()};
  double transverse_depth[2] = {0, 0}, transverse_height[2] = {0, 0};

  Vector3 superior_middle = Vector3::Zero(), inferior_middle = Vector3::Zero();
  double superior_width = 0, inferior_width = 0;

  /// The joint above, in this vertebra's frame.
  Vector3 joint_above = Vector3::Zero();
  double elevation_deg = 0, facet_width = 0, facet_height = 0, facet_radius = 0;
  Vector3 joint_below = Vector3::Zero();
};

const PosteriorLandmarks &posterior_landmarks(Level level);
} // namespace lumbarfem
