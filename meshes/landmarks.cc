#include "meshes/landmarks.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
struct Size {
  double width, wall, height; ///< wall: of the body, behind the frame's origin
};

Size size_of(const VertebraDimensions &vertebra, Level level)
{
  if (level == Level::S1) // an upper endplate only
    return {vertebra.superior_width_mm, vertebra.superior_depth_mm / 2, 1};
  return {(vertebra.superior_width_mm + vertebra.inferior_width_mm) / 2,
          (vertebra.superior_depth_mm + vertebra.inferior_depth_mm) / 4, vertebra.posterior_height_mm};
}
} // namespace

Vector3 landmark_position(const SpineGeometry &geometry, Level level, const Vector3 &measured)
{
  static const SpineGeometry subject = spine_preset("male_subject");
  const VertebraDimensions &source = subject.vertebrae.at(level), &target = geometry.vertebrae.at(level);
  const Size from = size_of(source, level), to = size_of(target, level);
  const double width_ratio = to.width / from.width, behind = measured.y() - from.wall;
  Vector3 place(measured.x() * width_ratio, measured.y() * to.wall / from.wall, measured.z() * to.height / from.height);
  if (level == Level::S1) {
    if (behind > 0)
      place.y() = to.wall + behind;
    return place;
  }
  if (behind > 0)
    place.y() = to.wall + (behind < source.canal_depth_mm ? behind * target.canal_depth_mm / source.canal_depth_mm
                                                          : behind + target.canal_depth_mm - source.canal_depth_mm);
  // The arch is as wide as its pedicles stand apart; the body's width fades out over the rear half of the body.
  const double lateral = std::abs(measured.x());
  const double inside = std::min(lateral, source.pedicle_lateral_mm), outside = lateral - inside;
  const double arch = inside * target.pedicle_lateral_mm / source.pedicle_lateral_mm + outside * width_ratio;
  const double share = std::clamp(1 + 2 * behind / from.wall, 0., 1.);
  place.x() = std::copysign((1 - share) * lateral * width_ratio + share * arch, measured.x());
  return place;
}
} // namespace lumbarfem
