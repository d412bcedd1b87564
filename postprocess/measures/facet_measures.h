/// Facet joints: force, contact area, pressure, centre of pressure and lever about the disc, per joint and side.
#pragma once

#include "postprocess/measures/balance_measures.h"

namespace lumbarfem
{
/// @p cuts: one a disc, for the centres that moments are taken about. Not collective.
void add_facet_measures(const Model &model, const State &state, const std::vector<FreeBodyCut> &cuts,
                        MeasureRows &rows);
} // namespace lumbarfem
