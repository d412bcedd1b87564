/// What a fixed level loses under the hybrid protocol, and what the others gain.
#pragma once

#include "postprocess/result_row.h"

namespace lumbarfem
{
/// Lost-motion closure of every variant of the hybrid protocol against the reference, from rows of the full load: rows
/// `lost_motion` with the components `lost` (sum over the levels whose primary ROM falls), `gained` (sum over the
/// others) in degrees, and `closure` = (gained - lost) / lost. The total is prescribed, so that both are equal up to
/// the difference between the levels' frames and that of the whole; below 0.5 degrees lost the closure is not defined
/// and has no row.
std::vector<ResultRow> lost_motion_rows(const std::vector<ResultRow> &rows, const std::string &reference);
} // namespace lumbarfem
