/// Where a surgery acts, and which discs are its neighbours.
#pragma once

#include "base/anatomy.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lumbarfem
{
/// Discs are named by their upper level.
struct TreatedLevels {
  std::set<Level> discs; ///< bridged by a rod or link, with a cage, a cut, a joint or a piece taken away
  std::set<Level>
      vertebrae;         ///< filled with cement, with a piece of bone taken away, or with a screw that bridges nothing
  std::set<Level> fused; ///< discs with a cage or graft that a rod bridges
  bool is_empty() const { return discs.empty() && vertebrae.empty(); }
  void add(const TreatedLevels &other);
};

/// "L4-L5", "L3" ...: treated vertebrae, then discs, from cranial to caudal.
std::vector<std::string> names(const TreatedLevels &treated);

/// The discs of a spine that are next to all that is treated: those of a disc lie above and below it, those of a
/// vertebra are the discs that touch it.
struct NeighbourDiscs {
  std::optional<Level> above, below;
};
/// @p discs: those that the spine has; what lies beyond them is no neighbour.
NeighbourDiscs neighbours(const TreatedLevels &treated, const std::vector<Level> &discs);
} // namespace lumbarfem
