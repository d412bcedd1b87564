/// Every contribution: residual = gradient of the energy, tangent = derivative of the residual, objectivity.
#include "tests/support/contribution_bench.h"

#include "solver/axial_load.h"
#include "solver/beam.h"
#include "solver/cord_and_spacer.h"
#include "solver/follower_load.h"
#include "solver/pure_moment.h"

using namespace lumbarfem;

namespace
{
std::vector<std::pair<int, Vector3>> field_points(const ContributionBench &bench)
{
  std::vector<std::pair<int, Vector3>> points;
  for (int node = 0; node < bench.field.n_nodes; ++node)
    points.emplace_back(node, bench.field.node_position[node]);
  return points;
}

/// Two strands of three guides: inside the block, carried by its top, on an extra node.
FollowerLoad make_follower(const ContributionBench &bench)
{
  const auto strand = [&](Side side, double x, int extra) {
    return FollowerLoad::Strand{
        side,
        {Level::L3, Level::L4, Level::L5},
        {attach_affine(bench.field, nodes_of_surface(bench.mesh, bench.field, "top"), {x, 8, 22}),
         attach_in_cell(bench.mesh, bench.field, {}, {x, 11, 9}, 1e-6, "guide"),
         extra_point(bench.extra(extra), {x, 9, -12})}};
  };
  FollowerLoad load({strand(Side::left, 15, 0), strand(Side::right, 4, 1)});
  load.set_load(500);
  return load;
}

/// A bent rod of two elements with a branch: three directions and two sections.
struct BeamCase {
  ContributionBench bench{8};
  std::vector<int> rotations = {bench.extra(1), bench.extra(3), bench.extra(5), bench.extra(7)};
  std::vector<BeamNode> nodes = {{{0, 0, 0}, bench.extra(0), bench.extra(1)},
                                 {{12, 3, 1}, bench.extra(2), bench.extra(3)},
                                 {{20, -4, 9}, bench.extra(4), bench.extra(5)},
                                 {{10, 14, 2}, bench.extra(6), bench.extra(7)}};
  BeamStructure beams{"implants",
                      nodes,
                      {{0, 1, {5.5, 110000, 0.3}, {PartKind::rod, "rod"}},
                       {1, 2, {5.5, 110000, 0.3}, {PartKind::rod, "rod"}},
                       {1, 3, {6.5, 105000, 0.3}, {PartKind::screw, "screw"}}}};
};

ScrewBedding make_bedding(const ContributionBench &bench)
{
  std::vector<ScrewBedding::Spring> springs;
  const BeamNode node = {{6, 7, 8}, bench.extra(0), bench.extra(1)};
  for (int k = 0; k < 5; ++k) {
    const Vector3 offset(0, 3 * std::cos(1.3 * k), 3 * std::sin(1.3 * k));
    springs.push_back({node, offset,
                       attach_in_cell(bench.mesh, bench.field, {}, node.reference + offset, 1e-6, "screw"),
                       400. + 50 * k});
  }
  return ScrewBedding({PartKind::screw, "bedding"}, springs);
}
} // namespace

TEST(SolverContributions, FollowerLoadDerivatives)
{
  for (const ElementType element : {ElementType::q1, ElementType::q2p1}) {
    ContributionBench bench(2, element);
    const FollowerLoad load = make_follower(bench);
    bench.use(load);
    RandomStates random;
    bench.expect_derivatives(bench.random(random, 2), random, 0.4);
  }
}

TEST(SolverContributions, BeamDerivatives)
{
  BeamCase c;
  c.bench.use(c.beams);
  RandomStates random;
  for (const double rotation : {0.02, 0.3, 1.2}) // the series and the closed form of the rotation's coefficients
    c.bench.expect_derivatives(c.bench.random(random, 2, c.rotations, rotation), random, 0.1, c.rotations);
}

TEST(SolverContributions, BeddingDerivatives)
{
  ContributionBench bench(2);
  const ScrewBedding bedding = make_bedding(bench);
  bench.use(bedding);
  RandomStates random;
  for (const double rotation : {0.05, 1.}) {
    const State state = bench.random(random, 1, {bench.extra(1)}, rotation);
    bench.expect_derivatives(state, random, 0.4, {bench.extra(1)});
    // The springs' forces on the bone are minus the bone's share of the residual.
    const Vector3 force = bench.resultant(bench.residual(state), state).force;
    EXPECT_LT((bedding.force_on_bone(state) + force).norm(), 1e-9 * force.norm());
  }
}

TEST(SolverContributions, CordAndSpacerDerivativesInEveryRegime)
{
  ContributionBench bench(1);
  const AttachedPoint upper = attach_in_cell(bench.mesh, bench.field, {}, {6, 7, 18}, 1e-6, "head");
  const AttachedPoint lower = extra_point(bench.extra(0), {5, 6, -12});
  // Soft enough that differences do not cross from one regime to the next: the kink is 1 N wide.
  CordAndSpacer link({PartKind::link, "link"}, upper, lower, {30, 5, 8, 0.4});
  bench.use(link);
  RandomStates random;
  const Vector3 axis = (upper.reference - lower.reference).normalized();
  const double cord_slack = -30. / 5, spacer_free = 30. / 8 + 0.4;
  // both, spacer unloaded, cord slack, kink of the spacer, kink of the cord
  for (const double growth : {1., spacer_free + 1, cord_slack - 1, spacer_free - 0.06, cord_slack + 0.1}) {
    State state = bench.random(random, 0.3);
    entries(state, bench.extra(0)) = Vector3::Zero();
    const auto distance = [&] { return (upper.position(state) - lower.position(state)).norm(); };
    for (int k = 0; k < 20; ++k) // moves the lower head until the distance is right
      entries(state, bench.extra(0)) -= (growth + (upper.reference - lower.reference).norm() - distance()) * axis;
    ASSERT_NEAR(distance(), growth + (upper.reference - lower.reference).norm(), 1e-9);
    bench.expect_derivatives(state, random, 0.02);
  }
  link.set_installation(0.3);
  bench.expect_derivatives(bench.random(random, 0.3), random, 0.02);
}

TEST(SolverContributions, AxialLoadDerivatives)
{
  // Load and constraints are linear, so that differences are exact but for rounding; that is what the bench takes for
  // second order below 1e-9.
  const Vector3 axis = Vector3(0.1, -0.3, 1).normalized();
  for (const bool is_guided : {true, false})
    for (const bool is_displaced : {true, false}) {
      ContributionBench bench(2);
      AxialLoad load(bench.field, nodes_of_surface(bench.mesh, bench.field, "top"), axis, is_guided, bench.extra(0));
      if (is_displaced)
        load.set_displacement(0.7, 0.2);
      else
        load.set_force(900);
      ASSERT_EQ(load.n_multipliers(), 5 * is_guided + is_displaced);
      bench.use(load);
      RandomStates random;
      bench.expect_derivatives(bench.random(random, 2), random, 0.4);
    }
}

TEST(SolverContributions, AxialLoadIsAForceAlongTheAxisAndItsGuideHoldsTheRest)
{
  const Vector3 axis = Vector3(0.1, -0.3, 1).normalized();
  ContributionBench bench(2);
  AxialLoad load(bench.field, nodes_of_surface(bench.mesh, bench.field, "top"), axis, true, bench.extra(0));
  load.set_force(900);
  bench.use(load);
  State state(bench.n_unknowns(), 0.);
  const auto top_force = bench.resultant(bench.residual(state), state).force;
  EXPECT_LT((top_force - 900 * axis).norm(), 1e-10);
  // Moved down the axis: nothing that the guide would hold, and the approach is what was moved.
  move_rigidly(state, Matrix3::Identity(), -0.8 * axis, field_points(bench), {});
  EXPECT_NEAR(load.displacement(state), 0.8, 1e-12);
  State residual = bench.residual(state);
  for (int i = 0; i < 6; ++i)
    EXPECT_NEAR(residual[3 * bench.extra(0) + i], 0, 1e-12) << i;
  // Turned about the axis: seen by the guide, with the size of the angle for a small one.
  State turned(bench.n_unknowns(), 0.);
  move_rigidly(turned, Eigen::AngleAxisd(1e-4, axis).toRotationMatrix(), Vector3::Zero(), field_points(bench), {});
  residual = bench.residual(turned);
  EXPECT_LT((Vector3(&residual[3 * bench.extra(1)]) - 1e-4 * axis).norm(), 1e-8);
  // The multipliers are force and moment on the body, with the opposite sign of the residual.
  entries(state, bench.extra(0)) = Vector3(30, -20, 0);
  entries(state, bench.extra(1)) = Vector3(400, 500, -600);
  State of_nodes = bench.residual(state);
  const auto sum = bench.resultant(of_nodes, state);
  EXPECT_NEAR(sum.force.dot(axis), 900, 1e-9);
  EXPECT_NEAR((sum.force - 900 * axis).norm(), std::hypot(30, 20), 1e-9);
}

TEST(SolverContributions, PureMomentTangentIsTheSymmetricPart)
{
  // A moment fixed in space has no potential: its derivative J is unsymmetric, the tangent is (J + J^T)/2.
  ContributionBench bench(1);
  RandomStates random;
  for (int axis = 0; axis < 3; ++axis) {
    PureMoment moment(bench.field, nodes_of_surface(bench.mesh, bench.field, "top"), axis, bench.extra(0));
    moment.set_moment(7500);
    bench.use(moment);
    const State state = bench.random(random, 3);
    const State a = bench.random(random, 1), b = bench.random(random, 1);
    const double exact = bench.dot(a, bench.tangent_times(state, b));
    const std::vector<double> steps = halved_steps(0.4, 4);
    std::vector<double> errors;
    double skew = 0;
    for (const double step : steps) {
      const double ab = bench.dot(a, bench.residual_difference(state, b, step)),
                   ba = bench.dot(b, bench.residual_difference(state, a, step));
      errors.push_back(std::abs(0.5 * (ab + ba) - exact) / std::abs(exact));
      skew = std::abs(ab - ba);
    }
    expect_second_order(steps, errors);
    EXPECT_GT(skew, 1.); // N mm: the part that is left out is there
  }
}

TEST(SolverContributions, PureMomentUnderPrescribedRotation)
{
  // Block moved rigidly by a large rotation about the controlled axis: there the added row is the exact derivative of
  // the angle, and the column is the derivative by the multiplier everywhere.
  ContributionBench bench(1);
  RandomStates random;
  const int multiplier = 3 * bench.extra(0);
  for (int axis = 0; axis < 3; ++axis) {
    PureMoment moment(bench.field, nodes_of_surface(bench.mesh, bench.field, "top"), axis, bench.extra(0));
    const Matrix3 neutral = Eigen::AngleAxisd(0.1, Vector3::Unit(axis)).toRotationMatrix();
    moment.set_rotation(0.25, [&](const State &at) { return moment.angle(at, neutral); });
    ASSERT_EQ(moment.n_multipliers(), 1);
    bench.use(moment);
    State state(bench.n_unknowns(), 0.);
    move_rigidly(state, Eigen::AngleAxisd(0.7, Vector3::Unit(axis)).toRotationMatrix(), {1, 2, 3}, field_points(bench),
                 {});
    state[multiplier] = 6000;
    EXPECT_NEAR(moment.angle(state, neutral), 0.6, 1e-12);
    EXPECT_DOUBLE_EQ(moment.moment(state), 6000);
    EXPECT_NEAR(bench.residual(state)[multiplier], -(0.6 - 0.25), 1e-12);

    const State direction = bench.random(random, 1);
    State along = direction, unit(bench.n_unknowns(), 0.);
    along[multiplier] = along[multiplier + 1] = along[multiplier + 2] = 0;
    unit[multiplier] = 1;
    const double row = bench.tangent_times(state, along)[multiplier];
    const std::vector<double> steps = halved_steps(0.4, 4);
    std::vector<double> errors;
    for (const double step : steps)
      errors.push_back(std::abs(bench.residual_difference(state, along, step)[multiplier] - row) / std::abs(row));
    expect_second_order(steps, errors);
    const State column = bench.tangent_times(state, unit), difference = bench.residual_difference(state, unit, 100);
    EXPECT_LT(bench.distance(column, difference), 1e-9 * bench.norm(column));
    EXPECT_NEAR(bench.dot(column, along), row, 1e-9 * std::abs(row)); // symmetric
  }
}

TEST(SolverContributions, EnergiesAreObjective)
{
  RandomStates random;
  for (int trial = 0; trial < 5; ++trial) {
    const Matrix3 Q = Eigen::AngleAxisd(1.9 * random.uniform(), random.direction()).toRotationMatrix();
    const Vector3 c = 30 * random.direction();
    BeamCase beam;
    State state = beam.bench.random(random, 1, beam.rotations, 0.3);
    double before = beam.beams.energy(state);
    std::vector<std::pair<int, Vector3>> points;
    for (const BeamNode &node : beam.nodes)
      points.emplace_back(node.displacement_block, node.reference);
    move_rigidly(state, Q, c, points, beam.rotations);
    EXPECT_NEAR(beam.beams.energy(state), before, 1e-10 * before);

    ContributionBench bench(2);
    const ScrewBedding bedding = make_bedding(bench);
    state = bench.random(random, 1, {bench.extra(1)}, 0.3);
    before = bedding.energy(state);
    points = field_points(bench);
    points.emplace_back(bench.extra(0), Vector3(6, 7, 8));
    move_rigidly(state, Q, c, points, {bench.extra(1)});
    EXPECT_NEAR(bedding.energy(state), before, 1e-10 * before);

    const FollowerLoad follower = make_follower(bench);
    state = bench.random(random, 1);
    before = follower.energy(state);
    points = field_points(bench);
    points.emplace_back(bench.extra(0), Vector3(15, 9, -12));
    points.emplace_back(bench.extra(1), Vector3(4, 9, -12));
    move_rigidly(state, Q, c, points, {});
    EXPECT_NEAR(follower.energy(state), before, 1e-10 * before);

    const CordAndSpacer link({PartKind::link, "link"}, extra_point(bench.extra(0), {0, 0, 30}),
                             extra_point(bench.extra(1), {2, 1, 0}), {300, 210, 500, 0.5});
    state = bench.random(random, 1);
    before = link.energy(state);
    move_rigidly(state, Q, c, {{bench.extra(0), {0, 0, 30}}, {bench.extra(1), {2, 1, 0}}}, {});
    EXPECT_NEAR(link.energy(state), before, 1e-10 * before);
  }
}
