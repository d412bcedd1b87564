/// Work of the loads over the load steps by the trapezoidal rule.
#pragma once

#include "postprocess/result_row.h"
#include "solver/model.h"

namespace lumbarfem
{
/// Of all contributions that do work from outside: moment, follower load, compression, weights and muscles. Copies are
/// kept to go back to an earlier state.
class ExternalWork
{
public:
  /// What was done before the first step (mJ), for instance the energy of an installation.
  void start_from(double work_mJ) { record_.total_mJ = work_mJ; }
  /// Without work: where the loads stand at a state.
  void look(const Model &model, const State &state);
  /// Adds the work between the last state and this one.
  void add_step(const Model &model, const State &state);
  double total_mJ() const { return record_.total_mJ; }
  ResultRow row(const StepContext &context) const;

  struct Record {
    double total_mJ = 0;
    std::vector<double> forces = {}, ways = {}; ///< of each WorkPair at the last state; empty before the first look
  };
  const Record &record() const { return record_; }
  /// Goes on from what another run has come to.
  void resume(Record record) { record_ = std::move(record); }

private:
  Record record_;
};
} // namespace lumbarfem
