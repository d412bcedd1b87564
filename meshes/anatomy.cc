#include "meshes/anatomy.h"

#include "meshes/landmarks.h"

#include <algorithm>
#include <stdexcept>

namespace lumbarfem
{
namespace
{
constexpr Side both_sides[2] = {Side::left, Side::right};
double sign(Side side) { return side == Side::left ? 1 : -1; }

std::vector<Pedicle> pedicles_of(const SpineGeometry &geometry, const SpineMesh &mesh)
{
  std::vector<Pedicle> pedicles;
  for (const VertebraFrame &vertebra : mesh.vertebrae) {
    const VertebraDimensions &dimensions = geometry.vertebrae.at(vertebra.level);
    if (dimensions.pedicle_lateral_mm <= 0)
      continue;
    for (const Side side : both_sides) {
      PedicleAxis axis = pedicle_axis(dimensions);
      axis.centre.x() *= sign(side);
      axis.direction.x() *= sign(side);
      pedicles.push_back(
          {vertebra.level, side, {vertebra.origin + vertebra.axes * axis.centre, vertebra.axes * axis.direction}});
    }
  }
  return pedicles;
}

std::vector<LigamentPlace> ligament_places(const SpineGeometry &geometry, const SpineMesh &mesh)
{
  std::vector<LigamentPlace> places;
  for (const DiscFrame &disc : mesh.discs)
    for (const std::string &ligament : ligament_names())
      for (const StrandPlace &strand : strands_in_space(geometry, mesh, disc.upper, ligament))
        places.push_back({disc.upper, ligament, strand});
  return places;
}
} // namespace

const Pedicle &Anatomy::pedicle(Level level, Side side) const
{
  const auto found = std::find_if(pedicles.begin(), pedicles.end(), [&](const Pedicle &pedicle) {
    return pedicle.level == level && pedicle.side == side;
  });
  if (found == pedicles.end())
    throw std::logic_error("no pedicle at " + name(level));
  return *found;
}

std::vector<FollowerGuide> follower_guides(const SpineGeometry &geometry, const SpineMesh &mesh)
{
  std::vector<FollowerGuide> guides;
  for (const Side side : both_sides)
    for (const VertebraFrame &vertebra : mesh.vertebrae) {
      const VertebraDimensions &dimensions = geometry.vertebrae.at(vertebra.level);
      // The frame of the sacrum lies in its endplate: the guide is placed inside its bone.
      const double down = vertebra.level == Level::S1 ? -0.5 * geometry.sacrum_height_mm : 0.;
      guides.push_back({vertebra.level, side,
                        vertebra.origin + vertebra.axes * Vector3(sign(side) * dimensions.follower_lateral_mm,
                                                                  dimensions.follower_offset_mm, down)});
    }
  return guides;
}

Anatomy make_anatomy(const std::string &preset, const SpineGeometry &geometry, const SpineMesh &mesh)
{
  Anatomy anatomy;
  if (geometry.single_disc)
    return anatomy;
  anatomy.pedicles = pedicles_of(geometry, mesh);
  anatomy.guides = follower_guides(geometry, mesh);
  anatomy.ligaments = ligament_places(geometry, mesh);
  anatomy.facets = facet_joints(preset, geometry, mesh.vertebrae);
  if (mesh.vertebrae.front().level == Level::L1 && mesh.vertebrae.back().level == Level::S1)
    anatomy.muscles = muscle_fascicles(geometry, mesh);
  return anatomy;
}
} // namespace lumbarfem
