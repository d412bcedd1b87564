/// How stiffly a screw sits: the answer of its head to a force at a state of equilibrium.
#pragma once

#include "postprocess/result_row.h"
#include "solver/model.h"

namespace lumbarfem
{
/// Rows screw_head_stiffness (N/mm) of each screw: a force along the screw's axis (component axial: pull-out without
/// failure), across it along the vertebra's axis (cephalocaudal: toggling) and across both (mediolateral), over the
/// displacement of the head in its direction that goes beyond the rigid motion of the vertebra's body (least squares
/// over its nodes). What is attached to the head counts. Of the tangent: nothing slips or yields. Collective.
std::vector<ResultRow> screw_stiffness_rows(const Model &model, EquilibriumSolver &solver, const StepContext &context);
} // namespace lumbarfem
