/// Which rows of a result table a selector of measures means.
#pragma once

#include "base/measure_selector.h"
#include "postprocess/result_row.h"

namespace lumbarfem
{
/// Whether a row is what the selector's words say; of one quantity, components may be in different units.
bool has_columns(const ResultRow &row, const MeasureSelector &selector);
} // namespace lumbarfem
