/// An exported segment solved by CalculiX and here, with the same element.
#include "app/simulation/export_reader.h"
#include "postprocess/export/keyword_deck.h"
#include "solver/facet_contact.h"
#include "solver/follower_load.h"
#include "solver/ligaments.h"
#include "solver/pure_moment.h"
#include "solver/rigid_fit.h"
#include "tests/support/calculix_deck.h"
#include "tests/support/scratch_path.h"
#include "tests/unit/simulation_support.h"

#include <fstream>
#include <sstream>

namespace lumbarfem
{
namespace
{
using namespace simulation_tests;

/// Displacements of the loaded nodes that CalculiX printed at the end of the last step; empty when it failed.
std::map<int, Vector3> solve_with_calculix(const std::string &deck)
{
  const std::filesystem::path folder = scratch_path("calculix");
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "model.inp") << deck;
  std::map<int, Vector3> result;
  if (std::system(("cd '" + folder.string() + "' && OMP_NUM_THREADS=1 ccx model > log 2>&1").c_str()) == 0) {
    std::ifstream file(folder / "model.dat");
    for (std::string line; std::getline(file, line);) {
      std::istringstream words(line);
      int node;
      Vector3 u;
      if (words >> node >> u[0] >> u[1] >> u[2])
        result[node - 1] = u; // later steps take the place of earlier ones
    }
  }
  if (result.empty()) {
    std::ifstream log(folder / "log");
    std::ostringstream text;
    text << log.rdbuf();
    const std::string all = text.str();
    ADD_FAILURE() << "CalculiX gave no displacements\n" << all.substr(all.size() > 2000 ? all.size() - 2000 : 0);
  }
  std::filesystem::remove_all(folder);
  return result;
}

struct Comparison {
  double largest = 0, difference = 0;   ///< mm, of the loaded nodes
  Vector3 here, there;                  ///< Cardan angles of the loaded nodes, degrees
  double facets_N = 0, ligaments_N = 0; ///< sums of the forces
};

/// Solves the last step of the study: all its loads from one end to the other.
Comparison compare(const Study &study)
{
  const std::unique_ptr<Model> model = build_model(study, false, MPI_COMM_WORLD);
  const ExportModel told = describe_for_export(study, *model, model->system->n_unknowns());
  const std::map<int, Vector3> there = solve_with_calculix(write_keyword_deck(told, ExportFormat::calculix, {}).text);

  EquilibriumSettings settings = equilibrium_settings(study);
  settings.tolerance = 1e-8;
  const auto solver = make_solver(*model, settings);
  PureMoment &moment = model->get<PureMoment>();
  FollowerLoad *follower = model->find<FollowerLoad>();
  const auto run = [&](const std::function<void(double)> &apply) {
    EquilibriumSolver::Stage stage;
    stage.name = "test";
    stage.apply = apply;
    solver->run(
        stage, [](double, double) {}, [](const StepReport &) {});
  };
  if (model->has_pretension())
    run([&](double t) { model->set_installation(t); });
  if (follower)
    run([&](double t) { follower->set_load(t * study.loading.follower_load_N); });
  const Vector3 size = told.steps.back().moment_Nmm;
  int axis;
  size.cwiseAbs().maxCoeff(&axis);
  moment.set_axis(axis);
  run([&](double t) { moment.set_moment(t * size[axis]); });

  Comparison result;
  std::vector<Vector3> reference, here_at, there_at;
  for (const int node : told.moment_nodes) {
    const Vector3 x = told.nodes[static_cast<std::size_t>(node)], u(&solver->state()[3 * node]);
    if (!there.count(node))
      return result;
    reference.push_back(x);
    here_at.push_back(x + u);
    there_at.push_back(x + there.at(node));
    result.largest = std::max(result.largest, u.norm());
    result.difference = std::max(result.difference, (u - there.at(node)).norm());
  }
  result.here = cardan_angles(fit_rigid_motion(reference, here_at).rotation) * 180 / pi;
  result.there = cardan_angles(fit_rigid_motion(reference, there_at).rotation) * 180 / pi;
  for (const FacetContact *facet : model->all<FacetContact>())
    result.facets_N += facet->resultant(solver->state()).force.norm();
  if (const Ligaments *ligaments = model->find<Ligaments>())
    for (std::size_t k = 0; k < ligaments->strands().size(); ++k)
      result.ligaments_N += ligaments->force_N(k, solver->state());
  std::printf("facets %.1f N, ligaments %.1f N; displacement up to %.4f mm, difference up to %.5f mm (%.3f %%); "
              "rotation here %.4f "
              "%.4f %.4f, CalculiX %.4f %.4f %.4f degrees\n",
              result.facets_N, result.ligaments_N, result.largest, result.difference,
              100 * result.difference / result.largest, result.here[0], result.here[1], result.here[2], result.there[0],
              result.there[1], result.there[2]);
  return result;
}

const std::string disc = "[materials]\nannulus = \"annulus_ground_rohlmann2006\"\nnucleus = "
                         "\"nucleus_moderate_degeneration\"\n";

Study disc_study(const std::string &direction, const std::string &element)
{
  Study study = segment_study("kind = \"pure_moment\"\nprotocols = [\"load_control\"]\n" + disc +
                                  "[ligaments]\nset = \"none\"\n[facets]\ncontact = false\n",
                              "levels = \"L4-L5\"\nposterior_elements = false", "deformable");
  study.loading.directions = {parse_direction(direction)};
  study.element = element;
  return study;
}

/// q1 and C3D8: the same element, without projection of the dilatation.
TEST(SimulationCalculix, ASegmentOfBoneAndDisc)
{
  if (!CalculixDeck::is_installed())
    GTEST_SKIP() << "ccx is not installed (Debian package calculix-ccx)";
  for (const std::string direction : {"flexion", "left_axial_rotation"}) {
    const Comparison found = compare(disc_study(direction, "q1"));
    EXPECT_GT(found.largest, 0.05);
    EXPECT_LT(found.difference, 0.01 * found.largest);
    EXPECT_LT((found.here - found.there).norm(), 0.01 * found.here.norm());
  }
}

/// q2p1 and C3D20R: what users get, with another element on the same coarse mesh.
TEST(SimulationCalculix, ASegmentWithTheElementOfUsers)
{
  if (!CalculixDeck::is_installed())
    GTEST_SKIP() << "ccx is not installed (Debian package calculix-ccx)";
  const Comparison found = compare(disc_study("flexion", "q2p1"));
  EXPECT_GT(found.largest, 0.05);
  EXPECT_LT((found.here - found.there).norm(), 0.05 * found.here.norm());
}

TEST(SimulationCalculix, LigamentsFacetsAndFollowerLoad)
{
  if (!CalculixDeck::is_installed())
    GTEST_SKIP() << "ccx is not installed (Debian package calculix-ccx)";
  Study study =
      segment_study("kind = \"follower_load\"\nfollower_load_N = 100\nprotocols = [\"load_control\"]\n" + disc,
                    "levels = \"L4-L5\"", "deformable");
  study.loading.directions = {Direction::extension};
  study.loading.moment_Nm = 3;
  study.element = "q1";
  const Comparison found = compare(study);
  EXPECT_GT(found.facets_N, 10);
  EXPECT_GT(found.ligaments_N, 10);
  EXPECT_LT(found.difference, 0.02 * found.largest); // the rim of a facet ends here by fading, there at once
  EXPECT_LT((found.here - found.there).norm(), 0.03 * found.here.norm());
}
} // namespace
} // namespace lumbarfem
