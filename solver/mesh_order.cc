#include "solver/mesh_order.h"

#include <stdexcept>

namespace lumbarfem
{
namespace
{
/// @p visit is called with the block of a state and its place in the other order.
template <typename Visit>
void for_blocks(const Discretization &field, std::size_t n_unknowns, const Visit &visit)
{
  if (n_unknowns == 0)
    return;
  const std::size_t n_blocks = n_unknowns / 3;
  if (3 * n_blocks != n_unknowns || n_blocks < static_cast<std::size_t>(field.n_nodes))
    throw std::logic_error("a state of another model");
  std::vector<char> is_known(field.n_nodes, 0);
  std::size_t place = 0;
  for (const std::vector<int> &nodes : field.cell_nodes)
    for (const int node : nodes)
      if (!is_known[node]) {
        is_known[node] = 1;
        visit(static_cast<std::size_t>(node), place++);
      }
  if (place != static_cast<std::size_t>(field.n_nodes))
    throw std::logic_error("nodes without cells");
  for (; place < n_blocks; ++place)
    visit(place, place);
}
} // namespace

State to_mesh_order(const Discretization &field, const State &state)
{
  State result(state.size());
  for_blocks(field, state.size(), [&](std::size_t block, std::size_t place) {
    for (std::size_t i = 0; i < 3; ++i)
      result[3 * place + i] = state[3 * block + i];
  });
  return result;
}

State from_mesh_order(const Discretization &field, const State &saved)
{
  State result(saved.size());
  for_blocks(field, saved.size(), [&](std::size_t block, std::size_t place) {
    for (std::size_t i = 0; i < 3; ++i)
      result[3 * block + i] = saved[3 * place + i];
  });
  return result;
}
} // namespace lumbarfem
