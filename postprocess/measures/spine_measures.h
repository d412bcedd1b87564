/// All measures of a converged state; definitions in docs/measures.md.
#pragma once

#include "postprocess/result_row.h"
#include "solver/model.h"

namespace lumbarfem
{
/// State at the end of the installation (step 0) and of the preload: what increments and ROM are counted from.
struct MeasureReference {
  State installation, preload; ///< empty: the stress-free reference
};

/// Collective over the ranks; every rank returns the same rows.
std::vector<ResultRow> measure_spine(const Model &model, const State &state, const MeasureReference &reference,
                                     const StepContext &context);
} // namespace lumbarfem
