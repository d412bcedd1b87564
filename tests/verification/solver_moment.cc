/// Pure moments on a column: senses of motion, balance at the base, and prescribed rotation as the inverse of load
/// control.
#include "tests/support/block_mesh.h"
#include "tests/support/solid_problem.h"

#include "solver/pure_moment.h"

#include <gtest/gtest.h>

using namespace lumbarfem;

namespace
{
/// A soft column with a hard body on top that carries the moment, as a vertebra does.
struct Column {
  std::shared_ptr<const Law> soft, hard;
  std::unique_ptr<SolidProblem> problem;
  PureMoment *moment = nullptr;

  Column(ElementType element, int axis)
  {
    LawParameters p;
    p.numbers = {{"c10_MPa", 0.5}, {"bulk_modulus_MPa", 50}};
    soft = make_law("neo_hooke", p, "test");
    p.numbers = {{"modulus_MPa", 1000}, {"poisson_ratio", 0.3}};
    hard = make_law("linear_elastic", p, "test");
    problem = std::make_unique<SolidProblem>(
        make_block({-10, 0, 10}, {-9, 0, 9}, {0, 7, 14, 21, 28}, [](const Vector3 &) { return "column"; }), element,
        [this](int, const Vector3 &, const Vector3 &x, const Matrix3 &) {
          return PointMaterial{x[2] > 21 ? hard.get() : soft.get()};
        });
    auto contribution = std::make_unique<PureMoment>(
        problem->field, nodes_of_surface(problem->mesh, problem->field, "top"), axis, problem->field.n_nodes);
    moment = contribution.get();
    problem->contributions.push_back(std::move(contribution));
    EquilibriumSettings settings;
    settings.tolerance = 1e-8;
    settings.max_newton = 30;
    problem->finish(problem->fixed_surface("base"), settings, 1, moment->couplings());
    problem->system->set_row_scale(0, 1e5); // N per rad
  }
  const State &state() const { return problem->solver->state(); }
  Vector3 displacement(const Vector3 &point) const { return entries(state(), problem->node_at(point)); }
};
} // namespace

TEST(SolverMoment, SensesOfMotionAndBalance)
{
  for (const ElementType element : {ElementType::q2p1, ElementType::q1p0})
    for (int axis = 0; axis < 3; ++axis) {
      Column column(element, axis);
      const double size = 400; // N mm
      column.problem->run([&](double t) { column.moment->set_moment(t * size); }, 0.25);
      EXPECT_GT(column.moment->angle(column.state(), Matrix3::Identity()), 0.05);
      // flexion: forward; left lateral bending: to the left; left axial rotation: the front turns to the left
      const double sense[3] = {-column.displacement({0, 0, 28})[1], column.displacement({0, 0, 28})[0],
                               column.displacement({0, -9, 28})[0]};
      EXPECT_GT(sense[axis], 0.5);
      const State reactions = column.problem->system->reactions();
      Vector3 force = Vector3::Zero(), moment = Vector3::Zero();
      for (int node = 0; node < column.problem->field.n_nodes; ++node) {
        force += entries(reactions, node);
        moment +=
            (column.problem->field.node_position[node] + entries(column.state(), node)).cross(entries(reactions, node));
      }
      EXPECT_LT(force.norm(), 1e-5);
      EXPECT_LT((moment + size * Vector3::Unit(axis)).norm(), 1e-5 * size);
    }
}

TEST(SolverMoment, PrescribedRotationFindsTheMoment)
{
  for (int axis = 0; axis < 3; ++axis)
    for (const double size : {400., -400.}) {
      Column given(ElementType::q2p1, axis), wanted(ElementType::q2p1, axis);
      given.problem->run([&](double t) { given.moment->set_moment(t * size); }, 0.25);
      const double angle = given.moment->angle(given.state(), Matrix3::Identity());
      const auto measured = [&](const State &at) { return wanted.moment->angle(at, Matrix3::Identity()); };
      wanted.problem->run([&](double t) { wanted.moment->set_rotation(t * angle, measured); }, 0.25);
      EXPECT_NEAR(wanted.moment->angle(wanted.state(), Matrix3::Identity()), angle, 1e-7);
      EXPECT_NEAR(wanted.moment->moment(wanted.state()), size, 1e-5 * std::abs(size));
      std::printf("    axis %d, %g N mm: %.4f degrees, moment found %.6f, %d against %d Newton iterations\n", axis,
                  size, angle * 180 / pi, wanted.moment->moment(wanted.state()), wanted.problem->solver->total_newton(),
                  given.problem->solver->total_newton());
    }
}
