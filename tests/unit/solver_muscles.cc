/// Muscles and weights: static optimisation against closed forms, derivatives of the contributions.
#include "tests/support/contribution_bench.h"

#include "solver/dead_forces.h"
#include "solver/muscle_optimisation.h"
#include "solver/muscles.h"

using namespace lumbarfem;

namespace
{
/// Two extensors behind one joint that a load flexes.
MuscleProblem two_muscles(double load_Nmm)
{
  MuscleProblem problem;
  problem.arms_mm.resize(1, 2);
  problem.arms_mm << -60, -30;
  problem.load_Nmm = Eigen::VectorXd::Constant(1, load_Nmm);
  problem.area_mm2 = Eigen::Vector2d(200, 500);
  problem.limit_N = 0.5 * problem.area_mm2;
  return problem;
}

Muscles make_fascicles(const ContributionBench &bench)
{
  const AttachedPoint inside = attach_in_cell(bench.mesh, bench.field, {}, {5, 11, 9}, 1e-6, "origin");
  const AttachedPoint on_wall =
      attach_affine(bench.field, nodes_of_surface(bench.mesh, bench.field, "top"), {4, 30, 22});
  const AttachedPoint pelvis = {{6, 9, -40}, {}};
  const AttachedPoint between = attach_in_cell(bench.mesh, bench.field, {}, {12, 14, 4}, 1e-6, "guide");
  return Muscles({{{PartKind::muscle, "multifidus", {}, Side::left, "short"}, {on_wall, inside}, {0, 1}, 50, 25},
                  {{PartKind::muscle, "longissimus", {}, Side::left, "long"},
                   {on_wall, inside, between, pelvis},
                   {0, 1, 2, 3},
                   80,
                   40},
                  {{PartKind::muscle, "psoas", {}, Side::left, "idle"}, {inside, pelvis}, {1, 3}, 80, 40}},
                 10);
}
} // namespace

TEST(MuscleOptimisation, ForcesAreProportionalToArmTimesAreaSquared)
{
  const double load = 9000;
  const MuscleProblem problem = two_muscles(load);
  const MuscleSolution solution = optimise_muscles(problem);
  ASSERT_TRUE(solution.feasible);
  // Stationary Lagrangian: 2 F / A^2 = multiplier * arm.
  const double first = 60 * 200. * 200., second = 30 * 500. * 500.;
  const double scale = load / (60 * first + 30 * second);
  EXPECT_NEAR(solution.force_N(0), scale * first, 1e-7 * load / 60);
  EXPECT_NEAR(solution.force_N(1), scale * second, 1e-7 * load / 60);
  EXPECT_LT(std::abs(solution.residual_Nmm(0)), 1e-6 * load);
}

TEST(MuscleOptimisation, AMuscleAtItsLimitLeavesTheRestToTheOther)
{
  MuscleProblem problem = two_muscles(9000);
  problem.limit_N(1) = 100;
  const MuscleSolution solution = optimise_muscles(problem);
  ASSERT_TRUE(solution.feasible);
  EXPECT_NEAR(solution.force_N(1), 100, 1e-6);
  EXPECT_NEAR(solution.force_N(0), (9000 - 30 * 100.) / 60, 1e-5);
}

TEST(MuscleOptimisation, WithoutAreaThereIsNoForce)
{
  MuscleProblem problem = two_muscles(6000);
  problem.area_mm2(1) = problem.limit_N(1) = 0;
  const MuscleSolution solution = optimise_muscles(problem);
  ASSERT_TRUE(solution.feasible);
  EXPECT_EQ(solution.force_N(1), 0);
  EXPECT_NEAR(solution.force_N(0), 100, 1e-5);
}

TEST(MuscleOptimisation, CoContractionIsBalancedToo)
{
  // An extensor, a flexor that pulls at least with 20 N, nothing else to carry.
  MuscleProblem problem = two_muscles(0);
  problem.arms_mm << -60, 30;
  problem.least_N = Eigen::Vector2d(2, 20);
  const MuscleSolution solution = optimise_muscles(problem);
  ASSERT_TRUE(solution.feasible);
  EXPECT_NEAR(solution.force_N(1), 20, 1e-6);
  EXPECT_NEAR(solution.force_N(0), 10, 1e-6);
}

TEST(MuscleOptimisation, WhatIsTooMuchIsReportedWithTheMissingMoment)
{
  const double highest = 60 * 100 + 30 * 250; // both at their limits
  const MuscleSolution solution = optimise_muscles(two_muscles(highest + 2000));
  EXPECT_FALSE(solution.feasible);
  EXPECT_NEAR(solution.residual_Nmm(0), 2000, 1);
  EXPECT_TRUE(optimise_muscles(two_muscles(highest - 1)).feasible);
  // A muscle cannot push.
  const MuscleSolution other = optimise_muscles(two_muscles(-1000));
  EXPECT_FALSE(other.feasible);
  EXPECT_NEAR(other.residual_Nmm(0), -1000, 1);
}

TEST(MuscleOptimisation, SymmetricMusclesWithDependentEquations)
{
  // Left and right pairs over two joints; the moments about y and z are multiples of each other.
  MuscleProblem problem;
  problem.arms_mm.resize(4, 4);
  problem.arms_mm << -50, -50, 0, 0, //
      -55, -55, -40, -40,            //
      20, -20, 15, -15,              //
      10, -10, 7.5, -7.5;
  problem.load_Nmm = Eigen::Vector4d(5000, 9000, 0, 0);
  problem.area_mm2 = Eigen::Vector4d(150, 150, 90, 90);
  problem.limit_N = problem.area_mm2;
  const MuscleSolution solution = optimise_muscles(problem);
  ASSERT_TRUE(solution.feasible);
  EXPECT_NEAR(solution.force_N(0), 50, 1e-5);
  EXPECT_NEAR(solution.force_N(1), 50, 1e-5);
  EXPECT_NEAR(solution.force_N(2), (9000 - 5500) / 80., 1e-5);
  EXPECT_NEAR(solution.force_N(3), (9000 - 5500) / 80., 1e-5);
}

TEST(SolverMuscles, DerivativesOfTheFascicles)
{
  for (const ElementType element : {ElementType::q1, ElementType::q2p1}) {
    ContributionBench bench(0, element);
    Muscles muscles = make_fascicles(bench);
    muscles.set_forces({20, 35, 0}, {24, 65, 50});
    bench.use(muscles);
    RandomStates random;
    bench.expect_derivatives(bench.random(random, 2), random, 0.4);
  }
}

TEST(SolverMuscles, OnlyThePelvisPullsFromOutside)
{
  ContributionBench bench(0);
  Muscles muscles = make_fascicles(bench);
  muscles.set_forces({20, 35, 0}, {24, 65, 50});
  bench.use(muscles);
  RandomStates random;
  const State state = bench.random(random, 2);
  const ContributionBench::Resultant sum = bench.resultant(bench.residual(state), state);
  EXPECT_EQ(muscles.pull_of_pelvis(0, state).direction.norm(), 0);
  const Muscles::Pull pelvis = muscles.pull_of_pelvis(1, state);
  const Vector3 pull = muscles.force_N(1, state) * pelvis.direction;
  EXPECT_NEAR(pull.norm(), 35 * (1 + 10 * (muscles.length_mm(1, state) - 65) / 65), 1e-9);
  EXPECT_LT((sum.force + pull).norm(), 1e-9);
  EXPECT_LT((sum.moment + pelvis.point.cross(pull)).norm(), 1e-7);
}

TEST(SolverMuscles, TheSegmentThatCrossesACutPulls)
{
  ContributionBench bench(0);
  const Muscles muscles = make_fascicles(bench);
  const State state(bench.n_unknowns(), 0.);
  const std::vector<AttachedPoint> &points = muscles.fascicles()[1].points;
  for (int body = 0; body < 3; ++body) {
    const Muscles::Pull pull = muscles.pull_above(1, body, state);
    const Vector3 along = points[body + 1].reference - points[body].reference;
    EXPECT_LT((pull.point - points[body].reference).norm(), 1e-9);
    EXPECT_LT((pull.direction - along.normalized()).norm(), 1e-12);
  }
  EXPECT_EQ(muscles.pull_above(0, 1, state).direction.norm(), 0); // ends above that cut
  EXPECT_EQ(muscles.pull_above(2, 0, state).direction.norm(), 0); // begins below it
}

TEST(SolverMuscles, WeightsAreDeadForces)
{
  ContributionBench bench(0);
  const AttachedPoint point =
      attach_affine(bench.field, nodes_of_surface(bench.mesh, bench.field, "top"), {4, -20, 22});
  DeadForces weights({{{PartKind::weight, "trunk"}, 0, point, {0, 0, -260}}});
  weights.set_share(0.5);
  bench.use(weights);
  RandomStates random;
  const State state = bench.random(random, 2), direction = bench.random(random, 1);
  const State residual = bench.residual(state);
  const ContributionBench::Resultant sum = bench.resultant(residual, state);
  EXPECT_LT((sum.force - Vector3(0, 0, 130)).norm(), 1e-9);
  EXPECT_LT((sum.moment - point.position(state).cross(Vector3(0, 0, 130))).norm(), 1e-7);
  // The energy is linear: its difference is the residual for any step.
  const double difference = weights.energy(bench.moved(state, direction, 3)) - weights.energy(state);
  EXPECT_NEAR(difference, 3 * bench.dot(residual, direction), 1e-8);
  EXPECT_LT(bench.norm(bench.tangent_times(state, direction)), 1e-12);
}
