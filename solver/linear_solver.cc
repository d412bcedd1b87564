#include "solver/linear_solver.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
/// Two levels mostly need one to six iterations, with screws five to nine; beyond this many the whole factorisation is
/// cheaper.
constexpr int max_two_level_iterations = 25;
/// Times in a row that two levels may fail before the direct method stays.
constexpr int max_failures = 3;
} // namespace

LinearSolver::LinearSolver(LinearMethod method, const BlockMatrix &share, std::unique_ptr<BonePieces> pieces,
                           std::vector<char> is_unknown, std::vector<char> is_last, Pivots pivots,
                           const std::vector<double> &weights, MPI_Comm communicator)
    : method_(method), present_(method), share_(share), pieces_(std::move(pieces)), is_unknown_(std::move(is_unknown)),
      is_last_(std::move(is_last)), pivots_(pivots), weights_(weights), communicator_(communicator)
{
}

void LinearSolver::set_bone(const BlockMatrix &bone)
{
  const double start = MPI_Wtime();
  bone_ = std::make_unique<BoneSolver<float>>(*pieces_, bone, is_unknown_, communicator_);
  times.factor += MPI_Wtime() - start;
}

void LinearSolver::begin_stage()
{
  if (present_ != method_) {
    whole_.reset();
    is_whole_factored_ = false;
  }
  present_ = method_;
  n_failures_ = 0;
}

void LinearSolver::place(const State &state)
{
  if (pieces_)
    pieces_->place(state);
}

void LinearSolver::multiply(const State &x, State &y) const
{
  y.assign(x.size(), 0.);
  share_.multiply_add(x.data(), y.data());
  int n_ranks;
  MPI_Comm_size(communicator_, &n_ranks);
  if (n_ranks > 1)
    MPI_Allreduce(MPI_IN_PLACE, y.data(), static_cast<int>(y.size()), MPI_DOUBLE, MPI_SUM, communicator_);
}

LinearSolveReport LinearSolver::solve(const State &b, State &x, bool refactor, double relative_tolerance)
{
  if (present_ == LinearMethod::direct)
    return solve_directly(b, x, refactor, relative_tolerance);
  if (bone_ && !bone_->is_usable()) {
    method_ = present_ = LinearMethod::direct;
    LinearSolveReport report = solve_directly(b, x, true, relative_tolerance);
    report.note = "two-level solver: a piece of bone is not stable by itself; the whole matrix is factored instead";
    return report;
  }
  LinearSolveReport report = solve_two_level(b, x, refactor, relative_tolerance);
  if (!report.failed)
    n_failures_ = 0;
  if (!report.failed || !report.refactored)
    return report;
  const int iterations = report.iterations;
  report = solve_directly(b, x, true, relative_tolerance);
  report.note = "two-level solver: not there in " + std::to_string(iterations) +
                " iterations; the whole matrix is factored instead";
  if (++n_failures_ == max_failures) {
    present_ = LinearMethod::direct;
    is_coarse_factored_ = false;
    coarse_.reset();
    report.note += ", for the rest of the stage";
  }
  return report;
}

LinearSolveReport LinearSolver::solve_two_level(const State &b, State &x, bool refactor, double relative_tolerance)
{
  const double start = MPI_Wtime();
  LinearSolveReport report;
  if (!coarse_)
    coarse_ = std::make_unique<CoarseSystem<float>>(share_, pieces_.get(), is_unknown_, is_last_,
                                                    Ordering::nested_dissection, pivots_, communicator_);
  report.refactored = refactor || !is_coarse_factored_;
  if (report.refactored) {
    const auto factor = coarse_->factor(share_);
    is_coarse_factored_ = !factor.failed;
    negative_pivots_ = factor.negative_pivots;
    ++times.n_factors;
  }
  times.factor += MPI_Wtime() - start;
  report.negative_pivots = negative_pivots_;
  if (!is_coarse_factored_) {
    report.failed = true;
    return report;
  }
  run_gmres([this](const State &r, State &z, State &product) { precondition(r, z, product); }, b, x, relative_tolerance,
            max_two_level_iterations, report);
  return report;
}

void LinearSolver::precondition(const State &r, State &z, State &product)
{
  coarse_->apply(r, z);
  multiply(z, product);
  if (!bone_)
    return;
  State rest(r), part, part_product;
  const auto take = [&] {
    multiply(part, part_product);
    for (std::size_t k = 0; k < r.size(); ++k) {
      z[k] += part[k];
      product[k] += part_product[k];
    }
  };
  for (std::size_t k = 0; k < r.size(); ++k)
    rest[k] = r[k] - product[k];
  bone_->apply(rest, part);
  take();
  for (std::size_t k = 0; k < r.size(); ++k)
    rest[k] = r[k] - product[k];
  coarse_->apply(rest, part);
  take();
}

bool LinearSolver::factor_whole()
{
  const double start = MPI_Wtime();
  if (!whole_)
    whole_ = std::make_unique<CoarseSystem<double>>(share_, nullptr, is_unknown_, is_last_, Ordering::mumps,
                                                    Pivots::chosen, communicator_);
  const auto factor = whole_->factor(share_);
  is_whole_factored_ = !factor.failed;
  negative_pivots_ = factor.failed ? -1 : factor.negative_pivots;
  times.factor += MPI_Wtime() - start;
  ++times.n_factors;
  return is_whole_factored_;
}

LinearSolveReport LinearSolver::solve_directly(const State &b, State &x, bool refactor, double relative_tolerance)
{
  LinearSolveReport report;
  report.refactored = refactor || !is_whole_factored_;
  if (report.refactored)
    factor_whole();
  report.negative_pivots = negative_pivots_;
  if (!is_whole_factored_) {
    report.failed = true;
    return report;
  }
  // An old factor that needs more iterations than this costs more than a new one.
  run_gmres(
      [this](const State &r, State &z, State &product) {
        whole_->apply(r, z);
        multiply(z, product);
      },
      b, x, relative_tolerance, report.refactored ? 60 : 30, report);
  if (present_ == LinearMethod::two_level) { // only a rescue: its memory is needed elsewhere
    whole_.reset();
    is_whole_factored_ = false;
  }
  return report;
}

void LinearSolver::run_gmres(const Precondition &precondition, const State &b, State &x, double tolerance,
                             int max_iterations, LinearSolveReport &report)
{
  const double start = MPI_Wtime();
  const GmresReport gmres = flexible_gmres(precondition, b, weights_, tolerance, max_iterations, x);
  report.iterations = gmres.iterations;
  report.failed = !gmres.converged || std::any_of(x.begin(), x.end(), [](double v) { return !std::isfinite(v); });
  times.solve += MPI_Wtime() - start;
  times.n_iterations += gmres.iterations;
  ++times.n_solves;
}

int LinearSolver::count_negative_pivots()
{
  const int coarse_pivots = negative_pivots_;
  const bool is_regular = factor_whole();
  const int count = negative_pivots_;
  if (present_ == LinearMethod::two_level) {
    whole_.reset();
    is_whole_factored_ = false;
    negative_pivots_ = coarse_pivots;
  }
  return is_regular ? count : -1;
}

void LinearSolver::release()
{
  coarse_.reset();
  whole_.reset();
  is_coarse_factored_ = is_whole_factored_ = false;
}
} // namespace lumbarfem
