/// The three elements: residual = gradient of the stored energy with projected dilatation, tangent (with the exact
/// pressures) = derivative of the residual.
#include "tests/support/block_mesh.h"
#include "tests/support/solid_problem.h"
#include "tests/unit/materials_test_tools.h"

using namespace lumbarfem;

TEST(SolverElement, ResidualAndTangentAreTheDerivativesOfTheEnergy)
{
  const auto law = make_law("neo_hooke", {{{"c10_MPa", 0.5}, {"bulk_modulus_MPa", 50}}, {}}, "test");
  const auto bend = [](const Vector3 &p) {
    return Vector3(p + 0.3 * Vector3(std::sin(p[1]), std::sin(p[2]), std::sin(p[0])));
  };
  for (const ElementType element : {ElementType::q1, ElementType::q1p0, ElementType::q2p1}) {
    SolidProblem problem(
        make_block(
            {0, 3, 6}, {0, 3}, {0, 3}, [](const Vector3 &) { return "cell"; }, bend),
        element, [&](int, const Vector3 &, const Vector3 &, const Matrix3 &) { return PointMaterial{law.get()}; });
    problem.finish({});
    RandomStates random;
    const std::size_t n = problem.solver->state().size();
    State state(n), direction(n);
    for (std::size_t k = 0; k < n; ++k)
      state[k] = 0.1 * random.uniform(), direction[k] = random.uniform();
    const auto assemble = [&](double shift, bool tangent) {
      State &moved = problem.solver->state();
      for (std::size_t k = 0; k < n; ++k)
        moved[k] = state[k] + shift * direction[k];
      problem.solid->reset_pressures(moved);
      EXPECT_TRUE(problem.solver->evaluate(tangent));
      return problem.system->residual();
    };
    const auto energy = [&](double shift) {
      State moved(n);
      for (std::size_t k = 0; k < n; ++k)
        moved[k] = state[k] + shift * direction[k];
      double sum = 0;
      problem.solid->sample_all(moved, [&](const PointSample &s) { sum += s.weight_mm3 * s.energy_MPa; });
      MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
      return sum;
    };
    const State residual = assemble(0, true), product = problem.system->multiply(direction);
    double slope = 0, size = 0;
    for (std::size_t k = 0; k < n; ++k)
      slope += residual[k] * direction[k], size += product[k] * product[k];
    const std::vector<double> steps = halved_steps(0.02, 4);
    std::vector<double> energy_errors, residual_errors;
    for (const double step : steps) {
      energy_errors.push_back(std::abs((energy(step) - energy(-step)) / (2 * step) - slope) / std::abs(slope));
      const State plus = assemble(step, false), minus = assemble(-step, false);
      double sum = 0;
      for (std::size_t k = 0; k < n; ++k)
        sum += std::pow((plus[k] - minus[k]) / (2 * step) - product[k], 2);
      residual_errors.push_back(std::sqrt(sum / size));
    }
    expect_second_order(steps, energy_errors);
    expect_second_order(steps, residual_errors);
  }
}
