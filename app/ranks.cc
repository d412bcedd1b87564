#include "app/ranks.h"

#include "base/collective.h"
#include "base/memory.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <vector>

// C = alpha A B + beta C of the Fortran BLAS, which has no header of its own.
extern "C" void dgemm_(const char *transpose_a, const char *transpose_b, const int *m, const int *n, const int *k,
                       const double *alpha, const double *a, const int *lda, const double *b, const int *ldb,
                       const double *beta, double *c, const int *ldc);

namespace lumbarfem
{
namespace
{
/// A hint only that MPI has to be asked: variables by which launchers reach their processes (PMIx of Open MPI and
/// Slurm, PMI of MPICH, Intel MPI and Slurm).
bool has_launcher()
{
  const auto is_set = [](const char *variable) { return std::getenv(variable) != nullptr; };
  return is_set("PMIX_NAMESPACE") || is_set("PMI_RANK") || is_set("PMI_FD") || is_set("OMPI_COMM_WORLD_SIZE") ||
         is_set("MPI_LOCALNRANKS");
}

/// MPI and OpenBLAS reserve about so much of the address space when they start. Where there is less, the first ends the
/// process without a word of the reason, and the second waits for ever.
constexpr double reserved_by_blas = 144. * 1024 * 1024, reserved_by_mpi = 192. * 1024 * 1024;

void require_address_space(double bytes)
{
  if (address_space_left() < bytes)
    throw OutOfMemory("out of memory: MPI and BLAS reserve about " +
                      described_memory(reserved_by_mpi + reserved_by_blas) + " when they start; " + described_room() +
                      ". Things to try: a higher limit, or none.");
}

/// OpenBLAS takes the memory of its own when it first multiplies, and waits for ever where there is none: now there is.
void warm_up_blas()
{
  require_address_space(reserved_by_blas);
  const int n = 128;
  std::vector<double> a(static_cast<std::size_t>(n * n), 1.), b(a), c(a);
  const double one = 1, zero = 0;
  dgemm_("N", "N", &n, &n, &n, &one, a.data(), &n, b.data(), &n, &zero, c.data(), &n);
}

/// MPI calls it an internal error when it is refused memory for a message. Where so little is left, that was it.
constexpr double needed_for_messages = 64. * 1024 * 1024;

/// What MPI calls when one of its functions fails, whoever called it; the other ranks are ended, too.
void end_on_mpi_error(MPI_Comm * /*communicator*/, int *code, ...)
{
  std::array<char, MPI_MAX_ERROR_STRING> name{};
  int length = 0;
  MPI_Error_string(*code, name.data(), &length);
  Failure failure{ExitCode::internal_error, "MPI: " + std::string(name.data())};
  if (memory_left() < needed_for_messages)
    failure = {ExitCode::out_of_memory, "out of memory: MPI has no room for its messages (" + std::string(name.data()) +
                                            "); " + described_room() + ". " + memory_advice};
  std::cerr << told(failure) << std::flush;
  MPI_Abort(MPI_COMM_WORLD, static_cast<int>(failure.code));
}
} // namespace

Ranks::Ranks()
{
  if (has_launcher())
    start();
}

void Ranks::start()
{
  if (is_started_)
    return;
  require_address_space(reserved_by_mpi + reserved_by_blas);
  // Open MPI starts a daemon beside a process that nobody launched, which takes a second and is of use to nobody here.
  // All such processes of a user share one folder below the temporary one: one that begins fails (8 of 2000 starts,
  // eight at a time) when another one that ends removes it. Nothing that we use needs the folder.
  if (!has_launcher()) {
    setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
    setenv("OMPI_MCA_orte_create_session_dirs", "0", 0);
  }
  if (MPI_Init(nullptr, nullptr) != MPI_SUCCESS)
    throw std::runtime_error("MPI cannot be started");
  is_started_ = true;
  MPI_Comm_create_errhandler(end_on_mpi_error, &on_error_); // inherited by every communicator made of this one
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, on_error_);
  MPI_Comm_set_errhandler(MPI_COMM_SELF, on_error_); // of factors on one rank
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &size_);
  MPI_Comm_dup(MPI_COMM_WORLD, &at_the_end_);
  warm_up_blas();
}

Ranks::~Ranks()
{
  if (!is_started_)
    return;
  MPI_Comm_free(&at_the_end_);
  MPI_Errhandler_free(&on_error_);
  MPI_Finalize();
}

MPI_Comm Ranks::world() const { return MPI_COMM_WORLD; }

void Ranks::together(const std::function<void()> &work) const
{
  if (is_started_)
    lumbarfem::together(world(), work);
  else
    work();
}

std::string Ranks::from_first(const std::string &text) const
{
  if (size_ == 1)
    return text;
  int length = static_cast<int>(text.size());
  MPI_Bcast(&length, 1, MPI_INT, 0, world());
  std::string result = text;
  result.resize(static_cast<std::size_t>(length));
  MPI_Bcast(result.data(), length, MPI_CHAR, 0, world());
  return result;
}

void Ranks::refuse_several(const std::string &what) const
{
  if (size_ > 1)
    throw UserError(what + " starts processes of its own and cannot be used under mpirun; use --jobs, without mpirun");
}

Failure Ranks::agree(const Failure &own) const { return is_started_ ? agree_at_the_end(at_the_end_, own) : own; }
} // namespace lumbarfem
