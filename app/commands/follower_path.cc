/// lumbarfem follower-path: guides of the follower load with which no segment of the intact spine turns.
#include "app/simulation/follower_path.h"
#include "app/commands/study_selection.h"
#include "app/simulation/study_runner.h"
#include "base/formatted.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"

#include <mpi.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace lumbarfem
{
namespace po = boost::program_options;
namespace
{
std::string number(double value) { return formatted("%g", value); }

/// Rising, each once.
std::vector<double> read_loads(const po::variables_map &values)
{
  std::vector<double> loads =
      values.count("load") ? values["load"].as<std::vector<double>>() : std::vector<double>{400, 1200};
  for (const double load : loads)
    if (!(load >= 1 && load <= 3000))
      throw UserError("--load " + number(load) + " is outside 1 .. 3000 N");
  std::sort(loads.begin(), loads.end());
  loads.erase(std::unique(loads.begin(), loads.end()), loads.end());
  return loads;
}

/// The path belongs to the intact spine under a follower load.
void check_study(const Study &study)
{
  if (study.geometry.single_disc)
    throw UserError(study.file + ": spine.preset: \"" + study.spine_preset +
                    "\" is a single disc between plates without guides for a follower load; choose male_subject or "
                    "population_mean");
  if (study.loading.kind != "follower_load")
    throw UserError(study.file + ": loading.kind: \"" + study.loading.kind +
                    "\" has no follower load whose path could be found; choose \"follower_load\"");
  const Surgery &surgery = study.surgery;
  if (!surgery.screws.empty() || !surgery.rods.empty() || !surgery.links.empty() || !surgery.cages.empty() ||
      !surgery.cements.empty() || !surgery.ligament_cuts.empty() || !surgery.facetectomies.empty() ||
      !surgery.removals.empty())
    throw UserError(study.file + ": variant \"" + study.variant +
                    "\": surgery: the path is found once, on the intact spine; make a variant without surgery the "
                    "reference");
}

void prepare_output(const std::string &output)
{
  try {
    std::filesystem::create_directories(output);
    for (const char *file : {"follower_path.toml", "follower_path.csv", "follower_path.txt"})
      std::filesystem::remove(output + "/" + file);
  } catch (const std::filesystem::filesystem_error &error) {
    throw UserError("--output " + output + ": cannot write there (" + error.code().message() + ")");
  }
}

/// What the file that is written says of its origin.
std::string described_command(const std::string &study, const std::vector<double> &loads, const Words &settings)
{
  std::string text = "lumbarfem follower-path " + study;
  for (const double load : loads)
    text += " --load " + number(load);
  for (const std::string &setting : settings)
    text += " --set " + setting;
  return text;
}

void search(const Study &study, const FollowerPathOptions &options, const std::string &output,
            const std::string &command)
{
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  const FollowerPath path = find_follower_path(study, options, MPI_COMM_WORLD);
  if (rank == 0) {
    const std::string text = follower_path_text(study, path, options.loads_N);
    write_text(output + "/follower_path.toml", follower_path_toml(study, path, command));
    write_text(output + "/follower_path.csv", follower_path_csv(study, path, options.loads_N));
    write_text(output + "/follower_path.txt", text);
    std::cout << "\n"
              << study.title << ", variant " << study.variant << "\n"
              << text << "\nresults: " << output << "/follower_path.toml\n";
  }
  if (!(path.largest_deg() < options.tolerance_deg))
    throw NotConverged("follower-path: the best path still turns a segment by " + number(path.largest_deg()) +
                       " degrees, --tolerance is " + number(options.tolerance_deg));
}
} // namespace

int follower_path_command(const Invocation &invocation)
{
  po::options_description visible("options");
  visible.add_options()("load", po::value<std::vector<double>>()->composing(),
                        "follower load in N at which the rotations count (repeatable; default 400 and 1200)")(
      "tolerance", po::value<double>()->default_value(0.5, "0.5"), "degrees that each segment may turn")(
      "set", po::value<Words>()->composing(), "KEY=VALUE: a dotted key of the study (repeatable)")(
      "output", po::value<std::string>(), "folder of the results (default results/<name of the study>-follower-path)")(
      "rigid-only", "do not confirm the path, which is searched with rigid bone, with the study's deformable bone")(
      "quiet", "print the table and errors only");
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem follower-path STUDY [options]", visible, {"STUDY"}, values))
    return 0;
  FollowerPathOptions options;
  options.loads_N = read_loads(values);
  options.tolerance_deg = values["tolerance"].as<double>();
  if (!(options.tolerance_deg > 0 && options.tolerance_deg <= 10))
    throw UserError("--tolerance " + number(options.tolerance_deg) + " is outside 0 .. 10 degrees (0 excluded)");
  options.confirm = values.count("rigid-only") == 0;
  const std::string path = values["STUDY"].as<std::string>();
  const StudyFile file = read_study(path, words(values, "set"));
  const Study &study = file.reference();
  check_study(study);
  const std::string output =
      values.count("output") ? values["output"].as<std::string>() : default_output(path) + "-follower-path";
  const char *mpi_rank = std::getenv("OMPI_COMM_WORLD_RANK");
  const bool is_first = !mpi_rank || std::atoi(mpi_rank) == 0;
  if (is_first)
    prepare_output(output);
  const bool is_quiet = values.count("quiet") > 0;
  options.tell = [&](const std::string &line) {
    if (is_first && !is_quiet)
      std::cout << line << std::endl;
  };
  MPI_Init(nullptr, nullptr);
  install_signal_handlers();
  std::exception_ptr error; // MPI ends in order before the message
  try {
    search(study, options, output, described_command(path, options.loads_N, words(values, "set")));
  } catch (...) {
    error = std::current_exception();
  }
  MPI_Finalize();
  if (error)
    std::rethrow_exception(error);
  return 0;
}
} // namespace lumbarfem
