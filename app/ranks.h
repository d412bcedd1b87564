/// MPI for as long as the command runs, and the ranks that it has.
#pragma once

#include "base/failure.h"

#include <mpi.h>

#include <functional>
#include <string>

namespace lumbarfem
{
/// Started at once under a launcher (mpirun, srun), since every command must know whether it is the first of several
/// ranks; without one only when a command solves something, because that takes a moment, and because processes that
/// start others (--jobs) must not have started MPI themselves. Ends MPI in its destructor.
class Ranks
{
public:
  Ranks();
  ~Ranks();
  Ranks(const Ranks &) = delete;
  Ranks &operator=(const Ranks &) = delete;

  /// Starts MPI, unless it runs already.
  void start();
  int size() const { return size_; }
  bool is_first() const { return rank_ == 0; }
  /// Of all ranks; start() comes first.
  MPI_Comm world() const;
  /// Calls @p work on every rank; an error of one is thrown on all. Collective; work itself must not be.
  void together(const std::function<void()> &work) const;
  /// The first rank's text on all ranks; collective.
  std::string from_first(const std::string &text) const;
  /// UserError on several ranks: @p what is the command or option that starts processes of its own.
  void refuse_several(const std::string &what) const;
  /// The failure that all ranks share at the end of the command.
  Failure agree(const Failure &own) const;

private:
  bool is_started_ = false;
  int rank_ = 0, size_ = 1;
  MPI_Comm at_the_end_ = MPI_COMM_NULL;
  MPI_Errhandler on_error_ = MPI_ERRHANDLER_NULL;
};
} // namespace lumbarfem
