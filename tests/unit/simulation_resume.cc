/// Plans of stages, and what is kept of a run.
#include "tests/unit/simulation_support.h"

#include "app/simulation/checkpoint.h"
#include "app/simulation/load_plan.h"
#include "app/simulation/loaded_spine.h"
#include "solver/follower_load.h"
#include "solver/ligaments.h"
#include "solver/mesh_order.h"
#include "tests/unit/materials_test_tools.h"

#include <numeric>

namespace lumbarfem
{
namespace
{
using namespace simulation_tests;
using Kind = PlannedStage::Kind;

std::vector<std::string> titles_of(const Study &study)
{
  std::vector<std::string> titles;
  for (const PlannedStage &stage : load_plan(study))
    titles.push_back(stage.title());
  return titles;
}

TEST(SimulationLoadPlan, ReferenceIsItsOwnHybridRun)
{
  Study study = segment_study("follower_load_N = 200\nprotocols = [\"load_control\", \"hybrid\"]\n"
                              "[[variant]]\nname = \"intact\"\nreference = true\n");
  EXPECT_EQ(titles_of(study),
            (std::vector<std::string>{"installation", "preload", "preload", "moment, flexion, load_control"}));
  study.reference = false;
  EXPECT_EQ(titles_of(study), (std::vector<std::string>{"installation", "preload", "preload",
                                                        "moment, flexion, load_control", "moment, flexion, hybrid"}));
  EXPECT_FALSE(load_plan(study)[3].is_rotation_given);
  EXPECT_TRUE(load_plan(study)[4].is_rotation_given);
  // Laxity is that of a given moment.
  study.loading.moment_Nm = 4;
  study.loading.moment_steps = 2;
  EXPECT_EQ(load_plan(study)[3].waypoints, (std::vector<double>{0.25, 0.5, 1}));
  EXPECT_EQ(load_plan(study)[4].waypoints, (std::vector<double>{0.5, 1}));
}

TEST(SimulationLoadPlan, WithoutMomentsThePreloadIsTheEnd)
{
  Study study = segment_study("follower_load_N = 200\n");
  study.loading.directions.clear();
  const std::vector<PlannedStage> plan = load_plan(study);
  ASSERT_EQ(plan.size(), 3u);
  EXPECT_EQ(plan[1].kind, Kind::follower_load);
  EXPECT_EQ(plan[2].kind, Kind::preloaded);
  EXPECT_FALSE(plan.back().is_measured());
}

TEST(SimulationMeshOrder, DoesNotDependOnTheNumberingOfTheField)
{
  const auto model = build_model(segment_study(""), true, MPI_COMM_WORLD);
  const Discretization &field = model->field;
  State state(static_cast<std::size_t>(model->system->n_unknowns()), 0.);
  for (int node = 0; node < field.n_nodes; ++node)
    for (int i = 0; i < 3; ++i)
      state[3 * node + i] = field.node_position[node][i];
  std::iota(state.begin() + 3 * field.n_nodes, state.end(), 1000.);
  const State saved = to_mesh_order(field, state);
  EXPECT_EQ(from_mesh_order(field, saved), state);
  // The first cell's corners come first, as the mesh has them, on any number of ranks.
  const SpineMesh &mesh = model->mesh;
  for (int corner = 0; corner < 8; ++corner) {
    const int lattice = 2 * (corner % 2) + 6 * (corner / 2 % 2) + 18 * (corner / 4);
    const Vector3 position = mesh.nodes[mesh.cells[0].nodes[lattice]];
    EXPECT_LT((Vector3(&saved[3 * corner]) - position).norm(), 1e-12) << corner;
  }
  EXPECT_EQ(saved.back(), state.back());
  EXPECT_TRUE(to_mesh_order(field, {}).empty());
  EXPECT_THROW(from_mesh_order(field, State(12, 0.)), std::logic_error);
}

TEST(SimulationCheckpoint, ComesBackAsItWasWritten)
{
  const std::string path =
      (std::filesystem::temp_directory_path() / ("lumbarfem_checkpoint_" + std::to_string(getpid()))).string();
  EXPECT_FALSE(read_checkpoint(path));
  Checkpoint one;
  one.run = "0123456789abcdef";
  one.stage = 1;
  one.load_factor = 1. / 3;
  one.increment = 1e-17;
  one.failures = "flexion: \"no\"\n";
  one.rotations = {{"flexion", 0.1}, {"extension", {}}};
  one.state = {1. / 7, -0., 1e-300};
  one.contributions = {{0.5}, {}};
  one.preload_contributions = {{0.25, 3}, {}};
  one.work = {1, {8, 9}, {10, 11}};
  one.told = {"the nucleus of L4-L5"};
  one.output.n_rows = 5000000000;
  one.output.early_ends = {{"moment", "flexion", "hybrid", 0.5, "why"}};
  NewtonRow row{};
  row.stage = "moment";
  row.residual_N = std::nan("");
  row.refactored = true;
  one.output.newton_table = {row};
  one.output.seconds = {{"mesh", 0.25}};
  write_checkpoint(path, one);
  const std::optional<Checkpoint> two = read_checkpoint(path);
  ASSERT_TRUE(two);
  EXPECT_EQ(two->run, one.run);
  EXPECT_EQ(two->stage, one.stage);
  EXPECT_EQ(two->load_factor, one.load_factor);
  EXPECT_EQ(two->increment, one.increment);
  EXPECT_EQ(two->failures, one.failures);
  EXPECT_EQ(two->rotations, one.rotations);
  EXPECT_EQ(two->state, one.state);
  EXPECT_EQ(two->contributions, one.contributions);
  EXPECT_EQ(two->preload_contributions, one.preload_contributions);
  EXPECT_EQ(two->work.total_mJ, 1);
  EXPECT_EQ(two->work.forces, one.work.forces);
  EXPECT_EQ(two->work.ways, one.work.ways);
  EXPECT_EQ(two->told, one.told);
  EXPECT_EQ(two->output.n_rows, one.output.n_rows);
  EXPECT_EQ(two->output.early_ends.at(0).reason, "why");
  EXPECT_TRUE(std::isnan(two->output.newton_table.at(0).residual_N));
  EXPECT_TRUE(two->output.newton_table.at(0).refactored);
  EXPECT_EQ(two->output.seconds, one.output.seconds);

  for (const std::uintmax_t size : {std::filesystem::file_size(path) / 2, std::uintmax_t{0}}) {
    std::filesystem::resize_file(path, size);
    EXPECT_NE(message_of([&] { read_checkpoint(path); }).find("is no complete checkpoint"), std::string::npos);
  }
  std::filesystem::remove(path);
}

/// Loads that were applied are applied again in another model of the same study.
TEST(SimulationCheckpoint, ContributionsAreToldAgain)
{
  const Study study = segment_study("follower_load_N = 200\n[ligaments]\nset = \"remus2021\"\n");
  LoadedSpine one(study, false, MPI_COMM_WORLD), two(study, false, MPI_COMM_WORLD);
  one.follower_load(200)(0.75);
  one.installation()(0.5);
  Checkpoint checkpoint;
  one.save(checkpoint, false);
  two.load(checkpoint);
  EXPECT_EQ(two.model().get<FollowerLoad>().load(), 150);
  RandomStates random;
  State state(static_cast<std::size_t>(one.model().system->n_unknowns()));
  for (double &value : state)
    value = 0.1 * random.uniform();
  EXPECT_EQ(one.model().get<Ligaments>().energy(state), two.model().get<Ligaments>().energy(state));
  two.installation()(1);
  EXPECT_NE(one.model().get<Ligaments>().energy(state), two.model().get<Ligaments>().energy(state));
}
} // namespace
} // namespace lumbarfem
