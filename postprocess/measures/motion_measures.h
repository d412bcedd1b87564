/// Motion of the vertebrae: rotation of each level and of the whole spine, change of the discs' heights.
#pragma once

#include "postprocess/measures/measure_rows.h"
#include "postprocess/measures/spine_measures.h"
#include "solver/rigid_fit.h"

namespace lumbarfem
{
/// Rigid motion of each vertebral body from the stress-free reference, in the order of mesh.vertebrae; an empty state
/// is the reference itself.
std::vector<RigidMotion> vertebral_motions(const Model &model, const State &state);

/// Endplate frame of a vertebra in the reference: columns x = left, y = posterior, z = normal of the superior endplate.
Matrix3 superior_endplate_axes(const VertebraFrame &vertebra);

/// Rotation of the upper relative to the lower body between two states, in the frame @p axes that is carried by the
/// lower body in the first state.
Matrix3 relative_rotation(const RigidMotion &upper_from, const RigidMotion &lower_from, const RigidMotion &upper_to,
                          const RigidMotion &lower_to, const Matrix3 &axes);

/// Cardan angle (rad) about an LPS axis by which the uppermost vertebra turns against the lowest one from one state to
/// another: the total of "rom", which the hybrid protocol prescribes.
double total_rotation(const Model &model, const State &from, const State &to, int axis);

void add_motion(const Model &model, const State &state, const MeasureReference &reference, MeasureRows &rows);
} // namespace lumbarfem
