/// Forces of the muscles and what they leave to the discs.
#pragma once

#include "postprocess/measures/measure_rows.h"
#include "solver/model.h"

namespace lumbarfem
{
void add_muscles(const Model &model, const State &state, MeasureRows &rows);
} // namespace lumbarfem
