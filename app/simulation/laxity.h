/// Rotation at a moment of 1 Nm: computed at a load step of its own, not interpolated.
#pragma once

#include "postprocess/result_row.h"

#include <vector>

namespace lumbarfem
{
/// Load factors that the steps of the moment stage end at: equal steps, one of them moved to 1 Nm, or 1 Nm added where
/// none is near. @p moment_Nm: the full moment, 0 when it is unknown (hybrid protocol): then plain equal steps.
std::vector<double> moment_waypoints(int steps, double moment_Nm);

/// Repeats the primary rotations of a step at 1 Nm under the name "laxity".
void add_laxity(std::vector<ResultRow> &rows);
} // namespace lumbarfem
