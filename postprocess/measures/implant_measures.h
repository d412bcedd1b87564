/// Section forces and stress of screws and rods, forces of cords and spacers, forces of screws on bone.
#pragma once

#include "postprocess/measures/measure_rows.h"
#include "solver/model.h"

namespace lumbarfem
{
/// Level, side and object of each row are those of the screw, rod or link: a screw's vertebra, the ends of the others.
void add_implants(const Model &model, const State &state, MeasureRows &rows);
} // namespace lumbarfem
