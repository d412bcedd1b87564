/// Predicts a load step of the accurate model by solving it with the quick element on the same cells.
#pragma once

#include "solver/model.h"

namespace lumbarfem
{
/// Q1/P0 on the same cells has an eighth of the nodes and a factorisation thirty times cheaper: it walks the load path
/// in as many small steps as it needs, and its increment, interpolated tri-linearly, is the starting point of Newton's
/// method on Q2/P1disc, which then takes the whole step at once. The result does not depend on it: only the number of
/// iterations does.
class QuickPredictor
{
public:
  /// Both models are of the same study and were partitioned alike.
  QuickPredictor(Model &quick, const Model &accurate, EquilibriumSettings settings);

  /// A stage begins at a load factor, at which the quick model stands.
  void begin(double load_factor);
  /// Walks the quick model from one factor of a stage to another; false when it could not (its state is then where it
  /// was). When the accurate model went on without it, it catches up first. Collective.
  bool advance(const EquilibriumSolver::Stage &stage, double from, double to);
  /// Adds the last advance's increment to a state and the mixed pressures of the accurate model.
  void add_increment(State &state, std::vector<double> &pressures) const;
  /// Back to before the last advance().
  void step_back();

  struct Memory {
    State state;
    std::vector<double> pressures;
    Memories memories; ///< of the contributions
  };
  Memory save() const;
  void restore(const Memory &memory);
  int total_newton() const { return solver_.total_newton(); }

private:
  Model &quick_;
  const Model &accurate_;
  EquilibriumSolver solver_;
  int n_accurate_field_, n_pressure_;
  /// Quick nodes and weights of each node of the accurate field.
  std::vector<std::vector<std::pair<int, double>>> weights_;
  Memory before_;
  double done_ = 0, done_before_ = 0; ///< load factors of the quick model now and before the last advance()

  bool walk(const EquilibriumSolver::Stage &stage, double to);
};
} // namespace lumbarfem
