#include "solver/rigid_fit.h"

namespace lumbarfem
{
RigidMotion fit_rigid_motion(const std::vector<Vector3> &reference, const std::vector<Vector3> &current)
{
  RigidMotion motion;
  const double n = static_cast<double>(reference.size());
  for (std::size_t k = 0; k < reference.size(); ++k) {
    motion.reference_centre += reference[k] / n;
    motion.centre += current[k] / n;
  }
  Matrix3 correlation = Matrix3::Zero();
  for (std::size_t k = 0; k < reference.size(); ++k)
    correlation += (current[k] - motion.centre) * (reference[k] - motion.reference_centre).transpose();
  const Eigen::JacobiSVD<Matrix3> svd(correlation, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Matrix3 sign = Matrix3::Identity();
  sign(2, 2) = (svd.matrixU() * svd.matrixV().transpose()).determinant() < 0 ? -1 : 1;
  motion.rotation = svd.matrixU() * sign * svd.matrixV().transpose();
  double sum = 0;
  for (std::size_t k = 0; k < reference.size(); ++k)
    sum += (current[k] - motion.apply(reference[k])).squaredNorm();
  motion.rms_mm = std::sqrt(sum / n);
  return motion;
}

RigidMotion fit_rigid_motion(const Discretization &field, const std::vector<int> &nodes, const State &state)
{
  std::vector<Vector3> reference, current;
  reference.reserve(nodes.size());
  current.reserve(nodes.size());
  for (const int node : nodes) {
    reference.push_back(field.node_position[node]);
    current.push_back(field.node_position[node] + Vector3(state[3 * node], state[3 * node + 1], state[3 * node + 2]));
  }
  return fit_rigid_motion(reference, current);
}

Vector3 cardan_angles(const Matrix3 &r)
{
  return {std::atan2(-r(1, 2), r(2, 2)), std::asin(std::max(-1., std::min(1., r(0, 2)))),
          std::atan2(-r(0, 1), r(0, 0))};
}

Matrix3 rotation_from_cardan(const Vector3 &angles)
{
  return (Eigen::AngleAxisd(angles[0], Vector3::UnitX()) * Eigen::AngleAxisd(angles[1], Vector3::UnitY()) *
          Eigen::AngleAxisd(angles[2], Vector3::UnitZ()))
      .toRotationMatrix();
}
} // namespace lumbarfem
