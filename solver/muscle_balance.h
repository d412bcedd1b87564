/// The moments of weights and muscles about the discs.
#pragma once

#include "solver/dead_forces.h"
#include "solver/model.h"
#include "solver/muscle_optimisation.h"
#include "solver/muscles.h"

namespace lumbarfem
{
/// Three equations a disc, from cranial to caudal (moments about x, y, z through the disc's current centre, on the part
/// above), of the full weights and of the fascicles that cross it.
MuscleProblem muscle_problem(const Model &model, const State &state);
/// Forces that balance the weights at a state; throws UserError with the level and the missing moment.
std::vector<double> find_muscle_forces(const Model &model, const State &state);
} // namespace lumbarfem
