#include "solver/body_motion.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
Eigen::Map<const Vector3> block_of(const State &state, int block)
{
  return Eigen::Map<const Vector3>(&state[3 * static_cast<std::size_t>(block)]);
}

Matrix3 rotation_matrix(const Vector3 &rotation)
{
  const double angle = rotation.norm();
  return angle > 0 ? Eigen::AngleAxisd(angle, rotation / angle).toRotationMatrix() : Matrix3::Identity();
}

/// Sum over a follower's bodies of share * part(body, arm from the body's centre).
template <typename Part>
Vector3 shared(const BodyMotion::Share &share, const Part &part)
{
  Vector3 sum = Vector3::Zero();
  if (share.first >= 0 && share.second_share < 1)
    sum += (1 - share.second_share) * part(share.first);
  if (share.second >= 0 && share.second_share > 0)
    sum += share.second_share * part(share.second);
  return sum;
}
} // namespace

BodyMotion::BodyMotion(const Discretization &field, std::vector<std::vector<int>> body_nodes,
                       std::vector<Follower> followers)
    : field_(field), body_nodes_(std::move(body_nodes)), followers_(std::move(followers))
{
}

Vector3 BodyMotion::centre(int body, const State &state) const
{
  Vector3 sum = Vector3::Zero();
  for (const int node : body_nodes_[body])
    sum += field_.node_position[node] + block_of(state, node);
  return sum / static_cast<double>(body_nodes_[body].size());
}

std::vector<BodyMotion::Rigid> BodyMotion::between(const State &before, const State &after) const
{
  std::vector<Rigid> motions;
  for (const std::vector<int> &nodes : body_nodes_) {
    std::vector<Vector3> from, to;
    for (const int node : nodes) {
      from.push_back(field_.node_position[node] + block_of(before, node));
      to.push_back(field_.node_position[node] + block_of(after, node));
    }
    const RigidMotion fit = fit_rigid_motion(from, to);
    const Eigen::AngleAxisd turn(fit.rotation);
    motions.push_back({fit.reference_centre, fit.centre - fit.reference_centre, turn.angle() * turn.axis()});
  }
  return motions;
}

std::vector<BodyMotion::Rigid> BodyMotion::transfer(const std::vector<Rigid> &motions, double scale,
                                                    const State &state) const
{
  std::vector<Rigid> moved;
  for (std::size_t body = 0; body < motions.size(); ++body)
    moved.push_back(
        {centre(static_cast<int>(body), state), scale * motions[body].shift, scale * motions[body].rotation});
  return moved;
}

State BodyMotion::carry(const std::vector<Rigid> &motions, const State &state) const
{
  std::vector<Matrix3> turn;
  for (const Rigid &motion : motions)
    turn.push_back(rotation_matrix(motion.rotation) - Matrix3::Identity());
  State result(state.size(), 0.);
  for (const Follower &follower : followers_) {
    const Vector3 place = follower.reference + block_of(state, follower.block);
    const Vector3 step = shared(follower.share, [&](int body) -> Vector3 {
      return motions[body].shift + turn[body] * (place - motions[body].centre);
    });
    std::copy_n(step.data(), 3, &result[3 * static_cast<std::size_t>(follower.block)]);
  }
  return result;
}

void BodyMotion::advance(const State &correction, double size, State &state) const
{
  std::vector<Vector3> centres;
  std::vector<Matrix3> bend; // exp(w) - 1 - w x
  for (std::size_t body = 0; body < body_nodes_.size(); ++body) {
    centres.push_back(centre(static_cast<int>(body), state));
    Matrix3 inertia = Matrix3::Zero();
    Vector3 spin = Vector3::Zero();
    for (const int node : body_nodes_[body]) {
      const Vector3 arm = field_.node_position[node] + block_of(state, node) - centres.back();
      inertia += arm.squaredNorm() * Matrix3::Identity() - arm * arm.transpose();
      spin += arm.cross(block_of(correction, node));
    }
    const Vector3 rotation = size * (inertia.inverse() * spin);
    Matrix3 cross;
    cross << 0, -rotation[2], rotation[1], rotation[2], 0, -rotation[0], -rotation[1], rotation[0], 0;
    bend.push_back(rotation_matrix(rotation) - Matrix3::Identity() - cross);
  }
  std::vector<Vector3> second_order;
  for (const Follower &follower : followers_) {
    const Vector3 place = follower.reference + block_of(state, follower.block);
    second_order.push_back(
        shared(follower.share, [&](int body) -> Vector3 { return bend[body] * (place - centres[body]); }));
  }
  for (std::size_t k = 0; k < state.size(); ++k)
    state[k] += size * correction[k];
  for (std::size_t k = 0; k < followers_.size(); ++k)
    Eigen::Map<Vector3>(&state[3 * static_cast<std::size_t>(followers_[k].block)]) += second_order[k];
}
} // namespace lumbarfem
