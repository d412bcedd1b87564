#include "solver/equilibrium_solver.h"

#include "base/user_error.h"
#include "solver/body_motion.h"
#include "solver/quick_predictor.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <utility>

namespace lumbarfem
{
namespace
{
/// The residual that a settled state may still have, over the tolerance.
constexpr double settled_factor = 30;
/// The residual that such a correction may leave, over that before it.
constexpr double settled_fall = 0.2;
/// A correction whose work is below that of the tolerance along so many millimetres leaves nothing to be done.
constexpr double settled_way_mm = 1;
double work_of_settled_step(double tolerance_N) { return tolerance_N * settled_way_mm; }

std::vector<double> difference(const std::vector<double> &a, const std::vector<double> &b)
{
  std::vector<double> result(a);
  for (std::size_t k = 0; k < result.size(); ++k)
    result[k] -= b[k];
  return result;
}
} // namespace

EquilibriumSolver::EquilibriumSolver(const SpineMesh &mesh, const Discretization &field, SolidField &solid,
                                     Contributions &contributions, GlobalSystem &system, EquilibriumSettings settings)
    : mesh_(mesh), field_(field), solid_(solid), contributions_(contributions), system_(system), settings_(settings),
      state_(system.n_unknowns(), 0.)
{
}

bool EquilibriumSolver::evaluate(bool tangent) { return evaluate(tangent, nullptr); }

State EquilibriumSolver::response(int block, const Vector3 &force_N, bool refactor)
{
  collect_bone();
  solid_.reset_pressures(state_);
  const Vector3 residual = -force_N;
  evaluate(true, [&] { system_.add({block}, residual.data(), nullptr); });
  State answer(state_.size(), 0.);
  system_.solve(answer, refactor, 1e-8);
  return answer;
}

bool EquilibriumSolver::evaluate(bool tangent, const std::function<void()> &add)
{
  const double start = MPI_Wtime();
  system_.place_bodies(state_);
  system_.begin(tangent);
  const InvertedElement inverted = solid_.assemble(state_, system_, tangent);
  if (inverted.cell < 0)
    for (std::size_t k = 0; k < contributions_.size(); ++k)
      if (static_cast<int>(k) % field_.n_ranks == field_.rank)
        contributions_[k]->assemble(state_, system_, tangent);
  if (add && field_.rank == 0)
    add();
  system_.end();
  struct {
    double jacobian;
    int rank;
  } worst{inverted.cell < 0 ? 1e300 : inverted.jacobian, field_.rank};
  MPI_Allreduce(MPI_IN_PLACE, &worst, 1, MPI_DOUBLE_INT, MPI_MINLOC, field_.communicator);
  system_.times().assembly += MPI_Wtime() - start;
  ++system_.times().n_assemblies;
  if (worst.jacobian > 1e299)
    return true;
  inversion_.jacobian = worst.jacobian;
  inversion_.cell = inverted.cell;
  MPI_Bcast(&inversion_.cell, 1, MPI_INT, worst.rank, field_.communicator);
  return false;
}

void EquilibriumSolver::collect_bone()
{
  if (!system_.needs_bone())
    return;
  const double start = MPI_Wtime();
  const State unloaded(state_.size(), 0.);
  const std::vector<double> pressures = solid_.pressures();
  solid_.reset_pressures(unloaded);
  system_.place_bodies(unloaded);
  system_.begin_bone();
  solid_.assemble(unloaded, system_, true);
  for (std::size_t k = 0; k < contributions_.size(); ++k)
    if (contributions_[k]->is_inside_bone() && static_cast<int>(k) % field_.n_ranks == field_.rank)
      contributions_[k]->assemble(unloaded, system_, true);
  solid_.pressures() = pressures;
  system_.times().assembly += MPI_Wtime() - start;
  system_.end_bone();
}

int EquilibriumSolver::n_multipliers() const
{
  int sum = 0;
  for (const auto &contribution : contributions_)
    sum += contribution->n_multipliers();
  return sum;
}

double EquilibriumSolver::mixed_slope(const State &direction) const
{
  double share = solid_.mixed_slope(state_, direction);
  MPI_Allreduce(MPI_IN_PLACE, &share, 1, MPI_DOUBLE, MPI_SUM, field_.communicator);
  return system_.dot_residual(direction) + share;
}

std::string EquilibriumSolver::describe_inversion() const
{
  std::ostringstream text;
  text << mesh_.region_of(inversion_.cell).name << ", element " << inversion_.cell
       << ", was turned inside out (volume ratio " << std::setprecision(3) << inversion_.jacobian << ")";
  return text.str();
}

std::string EquilibriumSolver::describe_worst_element() const
{
  // The element with the largest stretch: where a user looks first.
  struct {
    double stretch;
    int rank;
  } worst{0, field_.rank};
  int cell = -1;
  double volume_ratio = 1;
  solid_.sample_all(state_, [&](const PointSample &sample) {
    const Eigen::SelfAdjointEigenSolver<Matrix3> eigen(sample.F.transpose() * sample.F, Eigen::EigenvaluesOnly);
    const double largest = std::sqrt(eigen.eigenvalues()(2)),
                 least = std::sqrt(std::max(1e-12, eigen.eigenvalues()(0)));
    const double stretch = std::max(largest, 1 / least);
    if (stretch > worst.stretch)
      worst.stretch = stretch, cell = sample.cell, volume_ratio = sample.J;
  });
  MPI_Allreduce(MPI_IN_PLACE, &worst, 1, MPI_DOUBLE_INT, MPI_MAXLOC, field_.communicator);
  MPI_Bcast(&cell, 1, MPI_INT, worst.rank, field_.communicator);
  MPI_Bcast(&volume_ratio, 1, MPI_DOUBLE, worst.rank, field_.communicator);
  std::ostringstream text;
  text << "most stretched at the last good step: " << mesh_.region_of(cell).name << ", element " << cell << ", stretch "
       << std::setprecision(3) << worst.stretch << " (or its inverse), volume ratio " << volume_ratio;
  return text.str();
}

double EquilibriumSolver::tolerance_N()
{
  double scale = 0;
  for (const double reaction : system_.reactions())
    scale += reaction * reaction;
  return settings_.tolerance * std::max({1., settings_.load_N, std::sqrt(scale)});
}

std::string EquilibriumSolver::equilibrate(const Stage &stage, double factor, bool is_end_of_stage, StepReport &report)
{
  inversion_.cell = -1;
  if (!evaluate(true))
    return describe_inversion();
  double residual = system_.residual_norm();
  report.tolerance_N = tolerance_N();
  bool refactor = true, is_settled = false;
  const auto is_done = [&] {
    return residual <= report.tolerance_N || (is_settled && residual <= settled_factor * report.tolerance_N);
  };
  LinearSolveReport linear;
  State correction;
  for (int iteration = 0;; ++iteration) {
    report.residual_N = residual;
    report.newton_iterations = iteration;
    if (iteration > 0 && is_done()) {
      std::string reason;
      if (is_end_of_stage || linear.negative_pivots > n_multipliers())
        reason = finish(residual, report);
      report.residual_N = residual;
      return reason;
    }
    if (stage.should_stop) {
      int stop = stage.should_stop();
      MPI_Allreduce(MPI_IN_PLACE, &stop, 1, MPI_INT, MPI_MAX, field_.communicator);
      if (stop)
        return "stopped";
    }
    if (iteration >= settings_.max_newton)
      return "no convergence in " + std::to_string(iteration) + " Newton iterations";
    // An inexact correction is enough, most of all the last one; but a coarser one than this spoils the descent, for
    // the nearly incompressible part of the residual hides the rest.
    const double linear_tolerance = std::clamp(0.1 * report.tolerance_N / residual, system_.cheap_tolerance(), 1e-2);
    linear = solve(correction, refactor, linear_tolerance, report);
    if (linear.failed)
      return "the linear solver failed";
    NewtonRow row = {stage.name,
                     stage.direction,
                     stage.protocol,
                     step_,
                     iteration + 1,
                     factor,
                     residual,
                     report.tolerance_N,
                     0,
                     0,
                     linear.iterations,
                     linear.refactored,
                     linear.negative_pivots};
    // A prescribed rotation starts from a state in balance: its first correction carries the motion itself, and no
    // descent can be asked of it.
    const bool has_tangent = line_search(correction, iteration == 0 && n_multipliers() > 0, row);
    table_.push_back(row);
    if (row.line_search == 0)
      return inversion_.cell >= 0 ? describe_inversion() : "the line search found no descent";
    // After a full step that did so little work and took away most of the residual, what is left is of second order. (A
    // nearly singular tangent does little work, too, but converges slowly.)
    is_settled = row.line_search == 1 && row.residual_slope_Nmm <= work_of_settled_step(report.tolerance_N) &&
                 row.residual_N <= settled_fall * residual;
    refactor = system_.prefers_new_factors() || row.line_search < 1 ||
               linear.iterations > settings_.refactor_iterations || row.residual_N > 0.3 * residual;
    residual = row.residual_N;
    report.tolerance_N = tolerance_N();
    if (!has_tangent && !is_done() && !evaluate(true))
      return describe_inversion();
    inversion_.cell = -1;
  }
}

LinearSolveReport EquilibriumSolver::solve(State &correction, bool refactor, double tolerance, StepReport &report)
{
  LinearSolveReport linear = system_.solve(correction, refactor || !settings_.reuse_factor, tolerance);
  if (linear.failed && !linear.refactored)
    linear = system_.solve(correction, true, tolerance);
  if (!linear.note.empty())
    report.note = linear.note;
  return linear;
}

bool EquilibriumSolver::line_search(const State &correction, bool may_ascend, NewtonRow &row)
{
  const double slope = mixed_slope(correction), residual = row.residual_N;
  row.residual_slope_Nmm = std::abs(slope);
  const std::vector<double> pressure_correction = solid_.pressure_direction(state_, correction);
  const State start = state_;
  const std::vector<double> start_pressures = solid_.pressures();
  double size = 1;
  for (int trial = 0; trial < 7; ++trial) {
    state_ = start;
    solid_.pressures() = start_pressures;
    move(correction, pressure_correction, size);
    // The first trial usually is accepted, and its tangent is wanted unless it is the last one of the step.
    const bool with_tangent = trial == 0 && std::abs(slope) > work_of_settled_step(row.tolerance_N);
    if (!evaluate(with_tangent)) {
      size *= 0.4;
      continue;
    }
    const double next = system_.residual_norm(), next_slope = mixed_slope(correction);
    // Still going down, no steeper than at the start: a shorter step would only be a worse one. (First contact of
    // facets: nothing along the step tells yet that they will touch.)
    const bool still_descends = next_slope * slope > 0 && std::abs(next_slope) <= std::abs(slope);
    if (std::isfinite(next) &&
        (may_ascend || still_descends || std::abs(next_slope) <= 0.8 * std::abs(slope) || next < 0.9 * residual)) {
      row.line_search = size;
      row.residual_N = next;
      return with_tangent;
    }
    // Zero of the slope between 0 and the trial by its secant, kept away from both ends.
    const double secant = std::isfinite(next_slope) ? slope / (slope - next_slope) : 0.;
    size *= std::clamp(secant, 0.15, 0.6);
  }
  state_ = start;
  solid_.pressures() = start_pressures;
  return false;
}

std::string EquilibriumSolver::finish(double &residual, StepReport &report)
{
  if (!evaluate(true))
    return describe_inversion();
  State correction;
  const LinearSolveReport linear = solve(correction, true, 1e-5, report);
  if (linear.failed)
    return "the linear solver failed";
  // The coarse system in single precision may see a pivot on the wrong side of zero; the whole one decides.
  if (linear.negative_pivots > n_multipliers()) {
    const int pivots = system_.count_negative_pivots();
    if (pivots < 0 || pivots > n_multipliers())
      return "the equilibrium is unstable (" +
             (pivots < 0 ? "singular tangent"
                         : std::to_string(pivots - n_multipliers()) + " negative pivots of the tangent") +
             ")";
  }
  const State start = state_;
  const std::vector<double> start_pressures = solid_.pressures();
  move(correction, solid_.pressure_direction(state_, correction), 1);
  const double next = evaluate(false) ? system_.residual_norm() : std::nan("");
  if (next < residual) {
    residual = next;
    return "";
  }
  state_ = start;
  solid_.pressures() = start_pressures;
  evaluate(false);
  return "";
}

void EquilibriumSolver::StepHistory::accept(const State &state, const std::vector<double> &pressures, double target,
                                            std::size_t n_field)
{
  if (!guess.empty()) {
    State now = difference(state, guess);
    if (!defect.empty()) {
      const double scale = (target - done) / previous_increment;
      double product = 0, square = 0;
      for (std::size_t k = 0; k < n_field; ++k) // not the extra unknowns: they have other units
        product += now[k] * defect[k], square += defect[k] * defect[k];
      if (square > 0)
        defect_share = std::clamp(product / (scale * square), 0., 1.);
    }
    defect = std::move(now);
    defect_pressures = difference(pressures, guess_pressures);
    guess.clear();
  } else
    defect.clear();
  before = std::exchange(last, state);
  pressures_before = std::exchange(last_pressures, pressures);
  previous_increment = target - done;
  done = target;
}

void EquilibriumSolver::move(const State &correction, const std::vector<double> &pressure_correction, double size)
{
  if (bodies_) {
    const State before = state_;
    bodies_->advance(correction, size, state_);
    system_.make_rigid(state_);
    system_.hold_fixed(before, state_);
  } else {
    for (std::size_t k = 0; k < state_.size(); ++k)
      state_[k] += size * correction[k];
    system_.make_rigid(state_);
  }
  for (std::size_t k = 0; k < pressure_correction.size(); ++k)
    solid_.pressures()[k] += size * pressure_correction[k];
}

EquilibriumSolver::Prediction EquilibriumSolver::predict(const Stage &stage, StepHistory &history, double target)
{
  history.guess.clear();
  if (predictor_ && predictor_->advance(stage, history.done, target)) {
    predictor_->add_increment(state_, solid_.pressures());
    system_.make_rigid(state_);
    system_.hold_fixed(history.last, state_);
    history.guess = state_;
    history.guess_pressures = solid_.pressures();
    if (!history.defect.empty()) {
      const double size = history.defect_share * (target - history.done) / history.previous_increment;
      move(history.defect, history.defect_pressures, size);
    }
    stage.apply(target);
    return Prediction::solved;
  }
  stage.apply(target);
  if (history.previous_increment <= 0)
    return Prediction::none;
  const double ratio = (target - history.done) / history.previous_increment;
  if (bodies_) {
    const std::vector<BodyMotion::Rigid> motions = bodies_->between(history.before, history.last);
    const State rigid = bodies_->carry(motions, history.before);
    const State next = bodies_->carry(bodies_->transfer(motions, ratio, history.last), history.last);
    for (std::size_t k = 0; k < state_.size(); ++k)
      state_[k] += next[k] + ratio * (history.last[k] - history.before[k] - rigid[k]);
  } else
    for (std::size_t k = 0; k < state_.size(); ++k)
      state_[k] += ratio * (history.last[k] - history.before[k]);
  system_.make_rigid(state_);
  system_.hold_fixed(history.last, state_);
  for (std::size_t k = 0; k < history.last_pressures.size(); ++k)
    solid_.pressures()[k] += ratio * (history.last_pressures[k] - history.pressures_before[k]);
  return Prediction::extrapolated;
}

void EquilibriumSolver::run(const Stage &stage, const std::function<void(double done, double next_increment)> &on_step,
                            const std::function<void(const StepReport &)> &on_report)
{
  system_.begin_stage();
  collect_bone();
  solid_.reset_pressures(state_);
  if (predictor_)
    predictor_->begin(stage.predictor_from.value_or(stage.from));
  StepHistory history;
  history.done = stage.from;
  history.last = history.before = state_;
  history.last_pressures = history.pressures_before = solid_.pressures();
  double increment = std::min(stage.first_step, stage.to - stage.from);
  int cuts = 0;
  const int cuts_before = total_cuts_;
  while (history.done < stage.to - 1e-12) {
    const double start = MPI_Wtime();
    double goal = stage.to;
    for (const double waypoint : stage.waypoints)
      if (waypoint > history.done + 1e-9)
        goal = std::min(goal, waypoint);
    // An increment that would leave a tiny rest is stretched a little instead.
    const double target = history.done + increment > goal - 0.05 * increment ? goal : history.done + increment;
    StepReport report;
    report.stage = stage.name;
    report.step = ++step_;
    report.load_factor = target;
    const Prediction prediction = predict(stage, history, target);
    const bool is_end = target >= stage.to - 1e-12;
    std::string reason = equilibrate(stage, target, is_end, report);
    if (!reason.empty() && prediction == Prediction::extrapolated) { // which may have been the fault
      state_ = history.last;
      solid_.pressures() = history.last_pressures;
      reason = equilibrate(stage, target, is_end, report);
    }
    report.accepted = reason.empty();
    report.rejection = reason;
    report.seconds = MPI_Wtime() - start;
    on_report(report);
    if (report.accepted) {
      history.accept(state_, solid_.pressures(), target, 3 * static_cast<std::size_t>(field_.n_nodes));
      for (const auto &contribution : contributions_)
        contribution->commit(state_);
      cuts = 0;
      if (report.newton_iterations <= 6)
        increment = std::min(stage.largest_step, 1.5 * increment);
      else if (report.newton_iterations > 10)
        increment *= 0.7;
      on_step(history.done, increment);
      continue;
    }
    state_ = history.last;
    solid_.pressures() = history.last_pressures;
    if (predictor_)
      predictor_->step_back();
    --step_;
    ++total_cuts_;
    increment = 0.5 * (target - history.done);
    if (++cuts > settings_.max_cuts || total_cuts_ - cuts_before > settings_.max_cuts_in_stage) {
      stage.apply(history.done);
      std::ostringstream message;
      message << "not converged in stage \"" << stage.name << "\" beyond load factor " << history.done << ": " << reason
              << "; " << describe_worst_element()
              << ". Things to try: more load steps (loading.moment_steps), a smaller load, a finer mesh there, "
                 "stiffer ground substance.";
      throw NotConverged(message.str());
    }
  }
}
} // namespace lumbarfem
