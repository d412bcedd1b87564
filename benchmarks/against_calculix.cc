/// Time for the same block and law in LumbarFEM and in CalculiX, one thread each: with the same element (plain
/// trilinear) on the same meshes, and with the quadratic elements of both against the error. The block: vertebra,
/// endplate, disc of 10 mm, endplate, vertebra; neo-Hooke; 100 N and 1 Nm in four steps.
#include "tests/support/block_mesh.h"
#include "tests/support/calculix_deck.h"
#include "tests/support/solid_problem.h"

#include <mpi.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

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

const std::map<std::string, CalculixDeck::NeoHooke> &materials()
{
  static const std::map<std::string, CalculixDeck::NeoHooke> result = {{"cortical", from_modulus(12000, .3)},
                                                                       {"cancellous", from_modulus(100, .3)},
                                                                       {"endplate", from_modulus(500, .3)},
                                                                       {"nucleus", {.17, 1000}},
                                                                       {"annulus", {.5, 100}}};
  return result;
}

/// The block with each of its cells divided into so many along every edge.
struct Block {
  std::map<std::string, std::shared_ptr<const Law>> laws;
  std::unique_ptr<SolidProblem> problem;
  State forces;

  Block(int divisions, ElementType element)
  {
    for (const auto &[region, constants] : materials()) {
      LawParameters p;
      p.numbers = {{"c10_MPa", constants.shear_modulus_MPa / 2}, {"bulk_modulus_MPa", constants.bulk_modulus_MPa}};
      p.words = {{"volumetric", "quadratic"}};
      laws[region] = make_law("neo_hooke", p, "benchmark");
    }
    const SpineMesh mesh = make_block(refine({0, 1.5, 7, 13.5, 20, 26.5, 33, 38.5, 40}, divisions),
                                      refine({0, 1.5, 7.5, 15, 22.5, 28.5, 30}, divisions),
                                      refine({0, 5, 10, 15, 20, 21, 26, 31, 32, 37, 42, 47, 52}, divisions), region_of);
    problem =
        std::make_unique<SolidProblem>(mesh, element, [&](int cell, const Vector3 &, const Vector3 &, const Matrix3 &) {
          return PointMaterial{laws.at(mesh.region_of(static_cast<int>(cell)).name).get()};
        });
    forces = problem->traction_on_top(
        [](const Vector3 &x) { return Vector3(0, 0, -100 / 1200. - 1000 * (x[0] - 20) / (30 * 64000. / 12)); });
  }

  /// @p method: two levels take what lies below and above the disc for two bones.
  void solve(LinearMethod method)
  {
    auto load = std::make_unique<DeadLoad>(forces);
    DeadLoad *handle = load.get();
    problem->contributions.push_back(std::move(load));
    SystemLayout layout;
    layout.fixed = problem->fixed_surface("base");
    layout.method = method;
    if (method == LinearMethod::two_level) {
      layout.vertebra_of_block.assign(problem->field.n_nodes, -1);
      for (std::size_t cell = 0; cell < problem->mesh.cells.size(); ++cell) {
        const std::string &region = problem->mesh.region_of(static_cast<int>(cell)).name;
        if (region == "nucleus" || region == "annulus")
          continue;
        for (const int node : problem->field.cell_nodes[cell])
          layout.vertebra_of_block[node] = problem->field.node_position[node][2] > 26;
      }
    }
    problem->system = std::make_unique<GlobalSystem>(problem->field, std::move(layout));
    problem->solver =
        std::make_unique<EquilibriumSolver>(problem->mesh, problem->field, *problem->solid, problem->contributions,
                                            *problem->system, EquilibriumSettings());
    problem->run([&](double t) { handle->set_factor(t); }, 0.25);
  }

  CalculixDeck deck() const
  {
    return {problem->mesh, problem->field, materials(), nodes_of_surface(problem->mesh, problem->field, "base"),
            forces};
  }

  /// The forces on the shape functions of the 8-node face, which hold shares of the 9-node one's middle.
  State serendipity_forces() const
  {
    State result(forces);
    for (const CellFace &face : problem->mesh.surfaces.at("top")) {
      const std::vector<int> &nodes = problem->field.cell_nodes[face.cell];
      const int middle = 3 * nodes[22];
      for (const int corner : {18, 20, 24, 26})
        for (int i = 0; i < 3; ++i)
          result[3 * nodes[corner] + i] -= forces[middle + i] / 4;
      for (const int edge : {19, 21, 23, 25})
        for (int i = 0; i < 3; ++i)
          result[3 * nodes[edge] + i] += forces[middle + i] / 2;
      for (int i = 0; i < 3; ++i)
        result[middle + i] = 0;
    }
    return result;
  }
};

/// Processor seconds of this process or of its children that have ended.
double processor_seconds(int who)
{
  rusage usage;
  getrusage(who, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

double work(const State &forces, const State &displacements)
{
  return std::inner_product(forces.begin(), forces.end(), displacements.begin(), 0.);
}

void compare_linear(int divisions)
{
  const double start = MPI_Wtime();
  Block block(divisions, ElementType::q1);
  block.solve(LinearMethod::direct);
  const double ours = MPI_Wtime() - start;

  const CalculixDeck deck = block.deck();
  const double begin = MPI_Wtime();
  const State other = deck.solve();
  const double theirs = MPI_Wtime() - begin;
  double difference = 0, largest = 0;
  for (std::size_t k = 0; k < other.size(); ++k) {
    difference = std::max(difference, std::abs(other[k] - block.problem->solver->state()[k]));
    largest = std::max(largest, std::abs(other[k]));
  }
  if (other.empty())
    std::printf("| %zu | %.1f | CalculiX gave no result | | |\n", block.forces.size(), ours);
  else
    std::printf("| %zu | %.1f | %.1f | %.1f | %.0e |\n", block.forces.size(), ours, theirs, theirs / ours,
                difference / largest);
  std::fflush(stdout);
}

/// A mesh that was solved: work of the loads on the last displacements (N mm) and processor time.
struct Run {
  std::string program;
  long unknowns = 0;
  double work = 0, seconds = 0;
};

Run run_ours(int divisions)
{
  const double start = processor_seconds(RUSAGE_SELF);
  Block block(divisions, ElementType::q2p1);
  block.solve(LinearMethod::two_level);
  return {"LumbarFEM, Q2/P1", static_cast<long>(block.forces.size()),
          work(block.forces, block.problem->solver->state()), processor_seconds(RUSAGE_SELF) - start};
}

Run run_theirs(int divisions, const std::string &element)
{
  const Block block(divisions, ElementType::q2p1);
  CalculixDeck deck = block.deck();
  deck.forces = block.serendipity_forces();
  deck.quadratic = element;
  const std::vector<char> used = deck.used_nodes();
  const double start = processor_seconds(RUSAGE_CHILDREN);
  const State displacements = deck.solve();
  Run run = {"CalculiX, " + element, 3 * std::count(used.begin(), used.end(), 1), NAN, NAN};
  if (displacements.empty())
    return run;
  run.seconds = processor_seconds(RUSAGE_CHILDREN) - start;
  run.work = work(deck.forces, displacements);
  return run;
}

/// Quadratic elements of both. Under given loads a finer mesh yields more, so that the work of the loads grows toward
/// the exact one: what does less is further from it. (It converges slowly, by the corners where bone meets the disc.)
void compare_quadratic()
{
  std::vector<Run> ours;
  for (const int divisions : {1, 2, 3})
    ours.push_back(run_ours(divisions));
  std::printf("\n| program, element | unknowns | work of the loads, N mm | short of our finest mesh | processor s |\n"
              "|---|---:|---:|---:|---:|\n");
  const double finest = ours.back().work;
  const auto print = [finest](const Run &run) {
    std::printf("| %s | %ld | %.4f | %.2f %% | %.1f |\n", run.program.c_str(), run.unknowns, run.work,
                100 * (1 - run.work / finest), run.seconds);
    std::fflush(stdout);
  };
  std::for_each(ours.begin(), ours.end(), print);
  for (const char *element : {"C3D20R", "C3D20"})
    for (const int divisions : {1, 2}) // the third takes CalculiX half an hour
      print(run_theirs(divisions, element));
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
      compare_linear(divisions);
    compare_quadratic();
  }
  MPI_Finalize();
  return code;
}
