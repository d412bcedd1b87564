/// Errors that one rank meets, made common to all.
///
/// An exception of one rank alone leaves the others waiting in the next collective call. What can fail on one rank
/// (files, above all) is therefore called through together(); what fails outside of it is found at the end of the
/// command by agree_at_the_end(), which ends all ranks when the others do not arrive there.
#pragma once

#include "base/failure.h"

#include <mpi.h>

#include <functional>

namespace lumbarfem
{
/// Calls @p work on every rank. When it fails on some, all throw: the rank that failed first in the order of the ranks
/// decides type and message. Collective; @p work itself must not be (a rank that fails would leave the others inside).
void together(MPI_Comm communicator, const std::function<void()> &work);

/// True when all ranks have called this within so many seconds; else some never will, and nothing collective can
/// follow. On a communicator of its own.
bool all_have_come(MPI_Comm communicator, double patience_s);

/// The failure that all ranks have in common at the end of the command, that of the first rank that has one. A rank
/// that failed waits so many seconds for the others; when they do not come (they work, or wait for this rank), it tells
/// its failure and ends all ranks with MPI_Abort and its exit code. Collective, on a communicator of its own.
Failure agree_at_the_end(MPI_Comm communicator, const Failure &own, double patience_s = 10);
} // namespace lumbarfem
