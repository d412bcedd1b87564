/// Rigid motion of the vertebrae inside a correction or a load step.
#pragma once

#include "solver/rigid_fit.h"

namespace lumbarfem
{
/// Bone is stiff and turns through large angles. A displacement that moves it along the tangent of a rotation w strains
/// it by w^2 / 2, and in cortical bone that alone outweighs everything that the load does. Here the rigid part of a
/// displacement is split off body by body and carried along the arc. Blocks between two bodies (disc, rod) follow both
/// by share. The iteration's result does not depend on it: only its path does.
class BodyMotion
{
public:
  /// Two bodies that a block follows, and the second one's share.
  struct Share {
    int first = -1, second = -1;
    double second_share = 0;
  };
  /// A block whose values are the displacement of a point.
  struct Follower {
    int block;
    Vector3 reference;
    Share share;
  };
  /// x -> centre + shift + exp(rotation) (x - centre)
  struct Rigid {
    Vector3 centre, shift, rotation;
  };

  /// @p body_nodes: nodes whose fit is the body's motion.
  BodyMotion(const Discretization &field, std::vector<std::vector<int>> body_nodes, std::vector<Follower> followers);

  /// Motion of each body from one state to another (least squares).
  std::vector<Rigid> between(const State &before, const State &after) const;
  /// The same motions, scaled, about the bodies' centres in another state.
  std::vector<Rigid> transfer(const std::vector<Rigid> &motions, double scale, const State &state) const;
  /// Displacement that the motions give to each follower at @p state; zero elsewhere.
  State carry(const std::vector<Rigid> &motions, const State &state) const;
  /// state += size * correction, with the rigid part of the correction on its arc: a change of second order in size.
  void advance(const State &correction, double size, State &state) const;

private:
  const Discretization &field_;
  std::vector<std::vector<int>> body_nodes_;
  std::vector<Follower> followers_;

  Vector3 centre(int body, const State &state) const;
};
} // namespace lumbarfem
