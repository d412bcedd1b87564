#include "meshes/dimension_names.h"

namespace lumbarfem
{
std::vector<std::pair<std::string, double>> dimensions(const VertebraDimensions &vertebra)
{
  return {
      {"superior_width_mm", vertebra.superior_width_mm},       {"superior_depth_mm", vertebra.superior_depth_mm},
      {"inferior_width_mm", vertebra.inferior_width_mm},       {"inferior_depth_mm", vertebra.inferior_depth_mm},
      {"anterior_height_mm", vertebra.anterior_height_mm},     {"posterior_height_mm", vertebra.posterior_height_mm},
      {"superior_shift_mm", vertebra.superior_shift_mm},       {"waist_ratio", vertebra.waist_ratio},
      {"waist_depth_ratio", vertebra.waist_depth_ratio},       {"pedicle_lateral_mm", vertebra.pedicle_lateral_mm},
      {"pedicle_posterior_mm", vertebra.pedicle_posterior_mm}, {"pedicle_superior_mm", vertebra.pedicle_superior_mm},
      {"pedicle_angle_deg", vertebra.pedicle_angle_deg},       {"pedicle_width_mm", vertebra.pedicle_width_mm},
      {"pedicle_height_mm", vertebra.pedicle_height_mm},       {"canal_depth_mm", vertebra.canal_depth_mm},
      {"follower_offset_mm", vertebra.follower_offset_mm},     {"follower_lateral_mm", vertebra.follower_lateral_mm},
  };
}

std::vector<std::pair<std::string, double>> dimensions(const DiscDimensions &disc)
{
  return {
      {"anterior_height_mm", disc.anterior_height_mm},
      {"posterior_height_mm", disc.posterior_height_mm},
      {"lateral_height_mm", disc.lateral_height_mm},
      {"centre_height_mm", disc.centre_height_mm},
      {"upper_concavity_share", disc.upper_concavity_share},
      {"nucleus_volume_fraction", disc.nucleus_volume_fraction},
      {"nucleus_offset_mm", disc.nucleus_offset_mm},
      {"upper_shift_mm", disc.upper_shift_mm},
      {"facet_angle_deg", disc.facet_angle_deg},
  };
}

std::vector<std::pair<std::string, double>> dimensions(const SingleDiscDimensions &disc)
{
  return {
      {"width_mm", disc.width_mm},
      {"depth_mm", disc.depth_mm},
      {"plate_thickness_mm", disc.plate_thickness_mm},
  };
}

std::vector<std::pair<std::string, double>> dimensions(const SpineGeometry &geometry)
{
  return {
      {"section_exponent", geometry.section_exponent},
      {"section_bend", geometry.section_bend},
      {"cortex_thickness_mm", geometry.cortex_thickness_mm},
      {"bony_endplate_thickness_mm", geometry.bony_endplate_thickness_mm},
      {"cartilage_endplate_thickness_mm", geometry.cartilage_endplate_thickness_mm},
      {"cartilage_endplate_annulus_share", geometry.cartilage_endplate_annulus_share},
      {"sacrum_height_mm", geometry.sacrum_height_mm},
      {"sacral_slope_deg", geometry.sacral_slope_deg},
      {"free_endplate_concavity_mm", geometry.free_endplate_concavity_mm},
      {"facet_bone_gap_mm", geometry.facet_bone_gap_mm},
  };
}
} // namespace lumbarfem
