/// The three entries of a block of unknowns as a vector.
#pragma once

#include "solver/assembly_sink.h"

namespace lumbarfem
{
inline Eigen::Map<Vector3> entries(State &state, int block) { return Eigen::Map<Vector3>(&state[3 * block]); }
inline Vector3 entries(const State &state, int block) { return Vector3(&state[3 * block]); }
} // namespace lumbarfem
