/// The balance printed at the end of a run: free-body cuts, reaction at the base, energies.
#pragma once

#include "postprocess/result_row.h"
#include "solver/model.h"

#include <string>
#include <vector>

namespace lumbarfem
{
/// @p rows: of the state. @p external_work: work of the loads up to it (mJ). Call after an assembly at that state;
/// collective.
std::string balance_line(const Model &model, const State &state, const std::vector<ResultRow> &rows,
                         double external_work);
} // namespace lumbarfem
