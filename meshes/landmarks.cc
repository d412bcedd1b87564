#include "meshes/landmarks.h"

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
  const Size from = size_of(subject.vertebrae.at(level), level), to = size_of(geometry.vertebrae.at(level), level);
  const double posterior =
      measured.y() <= from.wall ? measured.y() * to.wall / from.wall : to.wall + measured.y() - from.wall;
  return {measured.x() * to.width / from.width, posterior, measured.z() * to.height / from.height};
}
} // namespace lumbarfem
