/// The parts of the linear solvers on systems whose answer is known, and both solvers against each other.
#include "tests/support/block_mesh.h"
#include "tests/support/ranks.h"
#include "tests/support/solid_problem.h"
#include "tests/unit/materials_test_tools.h"

#include "materials/law.h"
#include "solver/beam.h"
#include "solver/nested_dissection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace lumbarfem
{
namespace
{
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A chain of blocks 0 - 1 - 2 ... with random symmetric couplings, as a block matrix and dense.
struct Chain {
  static constexpr int n_blocks = 7;
  std::vector<std::vector<int>> sets;
  std::unique_ptr<BlockMatrix> matrix;
  Eigen::MatrixXd dense = Eigen::MatrixXd::Zero(3 * n_blocks, 3 * n_blocks);

  explicit Chain(double diagonal)
  {
    for (int k = 0; k + 1 < n_blocks; ++k)
      sets.push_back({k + 1, k}); // a falling pair is as good as a rising one
    std::vector<const std::vector<int> *> pointers;
    for (const std::vector<int> &set : sets)
      pointers.push_back(&set);
    matrix = std::make_unique<BlockMatrix>(n_blocks, pointers);
    RandomStates random;
    for (const std::vector<int> &set : sets) {
      RowMajor local(6, 6);
      for (int i = 0; i < 6; ++i)
        for (int j = 0; j <= i; ++j)
          local(i, j) = local(j, i) = random.uniform() + (i == j ? diagonal : 0);
      matrix->add(set, local.data());
      for (int a = 0; a < 2; ++a)
        for (int b = 0; b < 2; ++b)
          dense.block<3, 3>(3 * set[a], 3 * set[b]) += local.block<3, 3>(3 * a, 3 * b);
    }
  }

  /// The upper triangle from the first rank alone, all of it halved from each of two ranks.
  template <typename Real>
  typename Mumps<Real>::Factor factor(Mumps<Real> &mumps, int n_ranks) const
  {
    std::vector<int> rows, columns;
    std::vector<Real> values;
    for (int i = 0; i < dense.rows(); ++i)
      for (int j = i; j < dense.cols(); ++j)
        if (dense(i, j) != 0) {
          rows.push_back(i + 1);
          columns.push_back(j + 1);
          values.push_back(static_cast<Real>(dense(i, j) / n_ranks));
        }
    mumps.analyse(static_cast<int>(dense.rows()), rows, columns, {});
    return mumps.factor(values);
  }
};

TEST(SolverLinear, BlockMatrixIsTheSumOfItsLocalMatrices)
{
  const Chain chain(3);
  RandomStates random;
  std::vector<double> x(3 * Chain::n_blocks), y(x.size(), 1.);
  for (double &value : x)
    value = random.uniform();
  chain.matrix->multiply_add(x.data(), y.data());
  const Eigen::VectorXd expected = chain.dense * Eigen::Map<Eigen::VectorXd>(x.data(), x.size());
  for (std::size_t k = 0; k < x.size(); ++k)
    EXPECT_NEAR(y[k] - 1, expected[k], 1e-13);
  EXPECT_THROW(chain.matrix->entry(0, 2), std::logic_error);
}

template <typename Real>
void expect_solution(double diagonal, double tolerance, Pivots pivots = Pivots::chosen)
{
  int n_ranks;
  MPI_Comm_size(MPI_COMM_WORLD, &n_ranks);
  const Chain chain(diagonal);
  Mumps<Real> mumps(MPI_COMM_WORLD, pivots);
  const auto factor = chain.factor(mumps, n_ranks);
  ASSERT_FALSE(factor.failed);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(chain.dense);
  EXPECT_EQ(factor.negative_pivots, (eigen.eigenvalues().array() < 0).count());
  std::vector<Real> x(chain.dense.rows(), Real(1));
  mumps.solve(x);
  const Eigen::VectorXd exact = chain.dense.ldlt().solve(Eigen::VectorXd::Ones(chain.dense.rows()));
  for (std::size_t k = 0; k < x.size(); ++k)
    EXPECT_NEAR(x[k], exact[k], tolerance * exact.norm());
}

TEST(SolverLinear, MumpsSolvesAndCountsNegativePivots)
{
  expect_solution<double>(4, 1e-13);
  expect_solution<double>(0, 1e-11); // indefinite
  expect_solution<float>(4, 1e-5);
  expect_solution<float>(4, 1e-5, Pivots::as_they_come);
  expect_solution<float>(0, 1e-3);
}

/// Their rows have no pivot of their own.
TEST(SolverLinear, CoarseSystemChoosesPivotsForMultipliers)
{
  // Block 0: a multiplier on the difference of each component of the others.
  const std::vector<int> set = {0, 1, 2};
  BlockMatrix share(3, {&set});
  RowMajor dense = RowMajor::Zero(9, 9);
  dense.diagonal().tail<6>().setConstant(2);
  dense.block<3, 3>(0, 3) = dense.block<3, 3>(3, 0) = Matrix3::Identity();
  dense.block<3, 3>(0, 6) = dense.block<3, 3>(6, 0) = -Matrix3::Identity();
  if (rank() == 0)
    share.add(set, dense.data());
  CoarseSystem<float> system(share, nullptr, {1, 1, 1}, {0, 0, 0}, Ordering::nested_dissection, Pivots::chosen,
                             MPI_COMM_WORLD);
  const auto factor = system.factor(share);
  ASSERT_FALSE(factor.failed);
  EXPECT_EQ(factor.negative_pivots, 3);
  std::vector<double> r(9), z;
  std::iota(r.begin(), r.end(), 1.);
  system.apply(r, z);
  const Eigen::VectorXd exact = Eigen::MatrixXd(dense).fullPivLu().solve(Eigen::Map<Eigen::VectorXd>(r.data(), 9));
  for (int k = 0; k < 9; ++k)
    EXPECT_NEAR(z[k], exact[k], 1e-5 * exact.norm());
}

TEST(SolverLinear, MumpsTellsASingularMatrix)
{
  Mumps<double> mumps(MPI_COMM_SELF);
  mumps.analyse(3, {1, 2, 3, 1}, {1, 2, 3, 2}, {});
  std::vector<double> values = {1, 1, 1, 1}; // rows 1 and 2 are alike
  EXPECT_TRUE(mumps.factor(values).failed);
}

TEST(SolverLinear, NestedDissectionOrdersEachVertexOnceAndKeepsTheLast)
{
  // A lattice of 20 x 20 vertices and three more that see all of them.
  const int n = 20, n_graph = n * n, n_all = n_graph + 3;
  std::vector<std::pair<int, int>> edges;
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < n; ++i) {
      if (i + 1 < n)
        edges.emplace_back(i + n * j, i + 1 + n * j);
      if (j + 1 < n)
        edges.emplace_back(i + n * (j + 1), i + n * j);
      for (int k = 0; k < 3; ++k)
        edges.emplace_back(n_graph + k, i + n * j);
    }
  const std::vector<int> position = nested_dissection(n_all, n_graph, edges, MPI_COMM_WORLD);
  if (rank() != 0) {
    EXPECT_TRUE(position.empty());
    return;
  }
  std::vector<int> sorted = position;
  std::sort(sorted.begin(), sorted.end());
  for (int k = 0; k < n_all; ++k)
    EXPECT_EQ(sorted[k], k);
  for (int k = n_graph; k < n_all; ++k)
    EXPECT_EQ(position[k], k);
}

TEST(SolverLinear, GmresReachesTheToleranceInTheWeightedNorm)
{
  const Chain chain(4);
  const auto n = chain.dense.rows();
  std::vector<double> b(n, 1.), x, weights(n, 1.);
  weights[3] = 100; // an unknown of other units
  // The preconditioner knows the diagonal only, and changes from call to call.
  int calls = 0;
  const auto precondition = [&](const std::vector<double> &r, std::vector<double> &z, std::vector<double> &product) {
    ++calls;
    z.resize(n);
    for (Eigen::Index k = 0; k < n; ++k)
      z[k] = r[k] / chain.dense(k, k) * (1 + 0.1 * (calls % 3));
    product.assign(n, 0.);
    chain.matrix->multiply_add(z.data(), product.data());
  };
  const GmresReport report = flexible_gmres(precondition, b, weights, 1e-8, 40, x);
  EXPECT_TRUE(report.converged);
  EXPECT_EQ(report.iterations, calls);
  Eigen::VectorXd residual = Eigen::VectorXd::Ones(n) - chain.dense * Eigen::Map<Eigen::VectorXd>(x.data(), n);
  const Eigen::Map<Eigen::VectorXd> weight(weights.data(), n);
  const double start = weight.norm(), end = weight.cwiseProduct(residual).norm();
  EXPECT_LE(end, 1.01e-8 * start);
  EXPECT_NEAR(end / start, report.residual, 1e-3 * report.residual + 1e-14);
  EXPECT_FALSE(flexible_gmres(precondition, b, weights, 1e-8, 3, x).converged);
}

/// Bone - soft - bone, twice: two free vertebrae over a held one.
struct Column {
  std::map<std::string, std::shared_ptr<const Law>> laws;
  SpineMesh mesh;
  std::unique_ptr<SolidProblem> problem;

  enum class Screw { none, soft, bedded }; ///< in the upper bone: as a part of the coarse system only, or of the bone

  explicit Column(LinearMethod method, double bone_MPa = 5000, double bulk_MPa = 1000, Screw screw = Screw::none)
  {
    const auto law = [&](double shear, double bulk) {
      LawParameters p;
      p.numbers = {{"c10_MPa", shear / 2}, {"bulk_modulus_MPa", bulk}};
      p.words = {{"volumetric", "quadratic"}};
      return make_law("neo_hooke", p, "test");
    };
    laws["bone"] = make_law("linear_elastic", {{{"modulus_MPa", bone_MPa}, {"poisson_ratio", 0.3}}, {}}, "test");
    laws["soft"] = law(0.5, bulk_MPa);
    mesh = make_block({0, 12, 20}, {0, 10, 22}, {0, 8, 12, 16, 26, 30, 36, 46, 54}, [](const Vector3 &p) {
      return p[2] < 8 ? "bone0" : p[2] < 16 ? "soft" : p[2] < 26 ? "bone1" : p[2] < 36 ? "soft" : "bone2";
    });
    problem = std::make_unique<SolidProblem>(mesh, ElementType::q2p1,
                                             [this](int cell, const Vector3 &, const Vector3 &, const Matrix3 &) {
                                               const std::string &region = mesh.region_of(static_cast<int>(cell)).name;
                                               PointMaterial point;
                                               point.tissue = laws.at(region.substr(0, 4)).get();
                                               return point;
                                             });
    SystemLayout layout;
    layout.method = method;
    layout.fixed = problem->fixed_surface("base");
    layout.vertebra_of_block.assign(problem->field.n_nodes, -1);
    for (std::size_t cell = 0; cell < mesh.cells.size(); ++cell) {
      const std::string &region = mesh.region_of(static_cast<int>(cell)).name;
      if (region.substr(0, 4) == "bone")
        for (const int node : problem->field.cell_nodes[cell])
          layout.vertebra_of_block[node] = region.back() - '0';
    }
    if (screw != Screw::none)
      add_screw(layout, screw == Screw::bedded);
    problem->system = std::make_unique<GlobalSystem>(problem->field, std::move(layout));
    EquilibriumSettings settings;
    settings.tolerance = 1e-9;
    problem->solver = std::make_unique<EquilibriumSolver>(problem->mesh, problem->field, *problem->solid,
                                                          problem->contributions, *problem->system, settings);
    auto load = std::make_unique<DeadLoad>(problem->traction_on_top([](const Vector3 &x) {
      return Vector3(0.002, -0.01, -0.06 - 0.004 * (x[0] - 10)); // compression, shear and bending
    }));
    problem->contributions.insert(problem->contributions.begin(), std::move(load));
  }
  DeadLoad &load() { return static_cast<DeadLoad &>(*problem->contributions.front()); }

  /// Four nodes on a line through the upper bone, springs around each of them.
  void add_screw(SystemLayout &layout, bool is_bedded)
  {
    std::vector<BeamElement> elements;
    std::vector<ScrewBedding::Spring> springs;
    for (int k = 0; k < 4; ++k) {
      const int block = problem->field.n_nodes + layout.n_extra_blocks;
      screw_nodes.push_back({Vector3(4 + 4 * k, 5 + 4 * k, 42 + 2 * k), block, block + 1});
      layout.n_extra_blocks += 2;
      if (k > 0)
        elements.push_back({k - 1, k, {5, 110000, 0.3}, {PartKind::screw}});
      for (const Vector3 &offset : {Vector3(2.5, 0, 0), Vector3(-2.5, 0, 0), Vector3(0, 0, 2.5), Vector3(0, 0, -2.5)}) {
        const AttachedPoint bone =
            attach_in_cell(mesh, problem->field, {}, screw_nodes.back().reference + offset, 1e-6, "screw");
        springs.push_back({screw_nodes.back(), offset, bone, 1e5});
        if (is_bedded)
          layout.bedded_nodes.push_back({screw_nodes.back().reference, screw_nodes.back().displacement_block,
                                         screw_nodes.back().rotation_block, blocks_of({&bone})});
      }
    }
    problem->contributions.push_back(std::make_unique<BeamStructure>("screw", screw_nodes, elements));
    problem->contributions.push_back(std::make_unique<ScrewBedding>(PartId{PartKind::screw}, springs));
    for (const auto &contribution : problem->contributions)
      for (const std::vector<int> &blocks : contribution->couplings()) {
        layout.couplings.push_back(blocks);
        layout.bone_couplings.push_back(blocks);
      }
  }
  std::vector<BeamNode> screw_nodes;
};

/// Far from the reference, where the screw's stiffness has to be turned along with the bone's.
TEST(SolverLinear, AScrewThatIsPartOfTheBoneSavesIterations)
{
  std::map<Column::Screw, LinearSolveReport> reports;
  std::map<Column::Screw, State> solutions;
  for (const Column::Screw screw : {Column::Screw::soft, Column::Screw::bedded}) {
    Column column(LinearMethod::two_level, 5000, 1000, screw);
    SolidProblem &problem = *column.problem;
    column.load().set_factor(0);
    problem.run([](double) {}, 1); // takes the bone
    const Vector3 turn(0.5, -0.4, 0.3);
    const Matrix3 rotation = Eigen::AngleAxisd(turn.norm(), turn.normalized()).toRotationMatrix();
    State state(problem.system->n_unknowns(), 0.);
    for (int node = 0; node < problem.field.n_nodes; ++node)
      entries(state, node) = (rotation - Matrix3::Identity()) * problem.field.node_position[node];
    for (const BeamNode &node : column.screw_nodes) {
      entries(state, node.displacement_block) = (rotation - Matrix3::Identity()) * node.reference;
      entries(state, node.rotation_block) = turn;
    }
    problem.solid->reset_pressures(state);
    problem.system->place_bodies(state);
    problem.system->begin(true);
    problem.solid->assemble(state, *problem.system, true);
    column.load().set_factor(1);
    for (std::size_t k = 0; k < problem.contributions.size(); ++k)
      if (static_cast<int>(k) % problem.field.n_ranks == problem.field.rank)
        problem.contributions[k]->assemble(state, *problem.system, true);
    // A force and a moment on the screw's head.
    const double pull[6] = {3, -5, 4, 40, 60, -30};
    if (problem.field.rank == 0)
      problem.system->add({column.screw_nodes.front().displacement_block, column.screw_nodes.front().rotation_block},
                          pull, nullptr);
    problem.system->end();
    reports[screw] = problem.system->solve(solutions[screw], true, 1e-9);
    EXPECT_FALSE(reports[screw].failed);
  }
  const State &a = solutions.at(Column::Screw::soft), &b = solutions.at(Column::Screw::bedded);
  double size = 0, difference = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    size = std::max(size, std::abs(a[k]));
    difference = std::max(difference, std::abs(a[k] - b[k]));
  }
  EXPECT_LT(difference, 1e-6 * size);
  EXPECT_LE(2 * reports.at(Column::Screw::bedded).iterations, reports.at(Column::Screw::soft).iterations);
  EXPECT_LE(reports.at(Column::Screw::bedded).iterations, 8);
}

TEST(SolverLinear, TwoLevelsGiveTheStateOfTheDirectMethod)
{
  Column direct(LinearMethod::direct), two_level(LinearMethod::two_level);
  for (Column *column : {&direct, &two_level})
    column->problem->run([&](double t) { column->load().set_factor(t); }, 0.5);
  const State &a = direct.problem->solver->state(), &b = two_level.problem->solver->state();
  double size = 0, difference = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    size = std::max(size, std::abs(a[k]));
    difference = std::max(difference, std::abs(a[k] - b[k]));
  }
  EXPECT_GT(size, 0.5); // the column bends visibly
  EXPECT_LT(difference, 1e-7 * size);
  const SolverTimes &times = two_level.problem->system->times();
  EXPECT_LE(times.n_iterations, 6 * times.n_solves);
}

TEST(SolverLinear, ContrastBetweenBoneAndDiscDecidesTheIterations)
{
  const auto iterations = [](double bone_MPa) {
    Column column(LinearMethod::two_level, bone_MPa);
    EquilibriumSolver &solver = *column.problem->solver;
    column.problem->run([&](double t) { column.load().set_factor(0.01 * t); }, 1);
    solver.evaluate(true);
    State x;
    column.load().set_factor(0.02);
    solver.evaluate(true);
    const LinearSolveReport report = column.problem->system->solve(x, true, 1e-8);
    EXPECT_FALSE(report.failed);
    return report.iterations;
  };
  const int stiff = iterations(12000), soft = iterations(60);
  EXPECT_LE(stiff, 8);
  EXPECT_GT(soft, stiff);
}

TEST(SolverLinear, WhatTwoLevelsCannotSolveIsFactoredAsAWhole)
{
  // Bone much softer than the nearly incompressible layer: the second level is of no use.
  Column column(LinearMethod::two_level, 0.02, 1e5);
  EquilibriumSolver &solver = *column.problem->solver;
  column.load().set_factor(1e-6);
  column.problem->run([](double) {}, 1);
  ASSERT_TRUE(solver.evaluate(true));
  column.load().set_factor(2e-6);
  ASSERT_TRUE(solver.evaluate(true));
  State x;
  const LinearSolveReport report = column.problem->system->solve(x, true, 1e-10);
  EXPECT_FALSE(report.failed);
  EXPECT_NE(report.note.find("the whole matrix is factored"), std::string::npos) << report.note;
  State rest = column.problem->system->multiply(x);
  const State &residual = column.problem->system->residual();
  double sum = 0, scale = 0;
  for (std::size_t k = 0; k < rest.size(); ++k) {
    sum += std::pow(rest[k] + residual[k], 2);
    scale += std::pow(residual[k], 2);
  }
  EXPECT_LT(std::sqrt(sum / scale), 1e-6);

  // What a stage learns by failing ends with it: the next one does not depend on it.
  GlobalSystem &system = *column.problem->system;
  std::string note = report.note;
  for (int k = 0; k < 3 && system.prefers_new_factors(); ++k)
    note = system.solve(x, true, 1e-10).note;
  EXPECT_NE(note.find("for the rest of the stage"), std::string::npos) << note;
  EXPECT_FALSE(system.prefers_new_factors());
  EXPECT_EQ(system.solve(x, true, 1e-10).note, "");
  system.begin_stage();
  EXPECT_TRUE(system.prefers_new_factors());
  EXPECT_NE(system.solve(x, true, 1e-10).note.find("the whole matrix is factored"), std::string::npos);
}

/// A shallow arch of two elastic bars (von Mises truss) whose apex is a node and whose feet are moved up towards it; it
/// stays in its plane.
class ShallowArch : public Contribution
{
public:
  explicit ShallowArch(int block) : Contribution("arch", Role::implant), block_(block) {}
  /// 1: unloaded, 0: flat.
  void set_rise(double share) { rise_mm_ = share * full_rise_mm; }
  std::vector<std::vector<int>> couplings() const override { return {}; }
  void assemble(const State &state, AssemblySink &sink, bool tangent) const override
  {
    const double length_2 = half_span_mm * half_span_mm + full_rise_mm * full_rise_mm, length = std::sqrt(length_2);
    Vector3 gradient = Vector3::Zero();
    Matrix3 hessian = Matrix3::Zero();
    hessian(1, 1) = 1e4; // held in its plane
    for (const double side : {-1., 1.}) {
      const Vector3 bar = Vector3(side * half_span_mm, 0, rise_mm_) + Vector3(&state[3 * block_]);
      const double strain = (bar.squaredNorm() - length_2) / (2 * length_2);
      gradient += stiffness_N * strain / length * bar;
      hessian += stiffness_N / length * (bar * bar.transpose() / length_2 + strain * Matrix3::Identity());
    }
    sink.add({block_}, gradient.data(), tangent ? hessian.data() : nullptr);
  }

private:
  static constexpr double half_span_mm = 20, full_rise_mm = 2, stiffness_N = 6e5;
  int block_;
  double rise_mm_ = full_rise_mm;
};

TEST(SolverLinear, BothMethodsSeeTheSnapThroughOfAnArch)
{
  std::map<LinearMethod, std::vector<int>> counts;
  for (const LinearMethod method : {LinearMethod::direct, LinearMethod::two_level}) {
    Column column(method);
    const std::vector<int> top = nodes_of_surface(column.mesh, column.problem->field, "top");
    auto arch = std::make_unique<ShallowArch>(top[top.size() / 2]);
    ShallowArch &shape = *arch;
    column.problem->contributions.push_back(std::move(arch));
    column.load().set_factor(0);
    for (const double rise : {1., 0.9, 0.8, 0.6, 0.4, 0.2, 0.}) {
      shape.set_rise(rise);
      ASSERT_TRUE(column.problem->solver->evaluate(true));
      State x;
      const LinearSolveReport report = column.problem->system->solve(x, true, 1e-8);
      EXPECT_FALSE(report.failed);
      const int whole = column.problem->system->count_negative_pivots();
      EXPECT_LE(report.negative_pivots, whole); // the bound of docs/linear-solver.md
      counts[method].push_back(report.negative_pivots);
    }
  }
  const std::vector<int> &exact = counts[LinearMethod::direct];
  EXPECT_EQ(exact.front(), 0);
  EXPECT_EQ(exact.back(), 1);
  EXPECT_TRUE(std::is_sorted(exact.begin(), exact.end()));
  EXPECT_EQ(counts[LinearMethod::two_level], exact);
}

TEST(SolverLinear, PiecesOfBoneAreWhatHangsTogether)
{
  const Column column(LinearMethod::direct);
  const Discretization &field = column.problem->field;
  std::vector<int> vertebra(field.n_nodes, -1);
  for (std::size_t cell = 0; cell < column.mesh.cells.size(); ++cell) {
    const std::string &region = column.mesh.region_of(static_cast<int>(cell)).name;
    if (region == "bone0" || region == "bone2") // one vertebra in two pieces
      for (const int node : field.cell_nodes[cell])
        vertebra[node] = 3;
  }
  std::vector<char> fixed = column.problem->fixed_surface("base");
  BonePieces apart(field, vertebra, {}, {}, fixed);
  ASSERT_EQ(apart.pieces().size(), 2u);
  const int low = column.problem->node_at({0, 0, 0}), high = column.problem->node_at({0, 0, 54});
  EXPECT_TRUE(apart.pieces()[apart.piece_of(low)].is_held);
  EXPECT_FALSE(apart.has_modes(low));
  EXPECT_TRUE(apart.has_modes(high));
  EXPECT_EQ(apart.piece_of(column.problem->node_at({0, 0, 12})), -1);
  const BonePieces tied(field, vertebra, {{low, high}}, {}, fixed);
  EXPECT_EQ(tied.pieces().size(), 1u);

  const Vector3 turn(0.3, -0.2, 0.4);
  const Matrix3 rotation = Eigen::AngleAxisd(turn.norm(), turn.normalized()).toRotationMatrix();
  State state(3 * field.n_nodes);
  for (int node = 0; node < field.n_nodes; ++node)
    entries(state, node) = rotation * field.node_position[node] + Vector3(1, 2, 3) - field.node_position[node];
  apart.place(state);
  EXPECT_LT((apart.turn(high) - rotation).norm(), 1e-12);
}
} // namespace
} // namespace lumbarfem
