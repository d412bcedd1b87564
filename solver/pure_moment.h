/// Pure moment on a vertebra, fixed in space, given or found from a prescribed rotation.
#pragma once

#include "solver/contribution.h"
#include "solver/rigid_fit.h"

#include <functional>
#include <optional>

namespace lumbarfem
{
/// The couple m is spread over nodes as f_i = (I^-1 m) x r_i with r_i from the nodes' current centroid and
/// I = sum (r.r 1 - r r^T): no resultant force, moment exactly m in every configuration, no stiffness. The tangent is
/// unsymmetric; its symmetric part is used, so that the converged state is exact and the matrix stays symmetric.
///
/// With a prescribed rotation the moment's size is an unknown (first component of one extra block, N mm) and the added
/// equation is measured angle = target. What is measured is given from outside, so that it is the very rotation that is
/// reported. Its derivative is taken as that of the loaded nodes' rotation, which keeps the matrix symmetric: the two
/// differ by what the bone deforms, less than a hundredth, and by that factor the constraint's error falls in each
/// Newton iteration.
class PureMoment : public Contribution
{
public:
  /// @p axis 0, 1 or 2 in LPS. @p multiplier_block: -1 when the moment is always given.
  PureMoment(const Discretization &field, std::vector<int> nodes, int axis, int multiplier_block);
  /// Load control: moment about the axis (N mm).
  void set_moment(double moment_Nmm);
  /// Angle about the axis that a state has turned by (rad).
  using AngleMeasure = std::function<double(const State &)>;
  /// Rotation control: target of a measured angle (rad).
  void set_rotation(double angle, AngleMeasure measure);
  bool is_rotation_controlled() const { return target_.has_value(); }
  /// The acting moment (N mm).
  double moment(const State &state) const;
  /// Cardan angle about the axis of the loaded nodes relative to a neutral rotation of them (rad): the moment does work
  /// on it.
  double angle(const State &state, const Matrix3 &neutral) const;
  Matrix3 rotation(const State &state) const;
  /// Rotation of the loaded nodes from which the moment does work; none while no moment acts.
  void set_neutral(std::optional<Matrix3> neutral) { neutral_ = std::move(neutral); }
  int axis() const { return axis_; }
  void set_axis(int axis) { axis_ = axis; }

  std::vector<std::vector<int>> couplings() const override;
  void assemble(const State &state, AssemblySink &sink, bool tangent) const override;
  bool has_multiplier_blocks() const override { return multiplier_block_ >= 0; }
  int n_multipliers() const override { return target_ ? 1 : 0; }
  std::vector<WorkPair> work_pairs(const State &state) const override
  {
    return {{moment(state), neutral_ ? angle(state, *neutral_) : 0}};
  }

private:
  const Discretization &field_;
  std::vector<int> nodes_;
  int axis_, multiplier_block_;
  double moment_Nmm_ = 0;
  std::optional<double> target_;
  AngleMeasure measure_;
  std::optional<Matrix3> neutral_;
};
} // namespace lumbarfem
