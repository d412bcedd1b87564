/// Every displacement of the block with plain trilinear elements against CalculiX on the same mesh, law and loads.
#include "tests/support/block_mesh.h"
#include "tests/support/calculix_deck.h"
#include "tests/support/solid_problem.h"

#include <gtest/gtest.h>

using namespace lumbarfem;

namespace
{
std::string region_of(const Vector3 &p)
{
  if (p[2] > 21 && p[2] < 31)
    return p[0] > 7 && p[0] < 33 && p[1] > 7.5 && p[1] < 22.5 ? "nucleus" : "annulus";
  if (p[2] > 20 && p[2] < 32)
    return "endplate";
  return p[0] > 1.5 && p[0] < 38.5 && p[1] > 1.5 && p[1] < 28.5 ? "cancellous" : "cortical";
}

CalculixDeck::NeoHooke deck_law(double modulus, double poisson)
{
  return {modulus / 2 / (1 + poisson), modulus / 3 / (1 - 2 * poisson)};
}

/// Largest difference over the largest displacement; the load is scaled.
double difference_from_calculix(double force_N, double moment_Nmm)
{
  const std::map<std::string, CalculixDeck::NeoHooke> material = {{"cortical", deck_law(12000, .3)},
                                                                  {"cancellous", deck_law(100, .3)},
                                                                  {"endplate", deck_law(500, .3)},
                                                                  {"nucleus", {.17, 1000}},
                                                                  {"annulus", {.5, 100}}};
  std::map<std::string, std::shared_ptr<const Law>> laws;
  for (const auto &[region, constants] : material) {
    LawParameters p;
    p.numbers = {{"c10_MPa", constants.shear_modulus_MPa / 2}, {"bulk_modulus_MPa", constants.bulk_modulus_MPa}};
    p.words = {{"volumetric", "quadratic"}};
    laws[region] = make_law("neo_hooke", p, "test");
  }
  const SpineMesh mesh = make_block({0, 1.5, 7, 13.5, 20, 26.5, 33, 38.5, 40}, {0, 1.5, 7.5, 15, 22.5, 28.5, 30},
                                    {0, 5, 10, 15, 20, 21, 26, 31, 32, 37, 42, 47, 52}, region_of);
  SolidProblem problem(mesh, ElementType::q1, [&](int cell, const Vector3 &, const Vector3 &, const Matrix3 &) {
    return PointMaterial{laws.at(mesh.region_of(static_cast<int>(cell)).name).get()};
  });
  const double area = 1200, second_moment = 30 * 64000. / 12;
  const State forces = problem.traction_on_top(
      [&](const Vector3 &x) { return Vector3(0, 0, -force_N / area - moment_Nmm * (x[0] - 20) / second_moment); });
  auto load = std::make_unique<DeadLoad>(forces);
  DeadLoad *handle = load.get();
  problem.contributions.push_back(std::move(load));
  EquilibriumSettings settings;
  settings.tolerance = 1e-9;
  problem.finish(problem.fixed_surface("base"), settings);
  problem.run([&](double t) { handle->set_factor(t); }, 0.25);

  int failed = 0;
  double difference = 0, largest = 0;
  if (problem.field.rank == 0) {
    const CalculixDeck deck = {problem.mesh, problem.field, material,
                               nodes_of_surface(problem.mesh, problem.field, "base"), forces};
    const State other = deck.solve();
    failed = other.empty();
    for (std::size_t k = 0; k < other.size(); ++k) {
      difference = std::max(difference, std::abs(other[k] - problem.solver->state()[k]));
      largest = std::max(largest, std::abs(other[k]));
    }
    std::printf("    %g N, %g N mm: largest displacement %.4f mm, difference %.1e of it\n", force_N, moment_Nmm,
                largest, difference / largest);
  }
  MPI_Bcast(&failed, 1, MPI_INT, 0, MPI_COMM_WORLD);
  EXPECT_EQ(failed, 0) << "CalculiX gave no result";
  return failed || problem.field.rank != 0 ? 0 : difference / largest;
}
} // namespace

TEST(SolverCalculix, EveryDisplacementOfTheBlock)
{
  if (!CalculixDeck::is_installed())
    GTEST_SKIP() << "ccx is not installed (Debian package calculix-ccx)";
  EXPECT_LT(difference_from_calculix(100, 1000), 1e-5);
  EXPECT_LT(difference_from_calculix(300, 3000), 1e-5);
}
