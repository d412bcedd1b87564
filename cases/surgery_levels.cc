#include "cases/surgery_levels.h"

#include "base/part_id.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
/// From one vertebra to another on one side.
struct Bridge {
  bool left;
  Level upper, lower;
  bool is_over(Level disc) const { return upper <= disc && disc < lower; }
  bool ends_at(const Screw &screw) const { return left == screw.left && upper <= screw.level && screw.level <= lower; }
};
} // namespace

TreatedLevels treated_by(const Surgery &surgery)
{
  TreatedLevels treated;
  std::vector<Bridge> rods, bridges;
  for (const Rod &rod : surgery.rods)
    rods.push_back({rod.left, rod.upper, rod.lower});
  bridges = rods;
  for (const DynamicLink &link : surgery.links)
    bridges.push_back({link.left, link.upper, link.lower});
  for (int disc = 0; disc < static_cast<int>(Level::S1); ++disc)
    if (std::any_of(bridges.begin(), bridges.end(),
                    [&](const Bridge &bridge) { return bridge.is_over(static_cast<Level>(disc)); }))
      treated.discs.insert(static_cast<Level>(disc));
  for (const Screw &screw : surgery.screws)
    if (std::none_of(bridges.begin(), bridges.end(), [&](const Bridge &bridge) { return bridge.ends_at(screw); }))
      treated.vertebrae.insert(screw.level);
  for (const Cage &cage : surgery.cages) {
    treated.discs.insert(cage.disc);
    if (std::any_of(rods.begin(), rods.end(), [&](const Bridge &rod) { return rod.is_over(cage.disc); }))
      treated.fused.insert(cage.disc);
  }
  for (const Cement &cement : surgery.cements)
    treated.vertebrae.insert(cement.level);
  for (const LigamentCut &cut : surgery.ligament_cuts)
    treated.discs.insert(cut.disc);
  for (const Facetectomy &facetectomy : surgery.facetectomies)
    treated.discs.insert(facetectomy.joint);
  for (const PartRemoval &removal : surgery.removals) {
    const LevelSpan place = parse_level_span(removal.part.substr(0, removal.part.find('.')));
    (place.upper == place.lower ? treated.vertebrae : treated.discs).insert(place.upper);
  }
  return treated;
}

TreatedLevels treated_by(const StudyFile &file)
{
  TreatedLevels treated;
  for (const Study &study : file.variants)
    treated.add(treated_by(study.surgery));
  return treated;
}
} // namespace lumbarfem
