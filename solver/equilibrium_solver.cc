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
std::vector<double> difference(const std::vector<double> &a, const std::vector<double> &b)
{
  std::vector<double> result(a);
  for (std::size_t k = 0; k < result.size(); ++k)
    result[k] -= b[k];
  return result;
}
} // namespace

EquilibriumSolver::EquilibriumSolver(const SpineMesh &mesh, const Discretization &field, SolidField &solid,
                                     std::vector<std::unique_ptr<Contribution>> &contributions, GlobalSystem &system,
                                     EquilibriumSettings settings)
    : mesh_(mesh), field_(field), solid_(solid), contributions_(contributions), system_(system), settings_(settings),
      state_(system.n_unknowns(), 0.)
{
}

bool EquilibriumSolver::evaluate(bool tangent)
{
  const double start = MPI_Wtime();
  system_.place_bodies(state_);
  system_.begin(tangent);
  const InvertedElement inverted = solid_.assemble(state_, system_, tangent);
  if (inverted.cell < 0)
    for (std::size_t k = 0; k < contributions_.size(); ++k)
      if (static_cast<int>(k) % field_.n_ranks == field_.rank)
        contributions_[k]->assemble(state_, system_, tangent);
  system_.end();
  struct {
    double jacobian;
    int rank;
  } worst{inverted.cell < 0 ? 1e300 : inverted.jacobian, field_.rank};
  MPI_Allreduce(MPI_IN_PLACE, &worst, 1, MPI_DOUBLE_INT, MPI_MINLOC, field_.communicator);
  system_.times.assembly += MPI_Wtime() - start;
  ++system_.times.n_assemblies;
  if (worst.jacobian > 1e299)
    return true;
  inversion_.jacobian = worst.jacobian;
  inversion_.cell = inverted.cell;
  MPI_Bcast(&inversion_.cell, 1, MPI_INT, worst.rank, field_.communicator);
  return false;
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
  text << mesh_.region_names[mesh_.cells[inversion_.cell].region] << ", element " << inversion_.cell
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
  text << "most stretched at the last good step: " << mesh_.region_names[mesh_.cells[cell].region] << ", element "
       << cell << ", stretch " << std::setprecision(3) << worst.stretch << " (or its inverse), volume ratio "
       << volume_ratio;
  return text.str();
}

std::string EquilibriumSolver::equilibrate(const Stage &stage, double factor, StepReport &report)
{
  inversion_.cell = -1;
  int n_multipliers = 0;
  for (const auto &contribution : contributions_)
    n_multipliers += contribution->n_multipliers();
  if (!evaluate(true))
    return describe_inversion();
  double residual = system_.residual_norm();
  bool refactor = true;
  LinearSolveReport linear;
  State correction;
  for (int iteration = 0;; ++iteration) {
    const State reactions = system_.reactions();
    double scale = 0;
    for (const double r : reactions)
      scale += r * r;
    force_scale_ = std::max(1., std::sqrt(scale));
    report.residual_N = residual;
    report.tolerance_N = settings_.tolerance * force_scale_;
    report.newton_iterations = iteration;
    // An inexact correction is enough, most of all the last one; but a coarser one than this spoils the descent, for
    // the nearly incompressible part of the residual hides the rest.
    const double linear_tolerance = std::clamp(0.1 * report.tolerance_N / residual, 1e-4, 1e-2);
    if (iteration > 0 && residual <= report.tolerance_N) {
      // The factor may be older than the state: its negative pivots count only if the converged tangent has them too.
      // (A tangent that turned indefinite in the last, tiny correction is noticed in the next step.)
      if (linear.negative_pivots > n_multipliers) {
        linear = system_.solve(correction, true, linear_tolerance);
        if (linear.failed)
          return "the linear solver failed";
      }
      if (linear.negative_pivots > n_multipliers)
        return "the equilibrium is unstable (" + std::to_string(linear.negative_pivots - n_multipliers) +
               " negative pivots of the tangent)";
      polish(residual);
      report.residual_N = residual;
      return "";
    }
    if (stage.should_stop) {
      int stop = stage.should_stop();
      MPI_Allreduce(MPI_IN_PLACE, &stop, 1, MPI_INT, MPI_MAX, field_.communicator);
      if (stop)
        return "stopped";
    }
    if (iteration >= settings_.max_newton)
      return "no convergence in " + std::to_string(iteration) + " Newton iterations";
    linear = system_.solve(correction, refactor || !settings_.reuse_factor, linear_tolerance);
    if (linear.failed && !linear.refactored)
      linear = system_.solve(correction, true, linear_tolerance);
    if (linear.failed)
      return "the linear solver failed";
    const double slope = mixed_slope(correction);
    const std::vector<double> pressure_correction = solid_.pressure_direction(state_, correction);
    const State start = state_;
    const std::vector<double> start_pressures = solid_.pressures();
    double size = 1, next = 0, accepted_size = 0;
    for (int trial = 0; trial < 7; ++trial) {
      state_ = start;
      solid_.pressures() = start_pressures;
      move(correction, pressure_correction, size);
      // The first trial usually is the last: its tangent is needed anyway.
      if (!evaluate(trial == 0)) {
        size *= 0.4;
        continue;
      }
      next = system_.residual_norm();
      const double next_slope = mixed_slope(correction);
      // A prescribed rotation starts from a state in balance: its first correction carries the motion itself, and no
      // descent can be asked of it.
      const bool moves_constraint = iteration == 0 && n_multipliers > 0;
      // Still going down, no steeper than at the start: a shorter step would only be a worse one. (First contact of
      // facets: nothing along the step tells yet that they will touch.)
      const bool still_descends = next_slope * slope > 0 && std::abs(next_slope) <= std::abs(slope);
      if (std::isfinite(next) && (moves_constraint || still_descends || std::abs(next_slope) <= 0.8 * std::abs(slope) ||
                                  next < 0.9 * residual)) {
        accepted_size = size;
        break;
      }
      // Zero of the slope between 0 and the trial by its secant, kept away from both ends.
      const double secant = std::isfinite(next_slope) ? slope / (slope - next_slope) : 0.;
      size *= std::clamp(secant, 0.15, 0.6);
    }
    table_.push_back({stage.name, stage.direction, stage.protocol, step_, iteration + 1, factor, next,
                      report.tolerance_N, accepted_size, std::abs(slope), linear.iterations, linear.refactored,
                      linear.negative_pivots});
    if (accepted_size == 0) {
      state_ = start;
      solid_.pressures() = start_pressures;
      return inversion_.cell >= 0 ? describe_inversion() : "the line search found no descent";
    }
    if (accepted_size < 1 && !evaluate(true))
      return describe_inversion();
    refactor = accepted_size < 1 || linear.iterations > settings_.refactor_iterations || next > 0.3 * residual;
    residual = next;
    inversion_.cell = -1;
  }
}

void EquilibriumSolver::polish(double &residual)
{
  State correction;
  if (system_.solve(correction, false, 1e-5).failed)
    return;
  const State start = state_;
  const std::vector<double> start_pressures = solid_.pressures();
  move(correction, solid_.pressure_direction(state_, correction), 1);
  const double next = evaluate(true) ? system_.residual_norm() : std::nan("");
  if (next < residual) {
    residual = next;
    return;
  }
  state_ = start;
  solid_.pressures() = start_pressures;
  evaluate(true);
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
  if (bodies_)
    bodies_->advance(correction, size, state_);
  else
    for (std::size_t k = 0; k < state_.size(); ++k)
      state_[k] += size * correction[k];
  system_.make_rigid(state_);
  for (std::size_t k = 0; k < pressure_correction.size(); ++k)
    solid_.pressures()[k] += size * pressure_correction[k];
}

bool EquilibriumSolver::predict(const Stage &stage, StepHistory &history, double target)
{
  history.guess.clear();
  if (predictor_ && predictor_->advance(stage, history.done, target)) {
    predictor_->add_increment(state_, solid_.pressures());
    system_.make_rigid(state_);
    history.guess = state_;
    history.guess_pressures = solid_.pressures();
    if (!history.defect.empty()) {
      const double size = history.defect_share * (target - history.done) / history.previous_increment;
      move(history.defect, history.defect_pressures, size);
    }
    stage.apply(target);
    return true;
  }
  stage.apply(target);
  if (history.previous_increment <= 0)
    return false;
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
  for (std::size_t k = 0; k < history.last_pressures.size(); ++k)
    solid_.pressures()[k] += ratio * (history.last_pressures[k] - history.pressures_before[k]);
  return true;
}

void EquilibriumSolver::run(const Stage &stage, const std::function<void(double)> &on_step,
                            const std::function<void(const StepReport &)> &on_report)
{
  solid_.reset_pressures(state_);
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
    const bool predicted = predict(stage, history, target);
    std::string reason = equilibrate(stage, target, report);
    if (!reason.empty() && predicted && !predictor_) { // the extrapolation may have been the fault
      state_ = history.last;
      solid_.pressures() = history.last_pressures;
      reason = equilibrate(stage, target, report);
    }
    report.accepted = reason.empty();
    report.rejection = reason;
    report.seconds = MPI_Wtime() - start;
    on_report(report);
    if (report.accepted) {
      history.accept(state_, solid_.pressures(), target, 3 * static_cast<std::size_t>(field_.n_nodes));
      cuts = 0;
      if (report.newton_iterations <= 6)
        increment = std::min(stage.largest_step, 1.5 * increment);
      else if (report.newton_iterations > 10)
        increment *= 0.7;
      on_step(history.done);
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
