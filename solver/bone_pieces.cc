#include "solver/bone_pieces.h"

#include "solver/rigid_fit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace lumbarfem
{
namespace
{
/// Disjoint sets with path halving.
class Groups
{
public:
  explicit Groups(int n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0); }
  int root(int k)
  {
    while (parent_[k] != k)
      k = parent_[k] = parent_[parent_[k]];
    return k;
  }
  void join(int a, int b) { parent_[root(a)] = root(b); }

private:
  std::vector<int> parent_;
};

/// Change of the rotation vector w by a small rotation after it: 1 - [w x]/2 + (1 - (t/2) cot(t/2)) / t^2 [w x]^2 with
/// t = |w| (inverse of the left Jacobian of SO(3)).
Matrix3 rotation_vector_per_spin(const Vector3 &w)
{
  const double t = w.norm();
  const double share = t < 1e-3 ? 1. / 12 : (1 - t / 2 / std::tan(t / 2)) / (t * t);
  const Matrix3 cross = cross_matrix(w);
  return Matrix3::Identity() - 0.5 * cross + share * cross * cross;
}
} // namespace

BonePieces::BonePieces(const Discretization &field, const std::vector<int> &vertebra_of_block,
                       const std::vector<std::vector<int>> &couplings, const std::vector<BeddedNode> &bedded,
                       const std::vector<char> &fixed)
    : field_(field), piece_of_(vertebra_of_block.size(), -1), screw_piece_(vertebra_of_block.size(), -1),
      arm_(field.n_nodes, Vector3::Zero())
{
  Groups groups(static_cast<int>(vertebra_of_block.size()));
  const auto is_inside = [&](const std::vector<int> &blocks) {
    return std::all_of(blocks.begin(), blocks.end(), [&](int block) {
      return vertebra_of_block[block] >= 0 && vertebra_of_block[block] == vertebra_of_block[blocks.front()];
    });
  };
  const auto join = [&](const std::vector<int> &blocks) {
    for (const int block : blocks)
      groups.join(block, blocks.front());
  };
  std::vector<char> is_bone(vertebra_of_block.size(), 0);
  for (std::size_t cell = 0; cell < field.cell_nodes.size(); ++cell)
    if (is_inside(field.cell_nodes[cell])) {
      cells_.push_back(static_cast<int>(cell));
      join(field.cell_nodes[cell]);
      for (const int node : field.cell_nodes[cell])
        is_bone[node] = 1;
    }
  for (const std::vector<int> &blocks : couplings)
    if (!blocks.empty() && is_inside(blocks))
      join(blocks);
  std::map<int, int> piece_of_root;
  for (int node = 0; node < field.n_nodes; ++node) {
    if (!is_bone[node])
      continue;
    const auto [entry, is_new] = piece_of_root.emplace(groups.root(node), static_cast<int>(pieces_.size()));
    if (is_new)
      pieces_.push_back({vertebra_of_block[node], {}, false});
    Piece &piece = pieces_[piece_of_[node] = entry->second];
    piece.nodes.push_back(node);
    for (int i = 0; i < 3; ++i)
      piece.is_held = piece.is_held || fixed[3 * static_cast<std::size_t>(node) + i];
  }
  for (const BeddedNode &node : bedded) {
    const int piece = piece_of_[node.bone.front()];
    if (piece < 0 || screw_piece_[node.displacement_block] >= 0 ||
        std::any_of(node.bone.begin(), node.bone.end(), [&](int block) { return piece_of_[block] != piece; }))
      continue;
    for (const int block : {node.displacement_block, node.rotation_block}) {
      screw_piece_[block] = piece;
      pieces_[piece].screws.push_back(block);
    }
    screw_reference_[node.displacement_block] = node.reference;
    rotation_vector_change_[node.rotation_block] = Matrix3::Identity();
  }
  rotation_.assign(pieces_.size(), Matrix3::Identity());
}

const Vector3 &BonePieces::reference(int block) const
{
  return block < field_.n_nodes ? field_.node_position[block] : screw_reference_.at(block);
}

Matrix3 BonePieces::turn(int block) const
{
  const Matrix3 &rotation = rotation_[piece_with_screws(block)];
  if (block < field_.n_nodes)
    return rotation;
  const auto change = rotation_vector_change_.find(block);
  return change == rotation_vector_change_.end() ? rotation : Matrix3(change->second * rotation);
}

void BonePieces::place(const State &state)
{
  for (std::size_t p = 0; p < pieces_.size(); ++p) {
    const RigidMotion motion = fit_rigid_motion(field_, pieces_[p].nodes, state);
    rotation_[p] = motion.rotation;
    for (const int node : pieces_[p].nodes)
      arm_[node] = field_.node_position[node] + Vector3(&state[3 * static_cast<std::size_t>(node)]) - motion.centre;
  }
  for (auto &[block, change] : rotation_vector_change_)
    change = rotation_vector_per_spin(Vector3(&state[3 * static_cast<std::size_t>(block)]));
}
} // namespace lumbarfem
