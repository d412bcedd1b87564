/// Landmarks of the measured subject carried over to the vertebrae of a parametric spine.
#pragma once

#include "meshes/spine_geometry.h"

namespace lumbarfem
{
/// Place of a landmark on a vertebra of the model, in the vertebra's frame (left, posterior, superior; mm). @p
/// measured: its place in the same frame of the "male subject", whose landmarks ship with the program. Widths scale the
/// lateral coordinate, the posterior height the vertical one; in front of the posterior wall depths scale the sagittal
/// one, behind it distances from the wall are kept. The identity for the male subject.
Vector3 landmark_position(const SpineGeometry &geometry, Level level, const Vector3 &measured);
} // namespace lumbarfem
