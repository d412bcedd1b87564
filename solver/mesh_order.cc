#include "solver/mesh_order.h"

#include <algorithm>
#include <stdexcept>

namespace lumbarfem
{
namespace
{
/// Blocks of a state in the order of the mesh.
std::vector<std::size_t> blocks_in_mesh_order(const Discretization &field, std::size_t n_unknowns)
{
  std::vector<std::size_t> blocks;
  if (n_unknowns == 0)
    return blocks;
  const std::size_t n_blocks = n_unknowns / 3;
  if (3 * n_blocks != n_unknowns || n_blocks < static_cast<std::size_t>(field.n_nodes))
    throw std::logic_error("a state of another model");
  std::vector<char> is_known(field.n_nodes, 0);
  for (const std::vector<int> &nodes : field.cell_nodes)
    for (const int node : nodes)
      if (!is_known[node]) {
        is_known[node] = 1;
        blocks.push_back(static_cast<std::size_t>(node));
      }
  if (blocks.size() != static_cast<std::size_t>(field.n_nodes))
    throw std::logic_error("nodes without cells");
  while (blocks.size() < n_blocks)
    blocks.push_back(blocks.size());
  return blocks;
}

enum class Towards { mesh, field };

State rearranged(const Discretization &field, const State &from, Towards towards)
{
  const std::vector<std::size_t> blocks = blocks_in_mesh_order(field, from.size());
  State result(from.size());
  for (std::size_t place = 0; place < blocks.size(); ++place) {
    const std::size_t in_mesh = 3 * place, in_field = 3 * blocks[place];
    const bool to_mesh = towards == Towards::mesh;
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(to_mesh ? in_field : in_mesh), 3,
                result.begin() + static_cast<std::ptrdiff_t>(to_mesh ? in_mesh : in_field));
  }
  return result;
}
} // namespace

State to_mesh_order(const Discretization &field, const State &state) { return rearranged(field, state, Towards::mesh); }

State from_mesh_order(const Discretization &field, const State &saved)
{
  return rearranged(field, saved, Towards::field);
}
} // namespace lumbarfem
