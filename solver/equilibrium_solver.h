/// Newton's method with line search and adaptive load steps.
#pragma once

#include "solver/contribution.h"
#include "solver/global_system.h"
#include "solver/solid_field.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace lumbarfem
{
/// One row of the Newton table.
struct NewtonRow {
  std::string stage, direction, protocol;
  int step, iteration;
  double load_factor, residual_N, tolerance_N, line_search, residual_slope_Nmm;
  int linear_iterations;
  bool refactored;
  int negative_pivots;
};

/// One accepted or rejected load step.
struct StepReport {
  std::string stage;
  int step = 0;
  double load_factor = 0;
  bool accepted = false;
  int newton_iterations = 0;
  double residual_N = 0, tolerance_N = 0, seconds = 0;
  std::string rejection; ///< why, in the user's words
  std::string note;      ///< what the user should know besides; mostly empty
};

struct EquilibriumSettings {
  double tolerance = 1e-6; ///< of the residual, relative to the nodal forces in play
  double load_N = 0;       ///< of the whole run: with less in play, the tolerance is relative to this
  int max_newton = 14;
  int max_cuts = 8;             ///< in a row
  int max_cuts_in_stage = 24;   ///< in all: beyond that the load path only creeps
  int refactor_iterations = 12; ///< GMRES iterations above which the factor is renewed
  bool reuse_factor = true;
};

class BodyMotion;
class QuickPredictor;

class EquilibriumSolver
{
public:
  EquilibriumSolver(const SpineMesh &mesh, const Discretization &field, SolidField &solid, Contributions &contributions,
                    GlobalSystem &system, EquilibriumSettings settings);

  /// A stage of loading: @p apply sets all loads for a factor 0 .. 1; @p first_step its first increment.
  struct Stage {
    std::string name, direction, protocol; ///< the last two only label the Newton table
    std::function<void(double)> apply;
    double first_step = 0.25;
    double largest_step = 1;
    double from = 0, to = 1; ///< part of the stage to be walked
    /// Where the predictor stands when the stage begins; it walks to `from` by itself.
    std::optional<double> predictor_from = {};
    std::vector<double> waypoints;     ///< load factors, rising, that no step may pass by
    std::function<bool()> should_stop; ///< asked between Newton iterations; ends the step without convergence
  };
  /// Every step is predicted by it when set, else by extrapolation of the last one.
  void set_predictor(QuickPredictor *predictor) { predictor_ = predictor; }
  /// Corrections and extrapolations turn the bodies instead of stretching them when set.
  void set_body_motion(const BodyMotion *bodies) { bodies_ = bodies; }
  /// Runs a stage, calling @p on_step after every accepted step with its load factor and the next increment, and
  /// @p on_report after every step.
  /// Throws NotConverged with the culprit in words; the state is then the last good one. Passes OutOfMemory on: smaller
  /// load steps need no less memory.
  void run(const Stage &stage, const std::function<void(double done, double next_increment)> &on_step,
           const std::function<void(const StepReport &)> &on_report);

  State &state() { return state_; }
  const State &state() const { return state_; }
  const std::vector<NewtonRow> &newton_table() const { return table_; }
  int total_newton() const { return static_cast<int>(table_.size()); }
  int total_cuts() const { return total_cuts_; }
  /// Number of the last step, counted over all stages.
  int step() const { return step_; }
  void set_step(int step) { step_ = step; }
  /// Residual and reactions at the present state without tangent; false when an element is inverted.
  bool evaluate(bool tangent);
  /// Displacements with which the present state, an equilibrium, answers to a small force (N) on a block: those of its
  /// tangent. The state stays what it is. @p refactor: needed once a state. Collective.
  State response(int block, const Vector3 &force_N, bool refactor);

private:
  /// The same with the loads of @p add, which the first rank adds.
  bool evaluate(bool tangent, const std::function<void()> &add);
  struct StepHistory {
    double done = 0, previous_increment = 0;
    State last, before; ///< at `done` and one step earlier
    std::vector<double> last_pressures, pressures_before;
    /// Of the predictor: its guess of the step on the way, what Newton's method had to add to its last one, and the
    /// share of that to be expected again (from one defect to the next).
    State guess, defect;
    std::vector<double> guess_pressures, defect_pressures;
    double defect_share = 0.6;
    /// @p n_field: unknowns of the displacement field, which come first.
    void accept(const State &state, const std::vector<double> &pressures, double target, std::size_t n_field);
  };
  /// Gives the system the stiffness inside bone, if it wants it.
  void collect_bone();
  enum class Prediction { none, extrapolated, solved };
  /// Sets the loads of @p target and moves the state towards it, by the predictor or along the last step.
  Prediction predict(const Stage &stage, StepHistory &history, double target);
  /// Moves the state and the mixed pressures along a correction.
  void move(const State &correction, const std::vector<double> &pressure_correction, double size);
  /// Newton at fixed loads; empty string when converged, else the reason.
  std::string equilibrate(const Stage &stage, double factor, bool is_end_of_stage, StepReport &report);
  /// The correction at the present state, with a new factor where an old one does not do.
  LinearSolveReport solve(State &correction, bool refactor, double tolerance, StepReport &report);
  /// Moves along a correction by the share that lowers the energy or the residual; its size, slope and the residual
  /// go into @p row (size 0: none was found). Returns whether the tangent was assembled at the new state.
  bool line_search(const State &correction, bool may_ascend, NewtonRow &row);
  /// Checks the stability of a converged state with its own tangent and corrects it once more, which is kept when it
  /// lowers the residual: what equilibrium makes zero is then zero to rounding, whatever the number of ranks.
  std::string finish(double &residual, StepReport &report);
  /// Residual that counts as balanced at the present state.
  double tolerance_N();
  int n_multipliers() const;
  /// Slope of the mixed residual along a direction: (R + G (p_mixed - p_exact)) . direction.
  double mixed_slope(const State &direction) const;
  std::string describe_inversion() const;
  std::string describe_worst_element() const;

  const SpineMesh &mesh_;
  const Discretization &field_;
  SolidField &solid_;
  QuickPredictor *predictor_ = nullptr;
  const BodyMotion *bodies_ = nullptr;
  Contributions &contributions_;
  GlobalSystem &system_;
  EquilibriumSettings settings_;
  State state_;
  std::vector<NewtonRow> table_;
  int total_cuts_ = 0, step_ = 0;
  struct Inversion {
    int cell = -1;
    double jacobian = 1;
  } inversion_;
};
} // namespace lumbarfem
