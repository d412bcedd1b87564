/// Work of the loads over the load steps by the trapezoidal rule.
#pragma once

#include "postprocess/result_row.h"
#include "solver/model.h"

namespace lumbarfem
{
/// Moment, follower load, compression, weights and muscles. Copies are kept to go back to an earlier state.
class ExternalWork
{
public:
  /// What was done before the first step (mJ), for instance the energy of an installation.
  void start_from(double work_mJ) { total_mJ_ = work_mJ; }
  /// Without work: where the follower load and the compression stand at a state.
  void look(const Model &model, const State &state);
  /// Adds the work between the last state and this one. @p neutral: rotation that the moment's angle is counted from;
  /// null while no moment acts.
  void add_step(const Model &model, const State &state, const Matrix3 *neutral);
  double total_mJ() const { return total_mJ_; }
  ResultRow row(const StepContext &context) const;

private:
  double total_mJ_ = 0;
  double moment_ = 0, angle_ = 0, load_ = 0, length_ = 0, force_ = 0, approach_ = 0; ///< at the last state
  std::vector<double> pulls_, ways_; ///< weights and muscles: force and displacement in its sense
};
} // namespace lumbarfem
