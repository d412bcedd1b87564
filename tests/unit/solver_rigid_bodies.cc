#include "solver/rigid_bodies.h"

#include "tests/support/contribution_bench.h"

#include <gtest/gtest.h>

namespace lumbarfem
{
namespace
{
/// Springs between nodes of two bodies and free nodes, in a state that strains and turns them.
struct Bench {
  ContributionBench block{4};
  RigidBodies bodies;
  std::vector<std::pair<int, int>> springs;
  State state;

  Bench() : bodies(block.field, make_bodies(block))
  {
    const int n = block.field.n_nodes;
    for (int k = 0; k < n; ++k)
      springs.emplace_back(k, (5 * k + 7) % n);
    RandomStates random;
    state = block.random(random, 1.);
    bodies.make_rigid(state);
    bodies.place(state);
  }

  static std::vector<RigidBodies::Body> make_bodies(const ContributionBench &block)
  {
    std::vector<RigidBodies::Body> result = {{{}, block.extra(0), block.extra(1)},
                                             {{}, block.extra(2), block.extra(3)}};
    for (int node = 0; node < block.field.n_nodes; ++node) {
      const double z = block.field.node_position[node].z();
      if (z < 2 || z > 15)
        result[z > 15].nodes.push_back(node);
    }
    return result;
  }

  double spring_energy(const std::pair<int, int> &spring, const State &at, Eigen::VectorXd *gradient = nullptr,
                       Eigen::MatrixXd *hessian = nullptr) const
  {
    const Vector3 span = position(spring.first, at) - position(spring.second, at);
    const double length = std::sqrt(span.squaredNorm() + 1); // never zero
    if (gradient) {
      const double rate = (length - 8) / length; // dE = rate span . d(span)
      const Matrix3 block_of_two = rate * Matrix3::Identity() + 8 / std::pow(length, 3) * span * span.transpose();
      gradient->resize(6);
      *gradient << rate * span, -rate * span;
      hessian->resize(6, 6);
      *hessian << block_of_two, -block_of_two, -block_of_two, block_of_two;
    }
    return 0.5 * std::pow(length - 8, 2);
  }
  Vector3 position(int node, const State &at) const { return block.field.node_position[node] + Vector3(&at[3 * node]); }
  double energy(const State &at) const
  {
    double sum = 0;
    for (const auto &spring : springs)
      sum += spring_energy(spring, at);
    return sum;
  }

  /// The bodies moved by h times a correction along their arcs, free nodes straight.
  State moved(const State &correction, double h) const
  {
    State result = state;
    for (int node = 0; node < block.field.n_nodes; ++node)
      if (!bodies.holds(node))
        for (int i = 0; i < 3; ++i)
          result[3 * node + i] += h * correction[3 * node + i];
    for (const RigidBodies::Body &body : bodies.bodies()) {
      const Vector3 shift = h * at(correction, body.translation_block), turn = h * at(correction, body.rotation_block);
      Vector3 centre = Vector3::Zero();
      for (const int node : body.nodes)
        centre += (block.field.node_position[node] + at(state, node)) / body.nodes.size();
      const Matrix3 rotation = Eigen::AngleAxisd(turn.norm(), turn.normalized()).toRotationMatrix();
      for (const int node : body.nodes) {
        const Vector3 x = block.field.node_position[node] + at(state, node);
        const Vector3 u = centre + shift + rotation * (x - centre) - block.field.node_position[node];
        std::copy_n(u.data(), 3, &result[3 * node]);
      }
    }
    return result;
  }
  static Vector3 at(const State &state, int block) { return Vector3(&state[3 * block]); }
};

TEST(SolverRigidBodies, SlopeAndCurvatureOfTheEnergyAlongArcs)
{
  const Bench bench;
  RandomStates random(3);
  State correction(bench.block.n_unknowns());
  for (double &value : correction)
    value = random.uniform();
  double slope = 0, curvature = 0;
  for (const auto &spring : bench.springs) {
    Eigen::VectorXd gradient;
    Eigen::MatrixXd hessian;
    bench.spring_energy(spring, bench.state, &gradient, &hessian);
    const RigidBodies::Reduced reduced =
        bench.bodies.reduce({spring.first, spring.second}, gradient.data(), hessian.data());
    const std::size_t n = 3 * reduced.blocks.size();
    Eigen::VectorXd v(n);
    for (std::size_t k = 0; k < reduced.blocks.size(); ++k)
      v.segment<3>(3 * k) = Bench::at(correction, reduced.blocks[k]);
    const Eigen::Map<const Eigen::MatrixXd> K(reduced.matrix.data(), n, n);
    EXPECT_LT((K - K.transpose()).norm(), 1e-12 * (1 + K.norm()));
    slope += v.dot(Eigen::Map<const Eigen::VectorXd>(reduced.residual.data(), n));
    curvature += v.dot(K * v);
  }
  const double middle = bench.energy(bench.state);
  double slope_error[2], curvature_error[2];
  for (int k = 0; k < 2; ++k) {
    const double h = k ? 0.005 : 0.01;
    const double plus = bench.energy(bench.moved(correction, h)), minus = bench.energy(bench.moved(correction, -h));
    slope_error[k] = std::abs((plus - minus) / (2 * h) - slope);
    curvature_error[k] = std::abs((plus - 2 * middle + minus) / (h * h) - curvature);
  }
  EXPECT_LT(slope_error[1], 1e-3 * std::abs(slope));
  EXPECT_LT(curvature_error[1], 1e-3 * std::abs(curvature));
  EXPECT_NEAR(std::log2(slope_error[0] / slope_error[1]), 2, 0.1);
  EXPECT_NEAR(std::log2(curvature_error[0] / curvature_error[1]), 2, 0.1);
}

TEST(SolverRigidBodies, CorrectionOfTheNodesIsTheArcsTangent)
{
  const Bench bench;
  RandomStates random(4);
  State correction(bench.block.n_unknowns());
  for (double &value : correction)
    value = random.uniform();
  bench.bodies.expand(correction);
  const double h = 1e-4;
  const State plus = bench.moved(correction, h), minus = bench.moved(correction, -h);
  for (int k = 0; k < 3 * bench.block.field.n_nodes; ++k)
    EXPECT_NEAR((plus[k] - minus[k]) / (2 * h), correction[k], 1e-6);
}

TEST(SolverRigidBodies, BlocksOfBodiesStandForTheirNodes)
{
  const Bench bench;
  const RigidBodies::Body &body = bench.bodies.bodies()[1];
  int free_node = 0;
  while (bench.bodies.holds(free_node))
    ++free_node;
  EXPECT_EQ(bench.bodies.reduced({body.nodes[0], free_node, body.nodes[1]}),
            (std::vector<int>{free_node, body.translation_block, body.rotation_block}));
  // Extra blocks and free nodes stay.
  EXPECT_FALSE(bench.bodies.holds(body.translation_block));
}

TEST(SolverRigidBodies, MakeRigidKeepsDistancesAndFreeNodes)
{
  Bench bench;
  RandomStates random(5);
  State state = bench.block.random(random, 0.3);
  const State before = state;
  bench.bodies.make_rigid(state);
  const auto position = [&](int node) {
    return Vector3(bench.block.field.node_position[node] + Bench::at(state, node));
  };
  for (const RigidBodies::Body &body : bench.bodies.bodies())
    for (const int node : body.nodes)
      EXPECT_NEAR((position(node) - position(body.nodes[0])).norm(),
                  (bench.block.field.node_position[node] - bench.block.field.node_position[body.nodes[0]]).norm(),
                  1e-12);
  for (int node = 0; node < bench.block.field.n_nodes; ++node)
    if (!bench.bodies.holds(node)) {
      EXPECT_EQ(Bench::at(state, node), Bench::at(before, node));
    }
}
} // namespace
} // namespace lumbarfem
