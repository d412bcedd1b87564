#include "solver/axial_load.h"

#include <cmath>

namespace lumbarfem
{
AxialLoad::AxialLoad(const Discretization &field, std::vector<int> nodes, const Vector3 &axis, bool is_guided,
                     int multiplier_block)
    : Contribution("axial_load", Role::load), field_(field), nodes_(std::move(nodes)), is_guided_(is_guided),
      multiplier_block_(multiplier_block)
{
  const Vector3 up = axis.normalized();
  // The patient's left, as far as it lies across the axis, and what completes the right-handed frame.
  const Vector3 left = (Vector3::UnitX() - up[0] * up).normalized();
  axes_.row(0) = left.transpose();
  axes_.row(1) = up.cross(left).transpose();
  axes_.row(2) = up.transpose();
  Vector3 centre = Vector3::Zero();
  for (const int node : nodes_)
    centre += field_.node_position[node] / static_cast<double>(nodes_.size());
  Matrix3 inertia = Matrix3::Zero();
  for (const int node : nodes_) {
    const Vector3 arm = field_.node_position[node] - centre;
    arms_.push_back(arm);
    inertia += arm.squaredNorm() * Matrix3::Identity() - arm * arm.transpose();
  }
  inverse_inertia_ = inertia.inverse();
}

void AxialLoad::set_force(double force_N)
{
  force_N_ = force_N;
  target_mm_.reset();
}

void AxialLoad::set_displacement(double displacement_mm, double neutral_mm)
{
  target_mm_ = -(neutral_mm + displacement_mm);
}

double AxialLoad::force(const State &state) const { return target_mm_ ? state[3 * multiplier_block_ + 2] : force_N_; }

double AxialLoad::displacement(const State &state) const { return -means(state)[2]; }

Eigen::Matrix<double, 6, 3> AxialLoad::gradient(std::size_t k) const
{
  Matrix3 cross;
  const Vector3 &a = arms_[k];
  cross << 0, -a[2], a[1], a[2], 0, -a[0], -a[1], a[0], 0;
  Eigen::Matrix<double, 6, 3> result;
  result.topRows<3>() = axes_ / static_cast<double>(nodes_.size());
  result.bottomRows<3>() = inverse_inertia_ * cross;
  return result;
}

AxialLoad::Vector6d AxialLoad::means(const State &state) const
{
  Vector6d sum = Vector6d::Zero();
  for (std::size_t k = 0; k < nodes_.size(); ++k)
    sum += gradient(k) * Vector3(&state[3 * static_cast<std::size_t>(nodes_[k])]);
  return sum;
}

AxialLoad::Vector6d AxialLoad::targets() const
{
  Vector6d result = Vector6d::Zero();
  result[2] = target_mm_.value_or(0);
  return result;
}

AxialLoad::Guide AxialLoad::guide(const State &state) const
{
  if (!is_guided_)
    return {};
  const double *values = &state[3 * static_cast<std::size_t>(multiplier_block_)];
  return {std::hypot(values[0], values[1]), Vector3(values + 3).norm()};
}

double AxialLoad::energy(const State &state) const
{
  const Vector6d mean = means(state), gap = mean - targets();
  double energy = target_mm_ ? 0 : force_N_ * mean[2];
  for (int i = 0; i < 6; ++i) {
    const double multiplier = state[3 * multiplier_block_ + i];
    energy += is_active(i) ? multiplier * gap[i] : 0.5 * multiplier * multiplier; // unused unknowns stay at zero
  }
  return energy;
}

std::vector<std::vector<int>> AxialLoad::couplings() const
{
  std::vector<std::vector<int>> result;
  for (const int node : nodes_)
    result.push_back({node, multiplier_block_, multiplier_block_ + 1});
  return result;
}

void AxialLoad::assemble(const State &state, AssemblySink &sink, bool tangent) const
{
  using RowMajor9 = Eigen::Matrix<double, 9, 9, Eigen::RowMajor>;
  using RowMajor6 = Eigen::Matrix<double, 6, 6, Eigen::RowMajor>;
  Vector6d multipliers = Vector6d::Zero();
  for (int i = 0; i < 6; ++i)
    if (is_active(i))
      multipliers[i] = state[3 * multiplier_block_ + i];
  Vector6d loads = multipliers;
  if (!target_mm_)
    loads[2] = force_N_;
  for (std::size_t k = 0; k < nodes_.size(); ++k) {
    const Eigen::Matrix<double, 6, 3> slope = gradient(k);
    Eigen::Matrix<double, 9, 1> residual = Eigen::Matrix<double, 9, 1>::Zero();
    residual.head<3>() = slope.transpose() * loads;
    RowMajor9 matrix = RowMajor9::Zero();
    for (int i = 0; tangent && i < 6; ++i)
      if (is_active(i)) {
        matrix.block<1, 3>(3 + i, 0) = slope.row(i);
        matrix.block<3, 1>(0, 3 + i) = slope.row(i).transpose();
      }
    sink.add({nodes_[k], multiplier_block_, multiplier_block_ + 1}, residual.data(), tangent ? matrix.data() : nullptr);
  }
  const Vector6d gap = means(state) - targets();
  Vector6d residual;
  RowMajor6 matrix = RowMajor6::Zero();
  for (int i = 0; i < 6; ++i) {
    residual[i] = is_active(i) ? gap[i] : state[3 * multiplier_block_ + i];
    matrix(i, i) = is_active(i) ? 0 : 1;
  }
  sink.add({multiplier_block_, multiplier_block_ + 1}, residual.data(), tangent ? matrix.data() : nullptr);
}
} // namespace lumbarfem
