#include "solver/body_motion.h"

#include "tests/support/contribution_bench.h"

#include <gtest/gtest.h>

namespace lumbarfem
{
namespace
{
/// A block of two bodies, the lower and the upper half; every node follows both by height.
struct TwoBodies {
  ContributionBench bench{0};
  std::vector<std::vector<int>> bodies{2};
  std::vector<BodyMotion::Follower> followers;

  /// @p middle_share: the upper body's share of the nodes between 5 and 15 mm, which belong to the lower body's fit.
  explicit TwoBodies(double middle_share = 0.5)
  {
    for (int node = 0; node < bench.field.n_nodes; ++node) {
      const Vector3 &x = bench.field.node_position[node];
      bodies[x[2] > 15].push_back(node);
      followers.push_back({node, x, {0, 1, x[2] > 15 ? 1. : x[2] < 5 ? 0. : middle_share}});
    }
  }
  BodyMotion motion() const { return BodyMotion(bench.field, bodies, followers); }
  State rotated(const Matrix3 &turn, const Vector3 &shift) const
  {
    State state(bench.n_unknowns());
    for (int node = 0; node < bench.field.n_nodes; ++node) {
      const Vector3 &x = bench.field.node_position[node];
      const Vector3 u = turn * x + shift - x;
      std::copy_n(u.data(), 3, &state[3 * node]);
    }
    return state;
  }
};

Matrix3 turn_about(const Vector3 &axis, double angle)
{
  return Eigen::AngleAxisd(angle, axis.normalized()).toRotationMatrix();
}

double largest_difference(const State &a, const State &b)
{
  double largest = 0;
  for (std::size_t k = 0; k < a.size(); ++k)
    largest = std::max(largest, std::abs(a[k] - b[k]));
  return largest;
}
} // namespace

TEST(SolverBodyMotion, InfinitesimalRotationBecomesAFiniteOne)
{
  const TwoBodies two;
  const State start = two.rotated(turn_about({1, 2, -1}, 0.4), {3, -2, 1});
  const Vector3 spin(0.3, -0.5, 0.2);
  State correction(start.size());
  for (int node = 0; node < two.bench.field.n_nodes; ++node) {
    const Vector3 place = two.bench.field.node_position[node] + Vector3(&start[3 * node]);
    const Vector3 step = spin.cross(place) + Vector3(0.1, 0.2, 0.3);
    std::copy_n(step.data(), 3, &correction[3 * node]);
  }
  State state = start;
  two.motion().advance(correction, 1, state);
  // The two bodies turn alike about their own centres: no distance within a body changes, though the step is long.
  for (const std::vector<int> &body : two.bodies)
    for (const int a : body)
      for (const int b : body) {
        if (two.followers[a].share.second_share != two.followers[b].share.second_share)
          continue;
        const Vector3 span = two.bench.field.node_position[a] - two.bench.field.node_position[b];
        const Vector3 now = span + Vector3(&state[3 * a]) - Vector3(&state[3 * b]);
        EXPECT_NEAR(now.norm(), span.norm(), 1e-12 * 30);
      }
  State straight = start;
  for (std::size_t k = 0; k < state.size(); ++k)
    straight[k] += correction[k];
  EXPECT_GT(largest_difference(straight, state), 0.5);
}

TEST(SolverBodyMotion, TheBendIsOfSecondOrder)
{
  const TwoBodies two;
  RandomStates random(7);
  const State start = two.bench.random(random, 0.5), correction = two.bench.random(random, 2);
  const auto bend = [&](double size) {
    State bent = start, straight = start;
    two.motion().advance(correction, size, bent);
    for (std::size_t k = 0; k < straight.size(); ++k)
      straight[k] += size * correction[k];
    return largest_difference(bent, straight);
  };
  EXPECT_NEAR(std::log2(bend(2e-2) / bend(1e-2)), 2, 0.02);
}

TEST(SolverBodyMotion, CarriesARigidMotionExactly)
{
  const TwoBodies two(0);
  const Matrix3 first = turn_about({1, 0, 1}, 0.2), second = turn_about({0, 1, 3}, 0.7);
  const State before = two.rotated(first, {1, 1, 0}), after = two.rotated(second * first, {0, 2, 5});
  const BodyMotion motion = two.motion();
  State carried = motion.carry(motion.between(before, after), before);
  for (std::size_t k = 0; k < carried.size(); ++k)
    carried[k] += before[k];
  EXPECT_LT(largest_difference(carried, after), 1e-12 * 30);

  // From where it ended, the same turn once more.
  State again = motion.carry(motion.transfer(motion.between(before, after), 1, after), after);
  const std::vector<BodyMotion::Rigid> steps = motion.between(before, after);
  for (std::size_t k = 0; k < again.size(); ++k)
    again[k] += after[k];
  const std::vector<BodyMotion::Rigid> more = motion.between(after, again);
  for (int body = 0; body < 2; ++body)
    EXPECT_LT((more[body].rotation - steps[body].rotation).norm(), 1e-12) << "body " << body;
}
} // namespace lumbarfem
