/// A small block of solid nodes and some extra blocks on which single contributions are assembled and differentiated.
#pragma once

#include "tests/support/block_mesh.h"
#include "tests/support/state_entries.h"
#include "tests/unit/materials_test_tools.h"

#include "solver/contribution.h"
#include "solver/global_system.h"

namespace lumbarfem
{
/// Only rank 0 assembles the contribution, as in the program; all results are complete on every rank.
class ContributionBench
{
public:
  explicit ContributionBench(int n_extra, ElementType element = ElementType::q1)
      : mesh(make_block(
            {0, 9, 20}, {0, 12, 20}, {0, 10, 22}, [](const Vector3 &) { return "bone"; },
            [](const Vector3 &p) { // planar faces, interior bent
              const double bubble = p[0] * (20 - p[0]) * p[1] * (20 - p[1]) * p[2] * (22 - p[2]) / 1.21e6;
              return Vector3(p + bubble * Vector3(1.5, -1, 2));
            })),
        field(discretize(mesh, element, MPI_COMM_WORLD)), n_extra_(n_extra)
  {
  }

  SpineMesh mesh;
  Discretization field;

  int extra(int k) const { return field.n_nodes + k; }
  int n_unknowns() const { return 3 * (field.n_nodes + n_extra_); }

  /// Builds the system for one contribution; all that follows is about this one.
  void use(const Contribution &contribution)
  {
    contribution_ = &contribution;
    system_ = std::make_unique<GlobalSystem>(field, SystemLayout{n_extra_, contribution.couplings()});
  }

  State random(RandomStates &random, double displacement_mm, const std::vector<int> &rotation_blocks = {},
               double rotation = 0) const
  {
    State state(n_unknowns());
    for (double &value : state)
      value = displacement_mm * random.uniform();
    for (const int block : rotation_blocks)
      for (int i = 0; i < 3; ++i)
        state[3 * block + i] = rotation * random.uniform();
    return state;
  }

  void assemble(const State &state, bool tangent)
  {
    system_->begin(tangent);
    if (field.rank == 0)
      contribution_->assemble(state, *system_, tangent);
    system_->end();
  }
  State residual(const State &state)
  {
    assemble(state, false);
    return system_->residual();
  }
  /// Tangent at a state times a vector.
  State tangent_times(const State &state, const State &direction)
  {
    assemble(state, true);
    return system_->multiply(direction);
  }
  /// Central difference of the residual along a direction.
  State residual_difference(const State &state, const State &direction, double step)
  {
    const State plus = residual(moved(state, direction, step)), minus = residual(moved(state, direction, -step));
    State result(plus.size());
    for (std::size_t k = 0; k < plus.size(); ++k)
      result[k] = (plus[k] - minus[k]) / (2 * step);
    return result;
  }

  static State moved(State state, const State &direction, double step)
  {
    for (std::size_t k = 0; k < state.size(); ++k)
      state[k] += step * direction[k];
    return state;
  }
  static double dot(const State &a, const State &b)
  {
    double sum = 0;
    for (std::size_t k = 0; k < a.size(); ++k)
      sum += a[k] * b[k];
    return sum;
  }
  static double norm(const State &a) { return std::sqrt(dot(a, a)); }
  static double distance(const State &a, const State &b) { return norm(moved(a, b, -1)); }

  /// Force and moment about the origin that a residual's nodes carry.
  struct Resultant {
    Vector3 force = Vector3::Zero(), moment = Vector3::Zero();
  };
  Resultant resultant(const State &residual, const State &state) const
  {
    Resultant sum;
    for (int node = 0; node < field.n_nodes; ++node) {
      const Vector3 f(&residual[3 * node]), u(&state[3 * node]);
      sum.force += f;
      sum.moment += (field.node_position[node] + u).cross(f);
    }
    return sum;
  }

  /// Residual = gradient of the energy and tangent = derivative of the residual, both with the measured order of
  /// central differences, along random directions.
  void expect_derivatives(const State &state, RandomStates &random_states, double first_step,
                          const std::vector<int> &rotation_blocks = {})
  {
    const std::vector<double> steps = halved_steps(first_step, 4);
    for (int trial = 0; trial < 3; ++trial) {
      const State direction = random(random_states, 1, rotation_blocks, 0.1);
      const State gradient = residual(state), slope = tangent_times(state, direction);
      std::vector<double> energy_errors, residual_errors;
      for (const double step : steps) {
        const double difference = (contribution_->energy(moved(state, direction, step)) -
                                   contribution_->energy(moved(state, direction, -step))) /
                                  (2 * step);
        const double exact = dot(gradient, direction);
        energy_errors.push_back(std::abs(difference - exact) / std::abs(exact));
        residual_errors.push_back(distance(residual_difference(state, direction, step), slope) / norm(slope));
      }
      expect_second_order(steps, energy_errors);
      expect_second_order(steps, residual_errors);
    }
    const State a = random(random_states, 1, rotation_blocks, 0.1), b = random(random_states, 1, rotation_blocks, 0.1);
    const double ab = dot(a, tangent_times(state, b)), ba = dot(b, tangent_times(state, a));
    EXPECT_NEAR(ab, ba, 1e-10 * norm(tangent_times(state, b)) * norm(a));
  }

private:
  int n_extra_;
  const Contribution *contribution_ = nullptr;
  std::unique_ptr<GlobalSystem> system_;
};

/// The whole state moved rigidly: x -> c + Q x for displacement blocks with the given reference points, exp -> Q exp
/// for rotation blocks.
inline void move_rigidly(State &state, const Matrix3 &Q, const Vector3 &c,
                         const std::vector<std::pair<int, Vector3>> &points, const std::vector<int> &rotation_blocks)
{
  for (const auto &[block, reference] : points) {
    auto u = entries(state, block);
    u = (c + Q * (reference + u) - reference).eval();
  }
  for (const int block : rotation_blocks) {
    auto w = entries(state, block);
    const double angle = w.norm();
    const Matrix3 R = angle > 0 ? Eigen::AngleAxisd(angle, w / angle).toRotationMatrix() : Matrix3::Identity();
    const Eigen::AngleAxisd total(Matrix3(Q * R));
    w = total.angle() * total.axis();
  }
}
} // namespace lumbarfem
