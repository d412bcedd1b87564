/// What a run is expected to take, from the runs of docs/benchmarks.md: an estimate before anything is solved.
#pragma once

#include "cases/study.h"
#include "meshes/spine_mesh.h"

#include <optional>

namespace lumbarfem
{
/// Displacements of the mesh.
double expected_unknowns(const Study &study, const SpineMesh &mesh);
/// Bytes that a run of one variant takes at its peak on one rank.
double expected_memory(const Study &study, const SpineMesh &mesh);
/// Load steps of all stages, when none is cut and none is passed over.
int planned_steps(const Study &study);
/// Seconds of a run of one variant on one core of the machine of docs/benchmarks.md, when no load step is cut. Nothing
/// where that was not measured: the forces of muscles are searched for in several passes, the number of which is not
/// known before.
std::optional<double> expected_seconds(const Study &study, const SpineMesh &mesh);
} // namespace lumbarfem
