/// Least-squares rigid motion of a set of nodes (Kabsch 1976, SVD) and Cardan angles.
#pragma once

#include "solver/attachment.h"

namespace lumbarfem
{
struct RigidMotion {
  Matrix3 rotation = Matrix3::Identity();
  Vector3 reference_centre = Vector3::Zero(), centre = Vector3::Zero();
  double rms_mm = 0; ///< what is left after the fit
  Vector3 apply(const Vector3 &reference) const { return centre + rotation * (reference - reference_centre); }
};

RigidMotion fit_rigid_motion(const Discretization &field, const std::vector<int> &nodes, const State &state);
/// The same for plain points.
RigidMotion fit_rigid_motion(const std::vector<Vector3> &reference, const std::vector<Vector3> &current);

/// Cardan angles (rad) about x (flexion), y (lateral bending), z (axial rotation) in this order:
/// R = Rx(a) Ry(b) Rz(c).
Vector3 cardan_angles(const Matrix3 &rotation);
Matrix3 rotation_from_cardan(const Vector3 &angles);
} // namespace lumbarfem
