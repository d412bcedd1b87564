/// Cases of the contributions with an exact answer: moments, follower strands, cord and spacer, attachments, fits.
#include "tests/support/contribution_bench.h"

#include "base/user_error.h"
#include "solver/cord_and_spacer.h"
#include "solver/follower_load.h"
#include "solver/pure_moment.h"

using namespace lumbarfem;

TEST(SolverExactCases, PureMomentHasNoForceAndExactlyTheMoment)
{
  ContributionBench bench(0, ElementType::q2p1);
  RandomStates random;
  for (int axis = 0; axis < 3; ++axis) {
    PureMoment moment(bench.field, nodes_of_surface(bench.mesh, bench.field, "top"), axis, -1);
    moment.set_moment(-7500);
    bench.use(moment);
    State state = bench.random(random, 2); // strained, then turned by up to 170 degrees
    const Matrix3 Q = random.rotation();
    for (int node = 0; node < bench.field.n_nodes; ++node) {
      auto u = entries(state, node);
      u = (Q * (bench.field.node_position[node] + u) - bench.field.node_position[node]).eval();
    }
    const auto sum = bench.resultant(bench.residual(state), state); // residual = minus the load
    EXPECT_LT(sum.force.norm(), 1e-9);
    EXPECT_LT((sum.moment - 7500 * Vector3::Unit(axis)).norm(), 1e-7);
  }
}

TEST(SolverExactCases, StraightStrandPullsAtItsEndsOnly)
{
  ContributionBench bench(4);
  const Vector3 direction = Vector3(1, 2, -3).normalized();
  FollowerLoad::Strand strand{Side::left, {Level::L2, Level::L3, Level::L4, Level::L5}, {}};
  const double at[4] = {0, 30, 71, 99};
  for (int k = 0; k < 4; ++k)
    strand.guides.push_back(extra_point(bench.extra(k), at[k] * direction));
  FollowerLoad load({strand});
  load.set_load(400);
  bench.use(load);
  State state(bench.n_unknowns(), 0.);
  State residual = bench.residual(state);
  EXPECT_LT((entries(residual, bench.extra(0)) + 400 * direction).norm(), 1e-10); // pulled inward: residual is minus it
  EXPECT_LT((entries(residual, bench.extra(3)) - 400 * direction).norm(), 1e-10);
  EXPECT_LT(entries(residual, bench.extra(1)).norm(), 1e-10);
  EXPECT_LT(entries(residual, bench.extra(2)).norm(), 1e-10);
  EXPECT_NEAR(load.mean_length(state), 99, 1e-12);
  ASSERT_EQ(load.lines(state).size(), 3u);
  EXPECT_EQ(name(load.lines(state)[1].part), "follower_load.L3-L4.left");
  EXPECT_DOUBLE_EQ(load.lines(state)[1].axial_force_N, 400);

  // Bent: the guide carries N (d1 - d2) with d the directions into and out of it.
  entries(state, bench.extra(1)) = Vector3(6, -2, 1);
  residual = bench.residual(state);
  const Vector3 d1 = (strand.guides[1].position(state) - strand.guides[0].position(state)).normalized(),
                d2 = (strand.guides[2].position(state) - strand.guides[1].position(state)).normalized();
  EXPECT_LT((entries(residual, bench.extra(1)) - 400 * (d1 - d2)).norm(), 1e-10);
  Vector3 sum = Vector3::Zero();
  for (int k = 0; k < 4; ++k)
    sum += entries(residual, bench.extra(k));
  EXPECT_LT(sum.norm(), 1e-10);
}

TEST(SolverExactCases, TwoStrandsShareTheLoad)
{
  ContributionBench bench(4);
  const auto strand = [&](Side side, double x, int k) {
    return FollowerLoad::Strand{side,
                                {Level::L1, Level::S1},
                                {extra_point(bench.extra(k), {x, 0, 40}), extra_point(bench.extra(k + 1), {x, 0, 0})}};
  };
  FollowerLoad load({strand(Side::left, 20, 0), strand(Side::right, -20, 2)});
  load.set_load(500);
  bench.use(load);
  const State state(bench.n_unknowns(), 0.), residual = bench.residual(state);
  EXPECT_LT((entries(residual, bench.extra(0)) - Vector3(0, 0, 250)).norm(), 1e-10); // load downward on the upper body
  EXPECT_LT((entries(residual, bench.extra(3)) - Vector3(0, 0, -250)).norm(), 1e-10);
}

TEST(SolverExactCases, CordAndSpacerWithoutPretensionCarryNothingAtRest)
{
  ContributionBench bench(2);
  const CordAndSpacer link({PartKind::link, "link"}, extra_point(bench.extra(0), {0, 0, 30}),
                           extra_point(bench.extra(1), {0, 0, 0}), {0, 555, 196, 0});
  bench.use(link);
  State state(bench.n_unknowns(), 0.);
  EXPECT_EQ(link.cord_force(state), 0);
  EXPECT_EQ(link.spacer_force(state), 0);
  EXPECT_EQ(link.energy(state), 0);
  EXPECT_EQ(bench.residual(state)[3 * bench.extra(0) + 2], 0);
  double &height = state[3 * bench.extra(0) + 2];
  height = 0.5;
  EXPECT_DOUBLE_EQ(link.cord_force(state), 0.5 * 555); // no offset beyond the first newton
  EXPECT_EQ(link.spacer_force(state), 0);
  height = -0.5;
  EXPECT_DOUBLE_EQ(link.spacer_force(state), 0.5 * 196);
  EXPECT_EQ(link.cord_force(state), 0);
}

TEST(SolverExactCases, CordAgainstSpacer)
{
  ContributionBench bench(2);
  const CordAndSpacer::Properties properties = {300, 200, 600, 0};
  const CordAndSpacer link({PartKind::link, "link", LevelSpan{Level::L4, Level::L5}, Side::left},
                           extra_point(bench.extra(0), {0, 0, 30}), extra_point(bench.extra(1), {0, 0, 0}), properties);
  bench.use(link);
  State state(bench.n_unknowns(), 0.);
  double &height = state[3 * bench.extra(0) + 2];
  const auto force = [&](double growth) { // on the upper head, upward
    height = growth;
    return -bench.residual(state)[3 * bench.extra(0) + 2];
  };
  EXPECT_NEAR(force(0), 0, 1e-12); // seated: both push and pull 300 N, no net force
  EXPECT_DOUBLE_EQ(link.cord_force(state), 300);
  EXPECT_DOUBLE_EQ(link.spacer_force(state), 300);
  EXPECT_NEAR(force(0.2), -0.2 * 800, 1e-10); // both resist
  EXPECT_NEAR(force(-0.2), 0.2 * 800, 1e-10);
  const double unloads = 300. / 600;
  EXPECT_GT(link.spacer_force((height = unloads - 0.01, state)), 5.9);
  EXPECT_NEAR(link.spacer_force((height = unloads, state)), 0, 1e-12);
  // Smoothed over the last newton: half a newton becomes 1 (2/4 - 1/8).
  EXPECT_NEAR(link.spacer_force((height = unloads - 0.5 / 600, state)), 0.375, 1e-9);
  EXPECT_EQ(link.spacer_force((height = unloads + 0.01, state)), 0);
  EXPECT_NEAR(force(unloads + 1), -(300 + 200 * (unloads + 1)), 1e-10); // the cord alone
  EXPECT_NEAR(force(-2), 300 + 600 * 2, 1e-10);                         // cord slack, spacer alone
  EXPECT_EQ(link.cord_force(state), 0);
  height = 0;
  const auto lines = link.lines(state);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_DOUBLE_EQ(lines[0].axial_force_N, 300);  // tension +
  EXPECT_DOUBLE_EQ(lines[1].axial_force_N, -300); // compression -
  EXPECT_DOUBLE_EQ(lines[2].axial_force_N, 300);
  EXPECT_EQ(name(lines[0].part), "link.cord");
  EXPECT_EQ(name(lines[1].part), "link.spacer");
  EXPECT_TRUE(lines[2].part == lines[0].part);
  EXPECT_TRUE(lines[1].part.levels == (LevelSpan{Level::L4, Level::L5}));
  EXPECT_EQ(lines[1].part.side, Side::left);
  // One behind the other from head to head, so that a picture shows both.
  EXPECT_LT((lines[0].start - Vector3(0, 0, 30)).norm() + (lines[2].end - Vector3(0, 0, 0)).norm(), 1e-12);
  for (int k = 0; k < 2; ++k)
    EXPECT_LT((lines[k].end - lines[k + 1].start).norm(), 1e-12);
}

TEST(SolverExactCases, SpacerOffsetDistracts)
{
  ContributionBench bench(2);
  CordAndSpacer::Properties properties = {300, 200, 600, 1.5};
  const AttachedPoint upper = extra_point(bench.extra(0), {0, 0, 30}), lower = extra_point(bench.extra(1), {0, 0, 0});
  CordAndSpacer longer({PartKind::link, "link"}, upper, lower, properties);
  bench.use(longer);
  State state(bench.n_unknowns(), 0.);
  EXPECT_NEAR(bench.residual(state)[3 * bench.extra(0) + 2], -600 * 1.5, 1e-9); // load on the upper head upward
  EXPECT_NEAR(bench.residual(state)[3 * bench.extra(1) + 2], 600 * 1.5, 1e-9);
  // unloads at T/k_s + offset
  state[3 * bench.extra(0) + 2] = 300. / 600 + 1.5;
  EXPECT_NEAR(longer.spacer_force(state), 0, 1e-12);
  // not yet installed: nothing
  longer.set_installation(0);
  state[3 * bench.extra(0) + 2] = 0;
  EXPECT_NEAR(bench.norm(bench.residual(state)), 0, 1e-12);
  properties.spacer_offset_mm = -0.3;
  const CordAndSpacer shorter({PartKind::link, "link"}, upper, lower, properties);
  bench.use(shorter);
  EXPECT_GT(bench.residual(state)[3 * bench.extra(0) + 2], 0); // compresses
}

TEST(SolverExactCases, AttachmentsReproduceLinearFields)
{
  RandomStates random;
  for (const ElementType element : {ElementType::q1, ElementType::q2p1}) {
    ContributionBench bench(0, element);
    Matrix3 gradient;
    for (int i = 0; i < 9; ++i)
      gradient(i / 3, i % 3) = random.uniform();
    const Vector3 shift = 5 * random.direction();
    State state(bench.n_unknowns());
    for (int node = 0; node < bench.field.n_nodes; ++node)
      entries(state, node) = shift + gradient * bench.field.node_position[node];
    for (int trial = 0; trial < 20; ++trial) {
      const Vector3 point(10 + 9.9 * random.uniform(), 10 + 9.9 * random.uniform(), 11 + 10.9 * random.uniform());
      int host = -1;
      const AttachedPoint inside = attach_in_cell(bench.mesh, bench.field, {}, point, 1e-6, "point", &host);
      ASSERT_GE(host, 0);
      double sum = 0;
      Vector3 position = Vector3::Zero();
      for (const auto &[block, weight] : inside.blocks) {
        sum += weight;
        position += weight * bench.field.node_position[block];
      }
      EXPECT_NEAR(sum, 1, 1e-12);
      // In the element's own map, which for Q1 is not the mesh's tri-quadratic one.
      EXPECT_LT((position - point).norm(), 1e-9);
      EXPECT_LT((inside.displacement(state) - (shift + gradient * point)).norm(), 1e-9);
      const Vector3 anywhere(40 * random.uniform(), 40 * random.uniform(), 40 * random.uniform());
      for (const auto &nodes : {nodes_of_surface(bench.mesh, bench.field, "boundary"),
                                corner_nodes_of_surface(bench.mesh, bench.field, "boundary")}) {
        const AttachedPoint carried = attach_affine(bench.field, nodes, anywhere);
        EXPECT_LT((carried.displacement(state) - (shift + gradient * anywhere)).norm(), 1e-10);
      }
    }
    // Just outside the block: carried along with the nearest cell's gradient.
    const Vector3 outside(20.4, 7, 22.3);
    const AttachedPoint near = attach_in_cell(bench.mesh, bench.field, {}, outside, 0.6, "point");
    EXPECT_LT((near.displacement(state) - (shift + gradient * outside)).norm(), 1e-9);
    // A point in the plane of a flat set of nodes is carried exactly too.
    const Vector3 in_plane(3, 25, 22);
    const AttachedPoint flat = attach_affine(bench.field, nodes_of_surface(bench.mesh, bench.field, "top"), in_plane);
    EXPECT_LT((flat.displacement(state) - (shift + gradient * in_plane)).norm(), 1e-10);
  }
}

TEST(SolverExactCases, AttachmentOutsideIsRefusedInWords)
{
  ContributionBench bench(0);
  EXPECT_NO_THROW(attach_in_cell(bench.mesh, bench.field, {}, {-0.5, 5, 5}, 0.6, "screw_L4_left"));
  try {
    attach_in_cell(bench.mesh, bench.field, {}, {-3, 5, 5}, 0.6, "screw_L4_left");
    FAIL() << "accepted";
  } catch (const UserError &error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("screw_L4_left"), std::string::npos) << text;
    EXPECT_NE(text.find("mm outside the tissue"), std::string::npos) << text;
    EXPECT_NE(text.find("0.6 mm"), std::string::npos) << text;
  }
  // Only the given cells are searched.
  EXPECT_THROW(attach_in_cell(bench.mesh, bench.field, {0}, {18, 18, 20}, 0.6, "screw"), UserError);
}

TEST(SolverExactCases, NodesOfSurfaces)
{
  for (const ElementType element : {ElementType::q1, ElementType::q2p1}) {
    ContributionBench bench(0, element);
    const bool quadratic = element == ElementType::q2p1;
    const std::vector<int> top = nodes_of_surface(bench.mesh, bench.field, "top"),
                           corners = corner_nodes_of_surface(bench.mesh, bench.field, "top");
    EXPECT_EQ(top.size(), quadratic ? 25u : 9u);
    EXPECT_EQ(corners.size(), 9u);
    EXPECT_TRUE(std::is_sorted(top.begin(), top.end()));
    for (const int node : top)
      EXPECT_DOUBLE_EQ(bench.field.node_position[node][2], 22);
    EXPECT_TRUE(std::includes(top.begin(), top.end(), corners.begin(), corners.end()));
    EXPECT_EQ(nodes_of_cells(bench.field, {0, 1}).size(), quadratic ? 45u : 12u);
    EXPECT_EQ(cells_of_regions(bench.mesh, {0}).size(), 8u);
  }
}

TEST(SolverExactCases, RigidFitIsExactForRigidMotions)
{
  RandomStates random;
  for (int trial = 0; trial < 10; ++trial) {
    const Matrix3 Q = random.rotation();
    const Vector3 c = 20 * random.direction();
    std::vector<Vector3> reference, current;
    for (int k = 0; k < 6; ++k) {
      reference.push_back(15 *
                          Vector3(random.uniform(), random.uniform(), trial % 2 ? 0. : random.uniform())); // flat too
      current.push_back(c + Q * reference.back());
    }
    const RigidMotion motion = fit_rigid_motion(reference, current);
    EXPECT_LT((motion.rotation - Q).norm(), 1e-12);
    EXPECT_LT((motion.apply({1, 2, 3}) - (c + Q * Vector3(1, 2, 3))).norm(), 1e-11);
    EXPECT_LT(motion.rms_mm, 1e-12);
  }
}

TEST(SolverExactCases, CardanAnglesAndTheirSenses)
{
  RandomStates random;
  for (int trial = 0; trial < 20; ++trial) {
    const Vector3 angles(3 * random.uniform(), 1.5 * random.uniform(), 3 * random.uniform());
    EXPECT_LT((cardan_angles(rotation_from_cardan(angles)) - angles).norm(), 1e-12);
  }
  // LPS: the point above the origin goes forward (-y) in flexion, to the left (+x) in left lateral bending; the front
  // (-y) of the body goes to the left (+x) in left axial rotation.
  EXPECT_LT((rotation_from_cardan({0.1, 0, 0}) * Vector3::UnitZ())[1], -0.09);
  EXPECT_GT((rotation_from_cardan({0, 0.1, 0}) * Vector3::UnitZ())[0], 0.09);
  EXPECT_GT((rotation_from_cardan({0, 0, 0.1}) * -Vector3::UnitY())[0], 0.09);
}
