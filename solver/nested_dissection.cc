#include "solver/nested_dissection.h"

#include "base/collective.h"
#include "base/memory.h"
#include "base/user_error.h"

#include <metis.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace lumbarfem
{
namespace
{
using Edges = std::vector<std::pair<int, int>>;

void sort_unique(Edges &edges)
{
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
}

Edges gather(const Edges &own, MPI_Comm communicator)
{
  int rank, n_ranks;
  MPI_Comm_rank(communicator, &rank);
  MPI_Comm_size(communicator, &n_ranks);
  if (n_ranks == 1)
    return own;
  const int n_own = 2 * static_cast<int>(own.size());
  std::vector<int> counts(n_ranks), starts(n_ranks + 1, 0);
  MPI_Gather(&n_own, 1, MPI_INT, counts.data(), 1, MPI_INT, 0, communicator);
  std::partial_sum(counts.begin(), counts.end(), starts.begin() + 1);
  std::vector<int> sent, received(rank == 0 ? starts.back() : 0);
  for (const auto &[a, b] : own) {
    sent.push_back(a);
    sent.push_back(b);
  }
  MPI_Gatherv(sent.data(), n_own, MPI_INT, received.data(), counts.data(), starts.data(), MPI_INT, 0, communicator);
  Edges all;
  for (std::size_t k = 0; k + 1 < received.size(); k += 2)
    all.emplace_back(received[k], received[k + 1]);
  return all;
}

/// The place of each vertex in the order of elimination.
std::vector<int> ordered(int n, int n_graph, Edges edges)
{
  sort_unique(edges);
  std::vector<int> position(n);
  std::iota(position.begin(), position.end(), 0);
  if (edges.empty())
    return position;
  std::vector<idx_t> start(n_graph + 1, 0), neighbours(2 * edges.size());
  for (const auto &[a, b] : edges) {
    ++start[a + 1];
    ++start[b + 1];
  }
  std::partial_sum(start.begin(), start.end(), start.begin());
  std::vector<idx_t> next(start.begin(), start.end() - 1);
  for (const auto &[a, b] : edges) {
    neighbours[next[a]++] = b;
    neighbours[next[b]++] = a;
  }
  idx_t options[METIS_NOPTIONS], n_vertices = n_graph;
  METIS_SetDefaultOptions(options);
  options[METIS_OPTION_NUMBERING] = 0;
  options[METIS_OPTION_CCORDER] = 1; // discs hang together by bone only, which is not in this graph
  std::vector<idx_t> order(n_graph), inverse(n_graph);
  const int status =
      METIS_NodeND(&n_vertices, start.data(), neighbours.data(), nullptr, options, order.data(), inverse.data());
  if (status == METIS_ERROR_MEMORY)
    throw OutOfMemory("out of memory: METIS could not order " + std::to_string(n_graph) + " vertices; " +
                      described_room() + ". " + memory_advice);
  if (status != METIS_OK)
    throw std::runtime_error("METIS could not order " + std::to_string(n_graph) + " vertices");
  std::copy(inverse.begin(), inverse.end(), position.begin());
  return position;
}
} // namespace

std::string metis_version()
{
  return std::to_string(METIS_VER_MAJOR) + "." + std::to_string(METIS_VER_MINOR) + "." +
         std::to_string(METIS_VER_SUBMINOR);
}

std::vector<int> nested_dissection(int n, int n_graph, Edges edges, MPI_Comm communicator)
{
  edges.erase(std::remove_if(edges.begin(), edges.end(),
                             [&](const auto &edge) {
                               return edge.first == edge.second || edge.first >= n_graph || edge.second >= n_graph;
                             }),
              edges.end());
  for (auto &[a, b] : edges)
    if (a > b)
      std::swap(a, b);
  sort_unique(edges);
  edges = gather(edges, communicator);
  int rank;
  MPI_Comm_rank(communicator, &rank);
  std::vector<int> position;
  together(communicator, [&] {
    if (rank == 0)
      position = ordered(n, n_graph, std::move(edges));
  });
  return position;
}
} // namespace lumbarfem
