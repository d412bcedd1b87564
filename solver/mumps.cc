#include "solver/mumps.h"

#include "base/out_of_memory.h"

#include <dmumps_c.h>
#include <smumps_c.h>

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
  static void call(Instance &instance) { dmumps_c(&instance); }
};
template <>
struct Library<float> {
  using Instance = SMUMPS_STRUC_C;
  static void call(Instance &instance) { smumps_c(&instance); }
};

// Values of JOB and of INFOG(1) (users' guide of MUMPS 5.5, sections 5.1 and 8).
enum Job { initialise = -1, finish = -2, analysis = 1, factorisation = 2, solution = 3 };
constexpr int singular = -10, too_little_integer_work_space = -8, too_little_work_space = -9;
bool is_out_of_memory(int status)
{
  return status == -7 || status == -13 || status == -18 || status == -19 || status == -20;
}
} // namespace

std::string mumps_version() { return MUMPS_VERSION; }

template <typename Real>
struct Mumps<Real>::Impl {
  typename Library<Real>::Instance instance{};
  MPI_Comm communicator;
  int rank = 0, n_ranks = 1;
  std::vector<int> rows, columns, position;

  int &control(int k) { return instance.icntl[k - 1]; }
  int status() const { return instance.infog[0]; }
  void call(int job)
  {
    instance.job = job;
    Library<Real>::call(instance);
  }

  [[noreturn]] void fail(const std::string &phase) const
  {
    std::ostringstream text;
    if (is_out_of_memory(status())) {
      text << "the " << phase << " of " << instance.n << " unknowns on " << n_ranks << " rank"
           << (n_ranks > 1 ? "s" : "") << " needs about " << instance.infog[16] << " MiB in all";
      throw OutOfMemory(text.str());
    }
    text << "MUMPS reports " << instance.infog[0] << ", " << instance.infog[1] << " in the " << phase;
    throw std::runtime_error(text.str());
  }
};

template <typename Real>
Mumps<Real>::Mumps(MPI_Comm communicator) : impl_(std::make_unique<Impl>())
{
  impl_->communicator = communicator;
  MPI_Comm_rank(communicator, &impl_->rank);
  MPI_Comm_size(communicator, &impl_->n_ranks);
  auto &instance = impl_->instance;
  instance.sym = 2; // indefinite: just after a prediction the tangent often is, and multipliers always are
  instance.par = 1; // the first rank works too
  instance.comm_fortran = MPI_Comm_c2f(communicator);
  impl_->call(initialise);
  impl_->control(1) = impl_->control(2) = impl_->control(3) = -1; // no output
  impl_->control(4) = 0;
  impl_->control(13) = 1;  // a serial root front, so that all negative pivots are counted
  impl_->control(14) = 60; // per cent of work space over the estimate, for delayed pivots
  if (impl_->n_ranks > 1)
    impl_->control(18) = 3; // entries lie where they were assembled
}

template <typename Real>
Mumps<Real>::~Mumps()
{
  impl_->call(finish);
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
    if (impl_->status() != too_little_work_space && impl_->status() != too_little_integer_work_space)
      break;
    impl_->control(14) *= 2;
  }
  values = {};
  if (impl_->status() == singular) {
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
double Mumps<Real>::estimated_MiB() const
{
  return n_ > 0 ? impl_->instance.infog[16] : 0.;
}

template class Mumps<float>;
template class Mumps<double>;
} // namespace lumbarfem
