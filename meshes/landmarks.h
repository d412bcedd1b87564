/// Landmarks of the measured subject carried over to the vertebrae of a parametric spine.
#pragma once

#include "meshes/spine_geometry.h"

namespace lumbarfem
{
/// Place of a landmark on a vertebra of the model, in the vertebra's frame (left, posterior, superior; mm). @p
/// measured: its place in the same frame of the "male subject", whose landmarks ship with the program. The posterior
/// height scales the vertical coordinate. In front of the posterior wall the depth scales the sagittal one; behind it
/// the canal's depth does, and behind the canal distances are kept. The lateral coordinate follows the body's width;
/// at the arch it follows the distance of the pedicles up to these and the body's width beyond. The identity for the
/// male subject.
Vector3 landmark_position(const SpineGeometry &geometry, Level level, const Vector3 &measured);
} // namespace lumbarfem
