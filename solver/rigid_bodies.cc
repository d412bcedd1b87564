#include "solver/rigid_bodies.h"

#include "solver/rigid_fit.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const Vector3> block_of(const State &state, int block)
{
  return Eigen::Map<const Vector3>(&state[3 * static_cast<std::size_t>(block)]);
}

void set_block(State &state, int block, const Vector3 &value)
{
  std::copy_n(value.data(), 3, &state[3 * static_cast<std::size_t>(block)]);
}

int position_in(const std::vector<int> &blocks, int block)
{
  return static_cast<int>(std::lower_bound(blocks.begin(), blocks.end(), block) - blocks.begin());
}
} // namespace

RigidBodies::RigidBodies(const Discretization &field, std::vector<Body> bodies)
    : field_(field), bodies_(std::move(bodies)), body_of_(field.n_nodes, -1), arm_(field.n_nodes, Vector3::Zero())
{
  for (std::size_t body = 0; body < bodies_.size(); ++body)
    for (const int node : bodies_[body].nodes)
      body_of_[node] = static_cast<int>(body);
}

std::vector<int> RigidBodies::reduced(const std::vector<int> &blocks) const
{
  std::vector<int> result;
  for (const int block : blocks)
    if (holds(block)) {
      result.push_back(bodies_[body_of_[block]].translation_block);
      result.push_back(bodies_[body_of_[block]].rotation_block);
    } else
      result.push_back(block);
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

void RigidBodies::place(const State &state)
{
  for (const Body &body : bodies_) {
    Vector3 centre = Vector3::Zero();
    for (const int node : body.nodes) {
      arm_[node] = field_.node_position[node] + block_of(state, node);
      centre += arm_[node] / static_cast<double>(body.nodes.size());
    }
    for (const int node : body.nodes)
      arm_[node] -= centre;
  }
}

RigidBodies::Reduced RigidBodies::reduce(const std::vector<int> &blocks, const double *residual,
                                         const double *matrix) const
{
  Reduced result;
  result.blocks = reduced(blocks);
  const int n = static_cast<int>(blocks.size()), n_reduced = static_cast<int>(result.blocks.size());
  // u = T v: an identity for a free block, [1, -arm x] for a node of a body.
  RowMajor T = RowMajor::Zero(3 * n, 3 * n_reduced);
  for (int a = 0; a < n; ++a)
    if (holds(blocks[a])) {
      const Body &body = bodies_[body_of_[blocks[a]]];
      T.block<3, 3>(3 * a, 3 * position_in(result.blocks, body.translation_block)).setIdentity();
      T.block<3, 3>(3 * a, 3 * position_in(result.blocks, body.rotation_block)) = -cross_matrix(arm_[blocks[a]]);
    } else
      T.block<3, 3>(3 * a, 3 * position_in(result.blocks, blocks[a])).setIdentity();
  const Eigen::Map<const Eigen::VectorXd> forces(residual, 3 * n);
  result.residual.resize(3 * n_reduced);
  Eigen::Map<Eigen::VectorXd>(result.residual.data(), 3 * n_reduced) = T.transpose() * forces;
  if (!matrix)
    return result;
  result.matrix.resize(9 * static_cast<std::size_t>(n_reduced) * n_reduced);
  Eigen::Map<RowMajor> K(result.matrix.data(), 3 * n_reduced, 3 * n_reduced);
  K.noalias() = T.transpose() * (Eigen::Map<const RowMajor>(matrix, 3 * n, 3 * n) * T);
  // The arm turns with exp(w): its second derivative w x (w x arm) does work against the force.
  for (int a = 0; a < n; ++a)
    if (holds(blocks[a])) {
      const Vector3 &arm = arm_[blocks[a]];
      const Vector3 force = forces.segment<3>(3 * a);
      const int row = 3 * position_in(result.blocks, bodies_[body_of_[blocks[a]]].rotation_block);
      K.block<3, 3>(row, row) +=
          0.5 * (force * arm.transpose() + arm * force.transpose()) - force.dot(arm) * Matrix3::Identity();
    }
  return result;
}

void RigidBodies::expand(State &correction) const
{
  for (const Body &body : bodies_) {
    const Vector3 shift = block_of(correction, body.translation_block),
                  turn = block_of(correction, body.rotation_block);
    for (const int node : body.nodes)
      set_block(correction, node, shift + turn.cross(arm_[node]));
  }
}

void RigidBodies::make_rigid(State &state) const
{
  for (const Body &body : bodies_) {
    const RigidMotion motion = fit_rigid_motion(field_, body.nodes, state);
    for (const int node : body.nodes)
      set_block(state, node, motion.apply(field_.node_position[node]) - field_.node_position[node]);
  }
}
} // namespace lumbarfem
