/// Section forces and stress of screws and rods, forces of cords and spacers, forces of screws on bone.
#pragma once

#include "postprocess/measures/measure_rows.h"
#include "solver/model.h"

namespace lumbarfem
{
/// "left", "right" or "" from a part's name ("rod_left", "cord.L3-L4.right").
std::string side_of_part(const std::string &part);
/// "L4", "L3-L4" or "" from a part's name.
std::string level_of_part(const std::string &part);

void add_implants(const Model &model, const State &state, MeasureRows &rows);
} // namespace lumbarfem
