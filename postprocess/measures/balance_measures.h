/// Free-body cuts through the discs and the strain energy by tissue.
#pragma once

#include "postprocess/measures/measure_rows.h"
#include "postprocess/measures/motion_measures.h"
#include "solver/model.h"

namespace lumbarfem
{
/// Force (N) and moment about a point (N mm), acting on the part above a cut.
struct Wrench {
  Vector3 force = Vector3::Zero(), moment = Vector3::Zero();
};

struct FreeBodyCut {
  Vector3 centre = Vector3::Zero();   ///< current centre of the disc
  Matrix3 axes = Matrix3::Identity(); ///< current axes of the disc: left, posterior, upward
  Wrench through_disc; ///< what the part above passes down to the disc: internal nodal forces of the disc's cells
  Wrench applied;      ///< loads above the cut, and followers and implants that cross it
  Vector3 axis() const { return axes.col(2); }
  double axial_compression_N() const { return -through_disc.force.dot(axis()); }
};

/// One entry a disc; collective.
std::vector<FreeBodyCut> free_body_cuts(const Model &model, const State &state,
                                        const std::vector<RigidMotion> &motions);

/// Forces of all contributions (N) on every block, complete on every rank; collective.
State contribution_forces(const Model &model, const State &state);
/// Resultant of nodal forces on some nodes of the field in their current places, moment about @p centre.
Wrench resultant(const Model &model, const State &state, const State &forces, const std::vector<int> &nodes,
                 const Vector3 &centre);

/// What the reactions at the fixed base and all loads from outside leave, moment about the origin: zero in equilibrium.
/// @p reaction: force of the base on the spine. Collective.
Wrench base_residual(const Model &model, const State &state, Vector3 *reaction = nullptr);

void add_balances(const Model &model, const State &state, const std::vector<FreeBodyCut> &cuts, MeasureRows &rows);
/// Strain energy by tissue and contribution; collective.
void add_energies(const Model &model, const State &state, MeasureRows &rows);
} // namespace lumbarfem
