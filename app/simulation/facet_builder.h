/// Facet joints of a study as contact of a model, their table at the start, and what to warn of at the end.
#pragma once

#include "cases/study.h"
#include "postprocess/result_row.h"
#include "solver/model.h"

namespace lumbarfem
{
/// Adds a contact for each joint between the levels of the study that no facetectomy takes away; none when
/// facets.contact is false.
void add_facets(const Study &study, Model &model);

/// One line a joint, active or removed: gap, area, angle of the facets' normals (180: opposed) in the unloaded mesh.
/// Empty when the joints do not touch in this study.
std::string facet_start_text(const Study &study, const Model &model);
/// The same as CSV.
std::string facet_start_csv(const Study &study, const Model &model);

/// Joints that touch in none of the rows, with their least gap, and joints whose layers are squeezed to less than half,
/// where a linear bed of springs has lost its meaning. @p rows: of all steps.
std::vector<std::string> facet_warnings(const Study &study, const Model &model, const std::vector<ResultRow> &rows);
} // namespace lumbarfem
