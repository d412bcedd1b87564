/// Who carries what across each disc's level.
#pragma once

#include "postprocess/measures/balance_measures.h"

namespace lumbarfem
{
/// What one carrier passes down from the part above a level to the part below (N, N mm about the disc's current
/// centre), or what a load does to the part above.
struct LoadShare {
  std::string object; ///< "nucleus", "annulus_ground", "annulus_fibres", "ALL" .. "ITL", "facet", "implants" ...
  Side side = Side::none;
  Wrench wrench;
};

struct LevelShares {
  std::vector<LoadShare> carriers, loads;
  Wrench carried() const; ///< sum of the carriers; that of the loads in equilibrium
};

/// One entry a disc, in the order of mesh.discs; @p cuts: of the same state. Collective.
///
/// Shares of the disc follow from virtual work: the part above is moved as a rigid body, the part below stands still,
/// and in between the displacement fades with the height in the disc. The work of the stress at each point is then the
/// force (the moment) that this point passes on, and the sum over the disc is the same for every way of fading.
std::vector<LevelShares> load_shares(const Model &model, const State &state, const std::vector<FreeBodyCut> &cuts);

/// Rows `load_share`; collective.
void add_load_shares(const Model &model, const State &state, const std::vector<FreeBodyCut> &cuts, MeasureRows &rows);
} // namespace lumbarfem
