#include "solver/mumps.h"

#include "base/collective.h"
#include "base/memory.h"
#include "base/user_error.h"

#include <dmumps_c.h>
#include <smumps_c.h>

#include <exception>
#include <sstream>
#include <stdexcept>

namespace lumbarfem
{
namespace
{
template <typename Real>
struct Library;
template <>
struct Library<double> {
  using Instance = DMUMPS_STRUC_C;
  static constexpr const char *precision = "double";
  static void call(Instance &instance) { dmumps_c(&instance); }
};
template <>
struct Library<float> {
  using Instance = SMUMPS_STRUC_C;
  static constexpr const char *precision = "single";
  static void call(Instance &instance) { smumps_c(&instance); }
};

// Values of JOB and of INFOG(1) (users' guide of MUMPS 5.5, sections 5.1 and 8).
enum Job { initialise = -1, finish = -2, analysis = 1, factorisation = 2, solution = 3 };
constexpr int matrix_is_singular = -10;

/// Work arrays (-8, -9) or buffers (-17, -20) are too small, which a larger ICNTL(14) mends.
bool is_too_little_work_space(int status) { return status == -8 || status == -9 || status == -17 || status == -20; }

/// An allocation failed in the analysis (-5, -7) or later (-13), the limit of work space was met (-19), or work space
/// is still too small after it was enlarged.
bool is_out_of_memory(int status)
{
  return status == -5 || status == -7 || status == -13 || status == -19 || is_too_little_work_space(status);
}
} // namespace

std::string mumps_version() { return MUMPS_VERSION; }

template <typename Real>
struct Mumps<Real>::Impl {
  typename Library<Real>::Instance instance{};
  MPI_Comm communicator, at_the_end = MPI_COMM_NULL;
  int rank = 0, n_ranks = 1;
  std::vector<int> rows, columns, position;

  int &control(int k) { return instance.icntl[k - 1]; }
  int status() const { return instance.infog[0]; }
  /// Of the factorisation, on all ranks together; 0 when the analysis did not get so far. MUMPS counts in 10^6 bytes.
  double needed_bytes() const { return 1e6 * instance.infog[16]; }
  void call(int job)
  {
    instance.job = job;
    Library<Real>::call(instance);
  }

  [[noreturn]] void fail(const std::string &phase) const
  {
    std::ostringstream text;
    if (is_out_of_memory(status())) {
      text << "out of memory: the " << phase << " of " << instance.n << " unknowns in " << Library<Real>::precision
           << " precision needs ";
      if (needed_bytes() > 0) {
        text << "about " << described_memory(needed_bytes()) << " (MUMPS' estimate";
        if (n_ranks > 1)
          text << " for " << n_ranks << " ranks, up to " << described_memory(1e6 * instance.infog[15]) << " on one";
        text << ")";
      } else {
        text << "more than there is";
      }
      text << "; " << described_room() << ". " << memory_advice;
      throw OutOfMemory(text.str());
    }
    text << "MUMPS reports " << instance.infog[0] << ", " << instance.infog[1] << " in the " << phase;
    throw std::runtime_error(text.str());
  }
};

template <typename Real>
Mumps<Real>::Mumps(MPI_Comm communicator, Pivots pivots) : impl_(std::make_unique<Impl>())
{
  impl_->communicator = communicator;
  MPI_Comm_rank(communicator, &impl_->rank);
  MPI_Comm_size(communicator, &impl_->n_ranks);
  if (impl_->n_ranks > 1)
    MPI_Comm_dup(communicator, &impl_->at_the_end);
  auto &instance = impl_->instance;
  instance.sym = 2; // indefinite: just after a prediction the tangent often is, and multipliers always are
  instance.par = 1; // the first rank works too
  instance.comm_fortran = MPI_Comm_c2f(communicator);
  impl_->call(initialise);
  if (impl_->status() < 0)
    impl_->fail("start");
  impl_->control(1) = impl_->control(2) = impl_->control(3) = -1; // no output
  impl_->control(4) = 0;
  if (pivots == Pivots::as_they_come) {
    instance.cntl[0] = 0;
    impl_->control(8) = 0;
  }
  impl_->control(13) = 1;  // a serial root front, so that all negative pivots are counted
  impl_->control(14) = 60; // per cent of work space over the estimate, for delayed pivots
  // Pivots of a large front that are eliminated one by one before the rest of it is updated by a product of matrices:
  // half of MUMPS' own choice saves a tenth of the time (discs of quadratic elements).
  constexpr int inner_block = 6;
  instance.keep[inner_block - 1] = 16;
  if (impl_->n_ranks > 1)
    impl_->control(18) = 3; // entries lie where they were assembled
}

template <typename Real>
Mumps<Real>::~Mumps()
{
  // With an exception that this rank alone has met on its way the others are elsewhere, and to end the instance without
  // them would be to wait for ever: then its memory is left to the end of the process.
  constexpr double patience_s = 3;
  if (impl_->n_ranks > 1 && std::uncaught_exceptions() > 0 && !all_have_come(impl_->at_the_end, patience_s))
    return;
  impl_->call(finish);
  if (impl_->n_ranks > 1)
    MPI_Comm_free(&impl_->at_the_end);
}

template <typename Real>
void Mumps<Real>::analyse(int n, std::vector<int> rows, std::vector<int> columns, std::vector<int> position)
{
  auto &instance = impl_->instance;
  impl_->rows = std::move(rows);
  impl_->columns = std::move(columns);
  impl_->position = std::move(position);
  instance.n = n_ = n;
  if (impl_->n_ranks > 1) {
    instance.nnz_loc = static_cast<MUMPS_INT8>(impl_->rows.size());
    instance.irn_loc = impl_->rows.data();
    instance.jcn_loc = impl_->columns.data();
  } else {
    instance.nnz = static_cast<MUMPS_INT8>(impl_->rows.size());
    instance.irn = impl_->rows.data();
    instance.jcn = impl_->columns.data();
  }
  int is_ordered = !impl_->position.empty();
  MPI_Bcast(&is_ordered, 1, MPI_INT, 0, impl_->communicator);
  if (is_ordered) {
    impl_->control(7) = 1;
    instance.perm_in = impl_->position.data();
  }
  impl_->call(analysis);
  if (impl_->status() < 0)
    impl_->fail("analysis");
}

template <typename Real>
typename Mumps<Real>::Factor Mumps<Real>::factor(std::vector<Real> &values)
{
  auto &instance = impl_->instance;
  (impl_->n_ranks > 1 ? instance.a_loc : instance.a) = values.data();
  Factor result;
  for (int attempt = 0; attempt < 4; ++attempt) {
    impl_->call(factorisation);
    // An indefinite matrix delays pivots and can outgrow the work space: then it is enlarged, not given up.
    if (!is_too_little_work_space(impl_->status()))
      break;
    impl_->control(14) *= 2;
  }
  values = {};
  if (impl_->status() == matrix_is_singular) {
    result.failed = true;
    result.reason = "the matrix is singular";
    return result;
  }
  if (impl_->status() < 0)
    impl_->fail("factorisation");
  result.negative_pivots = instance.infog[11];
  return result;
}

template <typename Real>
void Mumps<Real>::solve(std::vector<Real> &x)
{
  auto &instance = impl_->instance;
  instance.rhs = x.data();
  instance.nrhs = 1;
  instance.lrhs = n_;
  impl_->call(solution);
  if (impl_->status() < 0)
    impl_->fail("solution");
  if (impl_->n_ranks > 1)
    MPI_Bcast(x.data(), n_, sizeof(Real) == sizeof(float) ? MPI_FLOAT : MPI_DOUBLE, 0, impl_->communicator);
}

template <typename Real>
double Mumps<Real>::estimated_bytes() const
{
  return n_ > 0 ? impl_->needed_bytes() : 0.;
}

template class Mumps<float>;
template class Mumps<double>;
} // namespace lumbarfem
