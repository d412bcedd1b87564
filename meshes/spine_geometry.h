/// Dimensions of a parametric lumbar spine (plain values) and the presets that ship with the program.
#pragma once

#include "base/anatomy.h"
#include "base/key.h"
#include "base/types.h"

#include <map>
#include <string>
#include <vector>

namespace lumbarfem
{
struct VertebraDimensions {
  double superior_width_mm, superior_depth_mm, inferior_width_mm, inferior_depth_mm; ///< depths on the midline
  double anterior_height_mm, posterior_height_mm; ///< of the body between the rim planes
  double superior_shift_mm; ///< how far the superior rim plane's centre lies behind the inferior one's (body frame)
  double waist_ratio;       ///< width at mid-height over the mean width of the endplates
  double waist_depth_ratio; ///< the same of the depth on the midline; four fifths of the narrowing lie in front
  double pedicle_lateral_mm, pedicle_posterior_mm, pedicle_superior_mm; ///< centre of the isthmus, body frame
  double pedicle_angle_deg;                   ///< transverse angle of the axis, + = outward going back
  double pedicle_width_mm, pedicle_height_mm; ///< of the isthmus, across the axis
  double canal_depth_mm;                      ///< on the midline, from the body to the arch
  double follower_offset_mm;                  ///< guides of the follower load: behind (+) the body's centre
  double follower_lateral_mm;                 ///< guides of the follower load: distance from the mid-sagittal plane
};

struct DiscDimensions {
  double anterior_height_mm, posterior_height_mm, lateral_height_mm, centre_height_mm; ///< bone to bone
  double upper_concavity_share;   ///< part of the biconvexity that lies in the upper vertebra's inferior endplate
  double nucleus_volume_fraction; ///< nucleus / (nucleus + annulus)
  double nucleus_offset_mm;       ///< posterior offset of the nucleus
  double upper_shift_mm;          ///< how far the upper rim plane's centre lies behind the lower one's (disc frame)
  double facet_angle_deg; ///< of the facet joints' trace in the lower vertebra's transverse plane, from sagittal
};

/// A single disc between two stiff plates (bench tests and calibration).
struct SingleDiscDimensions {
  double width_mm, depth_mm;
  double plate_thickness_mm;
};

struct SpineGeometry {
  std::string preset; ///< from which the dimensions started; the facet joints have its outline and curvature
  bool single_disc = false;
  std::vector<Level> levels; ///< contiguous, from cranial to caudal; for a single disc the two neighbours
  std::map<Level, VertebraDimensions> vertebrae;
  std::map<Level, DiscDimensions> discs; ///< by upper level
  SingleDiscDimensions single{};
  double section_exponent; ///< of the super-ellipse
  double section_bend;     ///< kidney shape: y += bend * half depth * (x / half width)^2
  double cortex_thickness_mm, bony_endplate_thickness_mm, cartilage_endplate_thickness_mm;
  double cartilage_endplate_annulus_share; ///< share of the annulus' thickness, from inside, that the cartilage covers
  double sacrum_height_mm;
  double sacral_slope_deg;           ///< inclination of the S1 upper endplate, + = leaning forward
  double free_endplate_concavity_mm; ///< depth of an endplate of the spine's end that no described disc shapes
  double facet_bone_gap_mm;          ///< between the bony surfaces of a facet joint, both cartilages included
  /// Arches of L1-L5 and the superior articular processes of S1; not for a single disc.
  bool posterior_elements = false;
};

struct MeshResolution {
  double size_mm;                                   ///< edge length round the circumference of a disc; "default" = 9
  static double from_word(const std::string &word); ///< coarse, default, fine
};

/// Names of the presets: "male_subject", "population_mean", "calibration_disc" (a single disc between plates).
std::vector<std::string> spine_preset_names();
/// All levels L1..S1 of a preset; throws UserError for an unknown name.
SpineGeometry spine_preset(const std::string &name);
/// Keys of single dimensions that a study may override.
const std::vector<Key> &vertebra_keys();
const std::vector<Key> &disc_keys();
const std::vector<Key> &spine_keys(); ///< section_*, *_thickness_mm, cartilage share, sacrum height
const std::vector<Key> &single_disc_keys();
/// Sets one dimension by its key's name (keys of the four lists above); returns false for an unknown key.
bool set_dimension(VertebraDimensions &dimensions, const std::string &key, double value);
bool set_dimension(DiscDimensions &dimensions, const std::string &key, double value);
bool set_dimension(SpineGeometry &geometry, const std::string &key, double value);
/// Checks combinations (heights positive, cartilage thinner than the disc ...); one message per fault.
std::vector<std::string> check(const SpineGeometry &geometry);
} // namespace lumbarfem
