#include "meshes/sacral_pedicle.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
std::vector<std::pair<std::string, double>> sacral_pedicle(const SpineGeometry &geometry)
{
  const VertebraDimensions &sacrum = geometry.vertebrae.at(Level::S1);
  const auto rounded = [](double value) { return std::round(100 * value) / 100; };
  return {{"pedicle_width_mm", 20},
          {"pedicle_height_mm", 13},
          {"pedicle_angle_deg", 25},
          {"pedicle_lateral_mm", rounded(0.319 * sacrum.superior_width_mm)},
          {"pedicle_posterior_mm", rounded(0.5 * sacrum.superior_depth_mm)},
          {"pedicle_superior_mm", rounded(std::max(-10., -0.4 * geometry.sacrum_height_mm))}};
}
} // namespace lumbarfem
