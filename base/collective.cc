#include "base/collective.h"

#include <array>
#include <chrono>
#include <iostream>
#include <thread>

namespace lumbarfem
{
namespace
{
/// The failure of the first rank that has one; collective.
Failure shared(MPI_Comm communicator, const Failure &own)
{
  int rank = 0, size = 1;
  MPI_Comm_rank(communicator, &rank);
  MPI_Comm_size(communicator, &size);
  int first = own.has_failed() ? rank : size;
  MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, communicator);
  if (first == size)
    return {};
  Failure result = own;
  std::array<int, 2> head{static_cast<int>(own.code), static_cast<int>(own.message.size())};
  MPI_Bcast(head.data(), 2, MPI_INT, first, communicator);
  result.code = static_cast<ExitCode>(head[0]);
  result.message.resize(static_cast<std::size_t>(head[1]));
  MPI_Bcast(result.message.data(), head[1], MPI_CHAR, first, communicator);
  return result;
}
} // namespace

void together(MPI_Comm communicator, const std::function<void()> &work)
{
  int size = 1;
  MPI_Comm_size(communicator, &size);
  if (size == 1) {
    work();
    return;
  }
  Failure own;
  try {
    work();
  } catch (...) {
    own = current_failure();
  }
  if (const Failure failure = shared(communicator, own); failure.has_failed())
    throw_failure(failure);
}

bool all_have_come(MPI_Comm communicator, double patience_s)
{
  MPI_Request request;
  MPI_Ibarrier(communicator, &request);
  const auto start = std::chrono::steady_clock::now();
  for (int all_here = 0;;) {
    MPI_Test(&request, &all_here, MPI_STATUS_IGNORE);
    if (all_here)
      return true;
    if (std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() > patience_s)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

Failure agree_at_the_end(MPI_Comm communicator, const Failure &own, double patience_s)
{
  int rank = 0, size = 1;
  MPI_Comm_rank(communicator, &rank);
  MPI_Comm_size(communicator, &size);
  if (size == 1)
    return own;
  // A rank without failure waits as long as the others work; one that failed ends it.
  constexpr double forever = 1e300;
  if (!all_have_come(communicator, own.has_failed() ? patience_s : forever)) {
    std::cerr << told(own) << "lumbarfem: rank " << rank << " met this alone; all " << size
              << " ranks are ended, since the others cannot go on without it\n"
              << std::flush;
    MPI_Abort(communicator, static_cast<int>(own.code));
  }
  return shared(communicator, own);
}
} // namespace lumbarfem
