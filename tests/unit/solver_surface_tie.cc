/// Surface tie: derivatives, rigid motion, forces of an exact case, refusal of a gap.
#include "tests/support/block_mesh.h"
#include "tests/support/contribution_bench.h"
#include "tests/support/solid_problem.h"

#include "base/user_error.h"
#include "materials/linear_elastic.h"
#include "solver/surface_tie.h"

using namespace lumbarfem;

namespace
{
/// Two blocks on top of each other that share no nodes; the upper one's lower face is the surface "joint". Each of its
/// faces lies in one face of the lower block, so that the tie's integrals are exact.
SpineMesh stacked_blocks(double gap_mm)
{
  SpineMesh mesh = make_block({0, 9, 20}, {0, 12, 20}, {0, 10}, [](const Vector3 &) { return "lower"; });
  const SpineMesh upper = make_block({0, 4, 9, 15, 20}, {0, 12, 17, 20}, {10 + gap_mm, 16 + gap_mm, 22 + gap_mm},
                                     [](const Vector3 &) { return "upper"; });
  const int first_node = int(mesh.nodes.size()), first_cell = int(mesh.cells.size());
  mesh.nodes.insert(mesh.nodes.end(), upper.nodes.begin(), upper.nodes.end());
  mesh.regions.push_back({"upper"});
  for (Cell cell : upper.cells) {
    for (int &node : cell.nodes)
      node += first_node;
    cell.region = 1;
    mesh.cells.push_back(cell);
    mesh.disc_coordinates.emplace_back();
  }
  mesh.surfaces["top"].clear();
  for (const CellFace &face : upper.surfaces.at("top"))
    mesh.surfaces["top"].push_back({face.cell + first_cell, face.face});
  for (const CellFace &face : upper.surfaces.at("base"))
    mesh.surfaces["joint"].push_back({face.cell + first_cell, face.face});
  return mesh;
}

std::unique_ptr<SurfaceTie> tie_joint(const SpineMesh &mesh, const Discretization &field, double stiffness)
{
  return tie_surface("joint", mesh, field, mesh.surfaces.at("joint"), cells_of_regions(mesh, {mesh.region("lower")}),
                     stiffness, 0.5);
}

/// The bench of the contributions with two blocks instead of one.
struct TieCase {
  ContributionBench bench;
  std::unique_ptr<SurfaceTie> tie;

  explicit TieCase(ElementType element) : bench(0, element)
  {
    bench.mesh = stacked_blocks(0.2);
    bench.field = discretize(bench.mesh, element, MPI_COMM_WORLD);
    tie = tie_joint(bench.mesh, bench.field, 70);
    bench.use(*tie);
  }
};
} // namespace

TEST(SolverSurfaceTie, DerivativesAreExactForAnyStep)
{
  // The energy is quadratic: central differences have no error that could fall with the step.
  for (const ElementType element : {ElementType::q1, ElementType::q2p1}) {
    TieCase c(element);
    RandomStates random;
    const State state = c.bench.random(random, 2), direction = c.bench.random(random, 1),
                other = c.bench.random(random, 1);
    const State gradient = c.bench.residual(state), slope = c.bench.tangent_times(state, direction);
    for (const double step : {3., 0.3, 0.03}) {
      const double difference = (c.tie->energy(ContributionBench::moved(state, direction, step)) -
                                 c.tie->energy(ContributionBench::moved(state, direction, -step))) /
                                (2 * step);
      EXPECT_NEAR(difference, ContributionBench::dot(gradient, direction), 1e-9 * c.tie->energy(state) / step);
      EXPECT_LT(ContributionBench::distance(c.bench.residual_difference(state, direction, step), slope),
                1e-10 / step * ContributionBench::norm(slope));
    }
    EXPECT_NEAR(ContributionBench::dot(other, slope),
                ContributionBench::dot(direction, c.bench.tangent_times(state, other)),
                1e-10 * ContributionBench::norm(slope) * ContributionBench::norm(other));
    // Force and moment of both sides cancel only as far as the gap of the reference allows: the forces exactly.
    EXPECT_LT(c.bench.resultant(gradient, state).force.norm(), 1e-9 * ContributionBench::norm(gradient));
  }
}

TEST(SolverSurfaceTie, RigidAndAffineMotionIsFree)
{
  for (const ElementType element : {ElementType::q1, ElementType::q2p1}) {
    TieCase c(element);
    Matrix3 motion = Eigen::AngleAxisd(1.1, Vector3(1, -2, 0.5).normalized()).toRotationMatrix();
    for (const double stretch : {0., 0.2}) {
      motion(0, 1) += stretch;
      State state(c.bench.n_unknowns());
      for (int node = 0; node < c.bench.field.n_nodes; ++node)
        entries(state, node) = Vector3(4, -7, 30) + (motion - Matrix3::Identity()) * c.bench.field.node_position[node];
      EXPECT_LT(c.tie->largest_opening(state), 1e-11);
      EXPECT_LT(ContributionBench::norm(c.bench.residual(state)), 1e-8);
    }
  }
}

TEST(SolverSurfaceTie, UniformTractionOpensItEvenly)
{
  // Without lateral contraction both blocks carry the same uniaxial stress; the tie opens by traction / stiffness.
  LawParameters constants;
  constants.numbers = {{"modulus_MPa", 1000}, {"poisson_ratio", 0}};
  const LinearElastic law(constants);
  const double traction = 12, stiffness = 400;
  for (const ElementType element : {ElementType::q1, ElementType::q2p1}) {
    SolidProblem problem(stacked_blocks(0), element,
                         [&](int, const Vector3 &, const Vector3 &, const Matrix3 &) { return PointMaterial{&law}; });
    auto tie = tie_joint(problem.mesh, problem.field, stiffness);
    const SurfaceTie *handle = tie.get();
    auto load =
        std::make_unique<DeadLoad>(problem.traction_on_top([&](const Vector3 &) { return Vector3(0, 0, traction); }));
    DeadLoad *pull = load.get();
    problem.contributions.push_back(std::move(tie));
    problem.contributions.push_back(std::move(load));
    EquilibriumSettings settings;
    settings.tolerance = 1e-11;
    problem.finish(problem.fixed_surface("base"), settings, 0, handle->couplings());
    problem.run([&](double factor) { pull->set_factor(factor); }, 1);
    const State &state = problem.solver->state();
    for (const SurfaceTie::Point &point : handle->points()) {
      const Vector3 opening = point.surface.displacement(state) - point.host.displacement(state);
      EXPECT_LT((opening - Vector3(0, 0, traction / stiffness)).norm(), 1e-8);
    }
    EXPECT_LT((handle->force_on_host(state) - Vector3(0, 0, traction * 400)).norm(), 1e-6 * traction * 400);
    EXPECT_NEAR(handle->energy(state), traction * traction * 400 / (2 * stiffness), 1e-6);
  }
}

TEST(SolverSurfaceTie, RefusesAGap)
{
  const SpineMesh mesh = stacked_blocks(0.8);
  const Discretization field = discretize(mesh, ElementType::q1, MPI_COMM_WORLD);
  try {
    tie_joint(mesh, field, 1);
    FAIL() << "a gap of 0.8 mm was accepted";
  } catch (const UserError &error) {
    EXPECT_NE(std::string(error.what()).find("joint"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("0.8"), std::string::npos);
  }
}
