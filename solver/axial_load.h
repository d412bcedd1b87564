/// Compression along an axis fixed in space, given or found from a prescribed displacement, with guided or free ends.
#pragma once

#include "solver/contribution.h"

#include <optional>

namespace lumbarfem
{
/// The force F (N, compression positive) acts against the axis in equal shares on the nodes: a dead load with the
/// potential F (axis . mean u), so that it adds no stiffness.
///
/// Guided, as in a testing machine whose potted ends neither tilt nor shift: the means of u across the axis and the
/// mean rotation J^-1 sum r x u of the nodes (r from their centroid, J = sum (r.r 1 - r r^T), both in the reference)
/// are held at zero by five multipliers. For a body that moves rigidly this is exactly no rotation. With a prescribed
/// displacement the force is a sixth multiplier. The multipliers take the components of two extra blocks: forces (N)
/// along the two transverse directions and the axis, moments (N mm) about LPS axes.
class AxialLoad : public Contribution
{
public:
  /// @p axis: unit vector, upward. @p multiplier_block: the first of two extra blocks.
  AxialLoad(const Discretization &field, std::vector<int> nodes, const Vector3 &axis, bool is_guided,
            int multiplier_block);
  void set_force(double force_N);
  /// @p displacement_mm: further approach of the nodes against the axis than in the state with @p neutral_mm.
  void set_displacement(double displacement_mm, double neutral_mm);
  /// The acting compression (N).
  double force(const State &state) const;
  /// Mean displacement of the nodes against the axis (mm): positive in compression.
  double displacement(const State &state) const;
  bool is_guided() const { return is_guided_; }
  /// Sizes of the transverse force (N) and of the moment (N mm) that the guide takes up.
  struct Guide {
    double force_N = 0, moment_Nmm = 0;
  };
  Guide guide(const State &state) const;

  std::vector<std::vector<int>> couplings() const override;
  void assemble(const State &state, AssemblySink &sink, bool tangent) const override;
  /// Potential of the load and work of the multipliers on their constraints (N mm).
  double energy(const State &state) const override;
  std::vector<WorkPair> work_pairs(const State &state) const override { return {{force(state), displacement(state)}}; }
  bool has_multiplier_blocks() const override { return true; }
  /// The force; what is displaced is told anew.
  std::vector<double> save() const override { return {force_N_}; }
  void restore(const std::vector<double> &saved) override { set_force(saved.at(0)); }
  int n_multipliers() const override { return (is_guided_ ? 5 : 0) + (target_mm_ ? 1 : 0); }

private:
  using Vector6d = Eigen::Matrix<double, 6, 1>;
  /// Derivative of the six means (transverse, transverse, axial displacement; rotation) by a node's displacement.
  Eigen::Matrix<double, 6, 3> gradient(std::size_t k) const;
  Vector6d means(const State &state) const;
  /// What each mean is held at; only the active ones count.
  Vector6d targets() const;
  bool is_active(int component) const { return component == 2 ? target_mm_.has_value() : is_guided_; }

  const Discretization &field_;
  std::vector<int> nodes_;
  Matrix3 axes_; ///< rows: two transverse directions and the axis
  bool is_guided_;
  int multiplier_block_;
  std::vector<Vector3> arms_;
  Matrix3 inverse_inertia_;
  double force_N_ = 0;
  std::optional<double> target_mm_; ///< mean of u along the axis
};
} // namespace lumbarfem
