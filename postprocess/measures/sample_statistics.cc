#include "postprocess/measures/sample_statistics.h"

#include <algorithm>

namespace lumbarfem
{
void WeightedSamples::sort()
{
  std::sort(pairs_.begin(), pairs_.end(), [](const Pair &a, const Pair &b) {
    return a.value < b.value || (a.value == b.value && a.weight < b.weight);
  });
}

void WeightedSamples::gather(MPI_Comm communicator)
{
  int n_ranks = 1;
  MPI_Comm_size(communicator, &n_ranks);
  if (n_ranks > 1) {
    static_assert(sizeof(Pair) == 2 * sizeof(double), "pairs are sent as plain numbers");
    const int n_own = 2 * static_cast<int>(pairs_.size());
    std::vector<int> counts(n_ranks), starts(n_ranks, 0);
    MPI_Allgather(&n_own, 1, MPI_INT, counts.data(), 1, MPI_INT, communicator);
    for (int rank = 1; rank < n_ranks; ++rank)
      starts[rank] = starts[rank - 1] + counts[rank - 1];
    std::vector<Pair> all((starts.back() + counts.back()) / 2);
    MPI_Allgatherv(pairs_.data(), n_own, MPI_DOUBLE, all.data(), counts.data(), starts.data(), MPI_DOUBLE,
                   communicator);
    pairs_ = std::move(all);
  }
  // Sorted before anything is summed: the sums then do not depend on which rank held which cell.
  sort();
}

double WeightedSamples::total_weight() const
{
  double sum = 0;
  for (const Pair &pair : pairs_)
    sum += pair.weight;
  return sum;
}

double WeightedSamples::mean() const
{
  double sum = 0;
  for (const Pair &pair : pairs_)
    sum += pair.weight * pair.value;
  return sum / total_weight();
}

double WeightedSamples::percentile(double share) const
{
  const double target = share * total_weight();
  double below = 0, last_middle = 0, last_value = pairs_.front().value;
  for (const Pair &pair : pairs_) {
    const double middle = below + pair.weight / 2;
    if (middle >= target) {
      if (&pair == &pairs_.front() || middle <= last_middle)
        return pair.value;
      return last_value + (target - last_middle) / (middle - last_middle) * (pair.value - last_value);
    }
    below += pair.weight;
    last_middle = middle;
    last_value = pair.value;
  }
  return pairs_.back().value;
}

double WeightedSamples::share_above(double limit) const
{
  double sum = 0;
  for (const Pair &pair : pairs_)
    if (pair.value > limit)
      sum += pair.weight;
  return sum / total_weight();
}

void sum_over_ranks(std::vector<double> &values, MPI_Comm communicator)
{
  MPI_Allreduce(MPI_IN_PLACE, values.data(), static_cast<int>(values.size()), MPI_DOUBLE, MPI_SUM, communicator);
}
} // namespace lumbarfem
