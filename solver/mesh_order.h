/// States in an order that does not depend on how the mesh was dealt out to the ranks.
#pragma once

#include "solver/assembly_sink.h"
#include "solver/discretization.h"

namespace lumbarfem
{
/// Nodes in the order in which the cells of the mesh name them first, then the extra blocks in theirs. An
/// empty state stays so.
State to_mesh_order(const Discretization &field, const State &state);
/// The inverse. @p saved may come from a run with another number of ranks; std::logic_error when it is not of this
/// field.
State from_mesh_order(const Discretization &field, const State &saved);
} // namespace lumbarfem
