/// Time for the same block, mesh, law and element (plain trilinear) in LumbarFEM and in CalculiX, one thread each.
/// The block: vertebra, endplate, disc of 10 mm, endplate, vertebra; neo-Hooke; 100 N and 1 Nm in four steps.
#include "tests/support/block_mesh.h"
#include "tests/support/calculix_deck.h"
#include "tests/support/solid_problem.h"

#include <mpi.h>

#include <cstdio>

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

CalculixDeck::NeoHooke from_modulus(double modulus, double poisson)
{
  return {modulus / 2 / (1 + poisson), modulus / 3 / (1 - 2 * poisson)};
}

void compare(int divisions)
{
  const std::map<std::string, CalculixDeck::NeoHooke> material = {{"cortical", from_modulus(12000, .3)},
                                                                  {"cancellous", from_modulus(100, .3)},
                                                                  {"endplate", from_modulus(500, .3)},
                                                                  {"nucleus", {.17, 1000}},
                                                                  {"annulus", {.5, 100}}};
  std::map<std::string, std::shared_ptr<const Law>> laws;
  for (const auto &[region, constants] : material) {
    LawParameters p;
    p.numbers = {{"c10_MPa", constants.shear_modulus_MPa / 2}, {"bulk_modulus_MPa", constants.bulk_modulus_MPa}};
    p.words = {{"volumetric", "quadratic"}};
    laws[region] = make_law("neo_hooke", p, "benchmark");
  }
  const double start = MPI_Wtime();
  const SpineMesh mesh = make_block(refine({0, 1.5, 7, 13.5, 20, 26.5, 33, 38.5, 40}, divisions),
                                    refine({0, 1.5, 7.5, 15, 22.5, 28.5, 30}, divisions),
                                    refine({0, 5, 10, 15, 20, 21, 26, 31, 32, 37, 42, 47, 52}, divisions), region_of);
  SolidProblem problem(mesh, ElementType::q1, [&](int cell, const Vector3 &, const Vector3 &, const Matrix3 &) {
    return PointMaterial{laws.at(mesh.region_names[mesh.cells[cell].region]).get()};
  });
  const State forces = problem.traction_on_top(
      [](const Vector3 &x) { return Vector3(0, 0, -100 / 1200. - 1000 * (x[0] - 20) / (30 * 64000. / 12)); });
  auto load = std::make_unique<DeadLoad>(forces);
  DeadLoad *handle = load.get();
  problem.contributions.push_back(std::move(load));
  problem.finish(problem.fixed_surface("base"));
  problem.run([&](double t) { handle->set_factor(t); }, 0.25);
  const double ours = MPI_Wtime() - start;

  const CalculixDeck deck = {problem.mesh, problem.field, material,
                             nodes_of_surface(problem.mesh, problem.field, "base"), forces};
  const double begin = MPI_Wtime();
  const State other = deck.solve();
  const double theirs = MPI_Wtime() - begin;
  double difference = 0, largest = 0;
  for (std::size_t k = 0; k < other.size(); ++k) {
    difference = std::max(difference, std::abs(other[k] - problem.solver->state()[k]));
    largest = std::max(largest, std::abs(other[k]));
  }
  if (other.empty())
    std::printf("| %d | %.1f | CalculiX gave no result | | |\n", 3 * problem.field.n_nodes, ours);
  else
    std::printf("| %d | %.1f | %.1f | %.1f | %.0e |\n", 3 * problem.field.n_nodes, ours, theirs, theirs / ours,
                difference / largest);
  std::fflush(stdout);
}
} // namespace

int main(int argc, char **argv)
{
  MPI_Init(&argc, &argv);
  int code = 0;
  if (!CalculixDeck::is_installed()) {
    std::fprintf(stderr, "ccx is not installed (Debian package calculix-ccx)\n");
    code = 1;
  } else {
    std::printf("| unknowns | LumbarFEM s | CalculiX s | ratio | largest difference of a displacement |\n"
                "|---:|---:|---:|---:|---:|\n");
    for (const int divisions : {1, 2, 3})
      compare(divisions);
  }
  MPI_Finalize();
  return code;
}
