/// Ligaments: derivatives in every regime, exact single strands, rigid motion, attachment to bone.
#include "tests/support/contribution_bench.h"

#include "solver/bone_attachment.h"
#include "solver/ligaments.h"

using namespace lumbarfem;

namespace
{
Ligaments::Strand make_strand(std::vector<AttachedPoint> points, const StrandLaw &law, double reference_strain)
{
  Ligaments::Strand strand;
  strand.part = {PartKind::ligament, "SSL", LevelSpan{Level::L4, Level::L5}};
  strand.points = std::move(points);
  strand.law = law;
  strand.reference_strain = reference_strain;
  return strand;
}

/// Three strands on the block and two extra nodes: straight in a toe, over a point on the way, and piecewise linear.
std::vector<Ligaments::Strand> strands_on(const ContributionBench &bench, double reference_strain)
{
  const AttachedPoint inside = attach_in_cell(bench.mesh, bench.field, {}, {6, 7, 18}, 1e-6, "origin");
  const AttachedPoint carried =
      attach_affine(bench.field, nodes_of_surface(bench.mesh, bench.field, "top"), {8, 22, 22});
  const AttachedPoint below = extra_point(bench.extra(0), {5, 6, -12}),
                      aside = extra_point(bench.extra(1), {14, 25, 4});
  return {make_strand({inside, below}, StrandLaw::toe(40, 0.2), reference_strain),
          make_strand({carried, aside, below}, StrandLaw::toe(25, 0.2), reference_strain),
          make_strand({inside, aside}, StrandLaw::piecewise_linear({10, 30, 90}, {0.1, 0.2}), reference_strain)};
}

State shifted(const ContributionBench &bench, const std::vector<std::pair<int, Vector3>> &moves)
{
  State state(bench.n_unknowns(), 0.);
  for (const auto &[block, move] : moves)
    entries(state, block) = move;
  return state;
}
} // namespace

TEST(SolverLigaments, DerivativesInEveryRegime)
{
  for (const ElementType element : {ElementType::q1, ElementType::q2p1}) {
    ContributionBench bench(2, element);
    RandomStates random;
    // slack, in the toe, beyond it
    for (const double reference_strain : {0.4, -0.08, -0.35}) {
      Ligaments ligaments(strands_on(bench, reference_strain));
      bench.use(ligaments);
      const State state = bench.random(random, 0.3);
      if (reference_strain > 0) {
        EXPECT_EQ(bench.norm(bench.residual(state)), 0);
        EXPECT_EQ(ligaments.energy(state), 0);
        continue;
      }
      bench.expect_derivatives(state, random, 0.04);
      ligaments.set_installation(0.7);
      bench.expect_derivatives(state, random, 0.04);
    }
  }
}

TEST(SolverLigaments, SingleStrandByHand)
{
  // A strand of 20 mm along z whose slack length is 0.9 of it, pulled by 2 mm: e = 22 / 18 - 1.
  ContributionBench bench(2);
  const AttachedPoint upper = extra_point(bench.extra(0), {1, 2, 20}), lower = extra_point(bench.extra(1), {1, 2, 0});
  Ligaments ligaments({make_strand({upper, lower}, StrandLaw::toe(36, 0.2), -0.1)});
  bench.use(ligaments);
  const State state = shifted(bench, {{bench.extra(0), {0, 0, 2}}});
  const double e = 22. / 18 - 1, force = 36 * (e - 0.1);
  EXPECT_NEAR(ligaments.reference_length_mm(0), 20, 1e-12);
  EXPECT_NEAR(ligaments.strain(0, state), e, 1e-12);
  EXPECT_NEAR(ligaments.force_N(0, state), force, 1e-10);
  // 18 mm x (36 x 0.2^2 / 6 + 36 x ((e^2 - 0.2^2) / 2 - 0.1 (e - 0.2)))
  EXPECT_NEAR(ligaments.energy(state), 18 * 36 * (0.04 / 6 + (e * e - 0.04) / 2 - 0.1 * (e - 0.2)), 1e-9);
  const State residual = bench.residual(state);
  EXPECT_LT((entries(residual, bench.extra(0)) - Vector3(0, 0, force)).norm(), 1e-10);
  EXPECT_LT((entries(residual, bench.extra(1)) + Vector3(0, 0, force)).norm(), 1e-10);
  // Stiffness along the strand k / l0, across it F / l.
  const State along = bench.tangent_times(state, shifted(bench, {{bench.extra(0), {0, 0, 1}}}));
  const State across = bench.tangent_times(state, shifted(bench, {{bench.extra(0), {1, 0, 0}}}));
  EXPECT_LT((entries(along, bench.extra(0)) - Vector3(0, 0, 36. / 18)).norm(), 1e-10);
  EXPECT_LT((entries(across, bench.extra(0)) - Vector3(force / 22, 0, 0)).norm(), 1e-10);
  // Half-way installed the slack length is 19 mm.
  ligaments.set_installation(0.5);
  EXPECT_NEAR(ligaments.strain(0, state), 22. / 19 - 1, 1e-12);
  ligaments.set_installation(0);
  EXPECT_NEAR(ligaments.force_N(0, shifted(bench, {})), 0, 1e-12);
}

TEST(SolverLigaments, WayOverAPointPullsAlongTheBisector)
{
  // Right angle at the point on the way: two tensions F give sqrt(2) F on it, towards the ends.
  ContributionBench bench(3);
  const std::vector<AttachedPoint> points = {extra_point(bench.extra(0), {0, 0, 10}),
                                             extra_point(bench.extra(1), {0, 0, 0}),
                                             extra_point(bench.extra(2), {0, 10, 0})};
  Ligaments ligaments({make_strand(points, StrandLaw::toe(50, 0.1), -0.2)});
  bench.use(ligaments);
  const State state = shifted(bench, {});
  const double force = 50 * (0.25 - 0.05);
  EXPECT_NEAR(ligaments.force_N(0, state), force, 1e-10);
  const State residual = bench.residual(state);
  EXPECT_LT((entries(residual, bench.extra(0)) - Vector3(0, 0, force)).norm(), 1e-10);
  EXPECT_LT((entries(residual, bench.extra(1)) - Vector3(0, -force, -force)).norm(), 1e-10);
  EXPECT_LT((entries(residual, bench.extra(2)) - Vector3(0, force, 0)).norm(), 1e-10);
  EXPECT_EQ(ligaments.lines(state).size(), 2u);
  EXPECT_EQ(name(ligaments.lines(state).front().part), "ligament.SSL.L4-L5");
}

TEST(SolverLigaments, InternalForcesAreInBalanceAndObjective)
{
  ContributionBench bench(1);
  const auto &top = nodes_of_surface(bench.mesh, bench.field, "top");
  const AttachedPoint a = attach_in_cell(bench.mesh, bench.field, {}, {6, 7, 4}, 1e-6, "insertion");
  const AttachedPoint b = attach_affine(bench.field, top, {8, 40, 22});
  const Ligaments ligaments({make_strand({b, a}, StrandLaw::toe(40, 0.1), -0.2)});
  bench.use(ligaments);
  RandomStates random;
  std::vector<std::pair<int, Vector3>> points;
  for (int node = 0; node < bench.field.n_nodes; ++node)
    points.emplace_back(node, bench.field.node_position[node]);
  for (int trial = 0; trial < 5; ++trial) {
    State state = bench.random(random, 0.5);
    const double before = ligaments.energy(state), size = bench.norm(bench.residual(state));
    ASSERT_GT(before, 1);
    const auto sum = bench.resultant(bench.residual(state), state);
    EXPECT_LT(sum.force.norm(), 1e-10 * size);
    EXPECT_LT(sum.moment.norm(), 1e-9 * size);
    move_rigidly(state, random.rotation(), 30 * random.direction(), points, {});
    EXPECT_NEAR(ligaments.energy(state), before, 1e-9 * before);
    EXPECT_NEAR(bench.norm(bench.residual(state)), size, 1e-9 * size);
  }
}

TEST(SolverLigaments, BoneCarriesItsPointsExactlyInAffineMotion)
{
  for (const ElementType element : {ElementType::q1, ElementType::q2p1}) {
    ContributionBench bench(0, element);
    bench.mesh.regions = {parse_region("L4.cortical")};
    auto &wall = bench.mesh.surfaces["L4.wall"];
    for (const char *part : {"top", "base"})
      wall.insert(wall.end(), bench.mesh.surfaces.at(part).begin(), bench.mesh.surfaces.at(part).end());
    VertebraFrame frame{};
    frame.level = Level::L4;
    bench.mesh.vertebrae = {frame};
    BoneAttachment attachment(bench.mesh, bench.field);
    RandomStates random;
    const Matrix3 F = random.deformation(0.4);
    State state(bench.n_unknowns());
    for (int node = 0; node < bench.field.n_nodes; ++node)
      entries(state, node) = F * bench.field.node_position[node] + Vector3(3, 2, 1) - bench.field.node_position[node];
    // inside, just outside, beyond the reach of a cell
    const std::vector<std::pair<Vector3, double>> places = {
        {{6, 7, 8}, 0}, {{6, 7, 26}, 4}, {{23, 7, 8}, 3}, {{6, 50, 8}, 30}};
    for (const auto &[place, distance] : places) {
      double found = -1;
      const AttachedPoint point = attachment.attach(Level::L4, place, found);
      EXPECT_NEAR(found, distance, 0.01 * distance + 1e-9); // the rays from a bent cell are not quite normal to it
      EXPECT_LT((point.position(state) - (F * place + Vector3(3, 2, 1))).norm(), 1e-8);
      EXPECT_EQ(point.blocks.size() > 8, distance > BoneAttachment::reach_mm);
    }
  }
}
