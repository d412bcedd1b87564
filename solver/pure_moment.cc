#include "solver/pure_moment.h"

namespace lumbarfem
{
PureMoment::PureMoment(const Discretization &field, std::vector<int> nodes, int axis, int multiplier_block)
    : Contribution("applied_moment", Role::load), field_(field), nodes_(std::move(nodes)), axis_(axis),
      multiplier_block_(multiplier_block)
{
}

void PureMoment::set_moment(double moment_Nmm)
{
  moment_Nmm_ = moment_Nmm;
  target_.reset();
}

void PureMoment::set_rotation(double angle, AngleMeasure measure)
{
  target_ = angle;
  measure_ = std::move(measure);
}

double PureMoment::moment(const State &state) const { return target_ ? state[3 * multiplier_block_] : moment_Nmm_; }

Matrix3 PureMoment::rotation(const State &state) const { return fit_rigid_motion(field_, nodes_, state).rotation; }

double PureMoment::angle(const State &state, const Matrix3 &neutral) const
{
  return cardan_angles(rotation(state) * neutral.transpose())[axis_];
}

std::vector<std::vector<int>> PureMoment::couplings() const
{
  std::vector<int> blocks = nodes_;
  if (multiplier_block_ >= 0)
    blocks.push_back(multiplier_block_);
  return {blocks};
}

void PureMoment::assemble(const State &state, AssemblySink &sink, bool tangent) const
{
  const int n = static_cast<int>(nodes_.size());
  std::vector<Vector3> r(n);
  Vector3 centre = Vector3::Zero();
  for (int k = 0; k < n; ++k) {
    const int node = nodes_[k];
    r[k] = field_.node_position[node] + Vector3(state[3 * node], state[3 * node + 1], state[3 * node + 2]);
    centre += r[k] / n;
  }
  Matrix3 inertia = Matrix3::Zero();
  for (Vector3 &x : r) {
    x -= centre;
    inertia += x.squaredNorm() * Matrix3::Identity() - x * x.transpose();
  }
  const Matrix3 inverse = inertia.inverse();
  const Vector3 unit = inverse * Vector3::Unit(axis_);
  const double size = moment(state);

  std::vector<int> blocks = nodes_;
  if (multiplier_block_ >= 0)
    blocks.push_back(multiplier_block_);
  const int n_rows = 3 * static_cast<int>(blocks.size());
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::VectorXd residual = Eigen::VectorXd::Zero(n_rows);
  for (int k = 0; k < n; ++k)
    residual.segment<3>(3 * k) = -size * unit.cross(r[k]);
  RowMajor matrix;
  if (tangent) {
    matrix = RowMajor::Zero(n_rows, n_rows);
    // d(I) w for a displacement of node l: (2 r.d w - d (r.w) - r (d.w)) per unit d; the centroid's share cancels in
    // the sum because sum r = 0.
    const Matrix3 spin = cross_matrix(unit);
    std::vector<Matrix3> d_unit(n);
    for (int l = 0; l < n; ++l)
      d_unit[l] =
          -inverse * (2 * unit * r[l].transpose() - r[l].dot(unit) * Matrix3::Identity() - r[l] * unit.transpose());
    for (int k = 0; k < n; ++k) {
      const Matrix3 arm = cross_matrix(r[k]);
      for (int l = 0; l < n; ++l) {
        Matrix3 block = -arm * d_unit[l] - spin / n;
        if (k == l)
          block += spin;
        matrix.block<3, 3>(3 * k, 3 * l) = -size * block;
      }
    }
    matrix = (0.5 * (matrix + matrix.transpose())).eval();
  }
  if (multiplier_block_ >= 0) {
    const int row = 3 * n;
    for (int i = 0; i < 3; ++i) {
      const bool is_multiplier = i == 0 && target_;
      if (is_multiplier)
        residual(row) = -(measure_(state) - *target_);
      else
        residual(row + i) = state[3 * multiplier_block_ + i]; // unused unknowns stay at zero
      if (!tangent)
        continue;
      if (is_multiplier) {
        for (int k = 0; k < n; ++k) {
          const Vector3 gradient = -unit.cross(r[k]);
          matrix.block<1, 3>(row, 3 * k) = gradient.transpose();
          matrix.block<3, 1>(3 * k, row) = gradient;
        }
      } else
        matrix(row + i, row + i) = 1;
    }
  }
  sink.add(blocks, residual.data(), tangent ? matrix.data() : nullptr);
}
} // namespace lumbarfem
