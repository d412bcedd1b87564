/// Follower load (Patwardhan 1999): two strands of constant tension through frictionless guides fixed to each body.
#pragma once

#include "solver/contribution.h"

namespace lumbarfem
{
/// Energy N sum |x_{k+1} - x_k| per strand with N half of the load: its gradient pulls each guide towards its
/// neighbours, its Hessian is symmetric. The tension is set from outside (preload step).
class FollowerLoad : public Contribution
{
public:
  struct Strand {
    Side side;
    std::vector<Level> levels;         ///< of each guide, from cranial to caudal
    std::vector<AttachedPoint> guides; ///< same order
  };
  explicit FollowerLoad(std::vector<Strand> strands)
      : Contribution("follower_load", Role::load), strands_(std::move(strands))
  {
  }
  /// The same strands, guided otherwise through the same nodes.
  void set_strands(std::vector<Strand> strands) { strands_ = std::move(strands); }
  /// Total load (N), shared by the strands.
  void set_load(double total_N) { load_N_ = total_N; }
  double load() const { return load_N_; }
  std::vector<double> save() const override { return {load_N_}; }
  void restore(const std::vector<double> &saved) override { load_N_ = saved.at(0); }
  /// Sum of the strands' lengths times their share of one newton: -dE/dN.
  double mean_length(const State &state) const;

  std::vector<std::vector<int>> couplings() const override;
  void assemble(const State &state, AssemblySink &sink, bool tangent) const override;
  double energy(const State &state) const override { return load_N_ * mean_length(state); }
  std::vector<WorkPair> work_pairs(const State &state) const override { return {{load_N_, -mean_length(state)}}; }
  std::vector<LineSegment> lines(const State &state) const override;
  const std::vector<Strand> &strands() const { return strands_; }

private:
  std::vector<Strand> strands_;
  double load_N_ = 0;
};
} // namespace lumbarfem
