#include "base/treated_levels.h"

#include <algorithm>

namespace lumbarfem
{
void TreatedLevels::add(const TreatedLevels &other)
{
  discs.insert(other.discs.begin(), other.discs.end());
  vertebrae.insert(other.vertebrae.begin(), other.vertebrae.end());
  fused.insert(other.fused.begin(), other.fused.end());
}

std::vector<std::string> names(const TreatedLevels &treated)
{
  std::vector<std::string> result;
  for (const Level vertebra : treated.vertebrae)
    result.push_back(name(vertebra));
  for (const Level disc : treated.discs)
    result.push_back(disc_name(disc));
  return result;
}

NeighbourDiscs neighbours(const TreatedLevels &treated, const std::vector<Level> &discs)
{
  NeighbourDiscs result;
  if (treated.is_empty())
    return result;
  // Disc k lies between the vertebrae k and k + 1.
  int above = 100, below = -100;
  for (const Level disc : treated.discs) {
    above = std::min(above, static_cast<int>(disc) - 1);
    below = std::max(below, static_cast<int>(disc) + 1);
  }
  for (const Level vertebra : treated.vertebrae) {
    above = std::min(above, static_cast<int>(vertebra) - 1);
    below = std::max(below, static_cast<int>(vertebra));
  }
  for (const Level disc : discs) {
    if (static_cast<int>(disc) == above)
      result.above = disc;
    if (static_cast<int>(disc) == below)
      result.below = disc;
  }
  return result;
}
} // namespace lumbarfem
