/// A study's model -> what other programs are told of it.
#pragma once

#include "cases/study.h"
#include "postprocess/export/export_model.h"
#include "solver/model.h"

namespace lumbarfem
{
/// @p unsolved, @p n_unknowns: of build_unsolved_model() or build_model() on one rank. Its notes name what no format
/// can hold (muscles, rotations as loads, rounded edges ...); what a single format cannot hold, its writer says.
ExportModel describe_for_export(const Study &study, const Model &model, int n_unknowns);

/// Adds the facet joints to @p result: two layers of solids a joint, attached to the bones that carry the facets.
void add_joints_for_export(const Study &study, const Model &model, ExportModel &result);
/// Adds the steps of the study's plan and the loaded nodes to @p result.
void add_steps_for_export(const Study &study, const Model &model, ExportModel &result);

/// A new node of @p result with the displacement of an attached point; its number.
int add_attachment(const std::string &name, const AttachedPoint &point, ExportModel &result);
} // namespace lumbarfem
