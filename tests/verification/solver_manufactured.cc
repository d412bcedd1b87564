/// Manufactured solutions: a large smooth displacement field whose body force follows from the law itself. The measured
/// order of the L2 error is that of the element, also when the tissue is nearly incompressible.
#include "tests/support/block_mesh.h"
#include "tests/support/solid_problem.h"
#include "tests/unit/materials_test_tools.h"

using namespace lumbarfem;

namespace
{
/// Three shears one after the other (J = 1) and a small stretch that gives the pressure something to do. Unit cube, mm.
struct Motion {
  double amplitude, stretch;

  Vector3 position(const Vector3 &X, Matrix3 *F = nullptr) const
  {
    const double a = amplitude;
    const double x = X[0] + a * std::sin(pi * (X[1] + 0.3 * X[2]));
    const double y = X[1] + a * std::sin(pi * (0.8 * x + 0.2 * X[2]));
    const double z = X[2] + stretch * std::sin(pi * X[2]) + a * std::cos(pi * (x - 0.5 * y));
    if (F) {
      const double f = a * pi * std::cos(pi * (X[1] + 0.3 * X[2])), g = a * pi * std::cos(pi * (0.8 * x + 0.2 * X[2])),
                   h = -a * pi * std::sin(pi * (x - 0.5 * y));
      const Eigen::RowVector3d dx(1, f, 0.3 * f), dy = Eigen::RowVector3d(0, 1, 0.2 * g) + 0.8 * g * dx;
      F->row(0) = dx;
      F->row(1) = dy;
      F->row(2) = Eigen::RowVector3d(0, 0, 1 + stretch * pi * std::cos(pi * X[2])) + h * (dx - 0.5 * dy);
    }
    return {x, y, z};
  }

  Matrix3 first_piola_stress(const Law &law, const Vector3 &X) const
  {
    Matrix3 F;
    position(X, &F);
    Vector6 tau;
    law.stress(F, nullptr, tau, nullptr);
    if (law.volumetric())
      tau.head<3>().array() += F.determinant() * law.volumetric()->first(F.determinant());
    return from_voigt(tau) * F.inverse().transpose();
  }

  /// -Div P by central differences of sixth order.
  Vector3 body_force(const Law &law, const Vector3 &X) const
  {
    const double step = 0.01, weight[3] = {0.75, -0.15, 1. / 60};
    Vector3 force = Vector3::Zero();
    for (int j = 0; j < 3; ++j)
      for (int k = 1; k <= 3; ++k) {
        const Vector3 shift = k * step * Vector3::Unit(j);
        force -=
            weight[k - 1] / step * (first_piola_stress(law, X + shift) - first_piola_stress(law, X - shift)).col(j);
      }
    return force;
  }
};

/// Nodal forces of a body force with the element's own quadrature.
State integrate(const Discretization &field, const std::function<Vector3(const Vector3 &)> &body_force)
{
  State forces(3 * static_cast<std::size_t>(field.n_nodes), 0.);
  Eigen::VectorXd value;
  Eigen::MatrixX3d gradient;
  for (const auto &nodes : field.cell_nodes)
    for (std::size_t q = 0; q < field.quadrature_points.size(); ++q) {
      shape_functions(field.element, field.quadrature_points[q], value, gradient);
      Vector3 X = Vector3::Zero();
      Matrix3 jacobian = Matrix3::Zero();
      for (int a = 0; a < field.n_cell_nodes; ++a) {
        X += value(a) * field.node_position[nodes[a]];
        jacobian += field.node_position[nodes[a]] * gradient.row(a);
      }
      const Vector3 force = field.quadrature_weights[q] * jacobian.determinant() * body_force(X);
      for (int a = 0; a < field.n_cell_nodes; ++a)
        entries(forces, nodes[a]) += value(a) * force;
    }
  return forces;
}

/// L2 error (mm, per root of the volume) on a mesh of n^3 curved cells, with four Gauss points a direction: those of
/// the element itself would be points of superconvergence.
double solution_error(const Law &law, const Motion &motion, ElementType element, int n)
{
  const auto bend = [](const Vector3 &p) {
    const double bubble = 0.4 * p[0] * (1 - p[0]) * p[1] * (1 - p[1]);
    return Vector3(p + bubble * (1 - p[2]) * p[2] * Vector3(1, -1, 2));
  };
  const std::vector<double> lines = refine({0, 1}, n);
  SolidProblem problem(make_block(
                           lines, lines, lines, [](const Vector3 &) { return "cube"; }, bend),
                       element,
                       [&](int, const Vector3 &, const Vector3 &, const Matrix3 &) { return PointMaterial{&law}; });
  problem.contributions.push_back(std::make_unique<DeadLoad>(
      integrate(problem.field, [&](const Vector3 &X) { return motion.body_force(law, X); })));
  EquilibriumSettings settings;
  settings.tolerance = 1e-9;
  settings.max_newton = 30;
  problem.finish(problem.fixed_surface("boundary"), settings);
  for (int node = 0; node < problem.field.n_nodes; ++node) {
    const Vector3 &X = problem.field.node_position[node];
    entries(problem.solver->state(), node) = motion.position(X) - X;
  }
  problem.run([](double) {}, 1);

  std::vector<Vector3> points;
  std::vector<double> weights;
  const double at[2] = {0.06943184420297371, 0.33000947820757187},
               share[2] = {0.17392742256872693, 0.32607257743127307};
  const double gauss[4] = {at[0], at[1], 1 - at[1], 1 - at[0]},
               gauss_weight[4] = {share[0], share[1], share[1], share[0]};
  for (int k = 0; k < 64; ++k) {
    points.emplace_back(gauss[k % 4], gauss[k / 4 % 4], gauss[k / 16]);
    weights.push_back(gauss_weight[k % 4] * gauss_weight[k / 4 % 4] * gauss_weight[k / 16]);
  }
  double sum = 0;
  for (const int cell : problem.solid->owned_cells()) {
    int k = 0; // cells of nearly equal volume
    problem.solid->sample_at(cell, points, problem.solver->state(), [&](const PointSample &sample) {
      sum += weights[k++] * (sample.current - motion.position(sample.reference)).squaredNorm() / (n * n * n);
    });
  }
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  return std::sqrt(sum);
}

double order_of(const char *what, const Law &law, const Motion &motion, ElementType element,
                const std::vector<int> &meshes)
{
  std::vector<double> sizes, errors;
  for (const int n : meshes) {
    sizes.push_back(1. / n);
    errors.push_back(solution_error(law, motion, element, n));
  }
  const double order = measured_order(sizes, errors);
  std::printf("    %s: error %.2e to %.2e, order %.2f\n", what, errors.front(), errors.back(), order);
  return order;
}

std::shared_ptr<const Law> neo_hooke(double bulk_modulus)
{
  LawParameters p;
  p.numbers = {{"c10_MPa", 0.5}, {"bulk_modulus_MPa", bulk_modulus}};
  p.words = {{"volumetric", "quadratic"}};
  return make_law("neo_hooke", p, "test");
}

std::shared_ptr<const Law> linear_elastic()
{
  LawParameters p;
  p.numbers = {{"modulus_MPa", 10}, {"poisson_ratio", 0.3}};
  return make_law("linear_elastic", p, "test");
}
const Motion motion = {0.1, 0.0005};
} // namespace

TEST(SolverManufactured, Q2P1IsOfThirdOrder)
{
  const double linear = order_of("q2p1, linear elastic", *linear_elastic(), {0.06, 0.05}, ElementType::q2p1, {2, 4, 6});
  EXPECT_GT(linear, 2.7);
  EXPECT_LT(linear, 3.6);
  const double soft = order_of("q2p1, neo-Hooke K/mu = 1000", *neo_hooke(1000), motion, ElementType::q2p1, {2, 4, 6});
  EXPECT_GT(soft, 2.7);
  EXPECT_LT(soft, 3.6);
}

TEST(SolverManufactured, Q1P0IsOfSecondOrder)
{
  const double linear =
      order_of("q1p0, linear elastic", *linear_elastic(), {0.06, 0.05}, ElementType::q1p0, {4, 8, 12});
  EXPECT_GT(linear, 1.8);
  EXPECT_LT(linear, 2.3);
  const double soft = order_of("q1p0, neo-Hooke K/mu = 1000", *neo_hooke(1000), motion, ElementType::q1p0, {4, 8, 12});
  EXPECT_GT(soft, 1.8);
  EXPECT_LT(soft, 2.3);
}

TEST(SolverManufactured, IncompressibilityDoesNotLock)
{
  const Motion isochoric = {0.1, 0};
  for (const ElementType element : {ElementType::q2p1, ElementType::q1p0}) {
    const int n = element == ElementType::q2p1 ? 4 : 8;
    const double compressible = solution_error(*neo_hooke(5), isochoric, element, n),
                 nearly_incompressible = solution_error(*neo_hooke(5000), isochoric, element, n);
    std::printf("    error %.2e with K/mu = 5, %.2e with 5000\n", compressible, nearly_incompressible);
    EXPECT_LT(nearly_incompressible, 1.5 * compressible);
  }
}
