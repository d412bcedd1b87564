/// Where cement lies: what tells its patterns apart.
#pragma once

#include "postprocess/measures/measure_rows.h"
#include "solver/model.h"

namespace lumbarfem
{
/// Level and object of each row are the vertebra and the name of the cement. The unloaded model decides, so that the
/// rows of all steps are alike.
void add_cements(const Model &model, MeasureRows &rows);
} // namespace lumbarfem
