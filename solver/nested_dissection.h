/// Elimination orders by METIS (Karypis & Kumar 1998).
#pragma once

#include <mpi.h>

#include <string>
#include <utility>
#include <vector>

namespace lumbarfem
{
std::string metis_version();

/// Position (from 0) of each of @p n vertices of a graph in a fill-reducing order by nested dissection, on the first
/// rank; empty on the others. @p edges: this rank's, in any order and direction, repeated or not. Vertices from
/// @p n_graph on keep their places at the end; edges to them are passed over. Debian's MUMPS comes without METIS and
/// falls back to PORD without a word. Collective.
std::vector<int> nested_dissection(int n, int n_graph, std::vector<std::pair<int, int>> edges, MPI_Comm communicator);
} // namespace lumbarfem
