/// Sagittal posture: inclination of the endplates, lordosis, pelvis, place of the trunk.
#pragma once

#include "postprocess/measures/measure_rows.h"
#include "solver/model.h"
#include "solver/rigid_fit.h"

namespace lumbarfem
{
/// Forward inclination (deg) of an endplate in the sagittal plane, from its normal that points upward; LPS axes.
double inclination_deg(const Vector3 &upward_normal);

/// sagittal_angle and sagittal_offset at @p state, whose motions are @p motions (vertebral_motions). Angles are those
/// of the projections on the sagittal plane of the mesh's axes (Vialle et al. 2005, J Bone Joint Surg Am 87:260).
void add_posture(const Model &model, const State &state, const std::vector<RigidMotion> &motions, MeasureRows &rows);
} // namespace lumbarfem
