/// What a compression test reads: force, approach of the ends, reactions of the guide, bulge of the discs.
#pragma once

#include "postprocess/measures/measure_rows.h"
#include "postprocess/measures/spine_measures.h"
#include "solver/axial_load.h"

#include <array>

namespace lumbarfem
{
void add_axial_load(const AxialLoad &load, const State &state, const MeasureReference &reference, MeasureRows &rows);

/// Outward displacement of a disc's outer surface (mm) in the middle half of its height, relative to the mean of the
/// rigid motions of the two bodies, away from the disc's axis.
struct SectorBulge {
  double mean_mm = 0;    ///< weighted by reference area
  double maximum_mm = 0; ///< largest over the Gauss points of the faces
  double area_mm2 = 0;   ///< 0: no point of the surface lies in the sector
};
/// Growth of the bulge between two states (empty: the stress-free reference) in the sectors anterior, posterior, left,
/// right, each within +-30 degrees. Not collective.
std::array<SectorBulge, 4> disc_bulge(const Model &model, int disc, const State &from, const State &to);

/// All discs, counted from the end of the preload, or of the installation before that.
void add_bulge(const Model &model, const State &state, const MeasureReference &reference, MeasureRows &rows);
} // namespace lumbarfem
