/// Weighted statistics of values spread over the ranks; the results do not depend on the partition.
#pragma once

#include <mpi.h>

#include <cstddef>
#include <vector>

namespace lumbarfem
{
/// Values with weights (volumes in mm3, areas in mm2).
class WeightedSamples
{
public:
  void add(double value, double weight) { pairs_.push_back({value, weight}); }
  bool empty() const { return pairs_.empty(); }
  std::size_t size() const { return pairs_.size(); }
  /// Every rank gets the samples of all ranks, sorted by value and weight; collective.
  void gather(MPI_Comm communicator);
  /// Sorts without communication.
  void sort();

  /// The following need sorted samples and at least one of them.
  double mean() const;
  double minimum() const { return pairs_.front().value; }
  double maximum() const { return pairs_.back().value; }
  /// @p share 0 .. 1. Each sample stands at the middle of its own weight in the cumulated weight; linear in between,
  /// the extreme samples beyond.
  double percentile(double share) const;
  double total_weight() const;
  /// Share of the weight of samples with value > @p limit.
  double share_above(double limit) const;

private:
  struct Pair {
    double value, weight;
  };
  std::vector<Pair> pairs_;
};

/// Sums of all ranks in place; collective.
void sum_over_ranks(std::vector<double> &values, MPI_Comm communicator);
} // namespace lumbarfem
