/// The ranks of a test's process.
#pragma once

#include <mpi.h>

namespace lumbarfem
{
inline int rank()
{
  int value;
  MPI_Comm_rank(MPI_COMM_WORLD, &value);
  return value;
}

inline int n_ranks()
{
  int value;
  MPI_Comm_size(MPI_COMM_WORLD, &value);
  return value;
}
} // namespace lumbarfem
