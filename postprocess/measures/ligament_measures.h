/// Forces, strains and energies of the ligaments.
#pragma once

#include "postprocess/measures/measure_rows.h"
#include "solver/model.h"

namespace lumbarfem
{
/// One group of rows a ligament, level and side (of CL and ITL). Before the moment also lengths and attachments.
void add_ligaments(const Model &model, const State &state, MeasureRows &rows);
} // namespace lumbarfem
