/// lumbarfem follower-path: guides of the follower load with which no segment of the intact spine turns.
#include "app/simulation/follower_path.h"
#include "app/commands/study_selection.h"
#include "app/simulation/frozen_hashes.h"
#include "app/simulation/new_manifest.h"
#include "app/simulation/run_folder.h"
#include "app/simulation/stop_request.h"
#include "base/formatted.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"

#include <algorithm>
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

/// The search and its files; NotConverged after they were written when the path is not good enough.
void search(const StudyFile &file, const FollowerPathOptions &options, const std::string &output,
            const Invocation &invocation, const std::string &command)
{
  Ranks &ranks = invocation.ranks;
  const Study &study = file.reference();
  std::unique_ptr<RunFolder> folder; // of the first rank
  ranks.together([&] {
    if (!ranks.is_first())
      return;
    folder = std::make_unique<RunFolder>(output, "follower-path");
    RunManifest manifest = new_manifest(invocation.words("follower-path"), frozen_hashes(file), {study}, ranks.size());
    manifest.entries = {"follower_path.toml", "follower_path.csv", "follower_path.txt"};
    folder->begin(manifest);
  });
  const FollowerPath path = find_follower_path(study, options, ranks.world());
  const bool is_good = path.largest_deg() < options.tolerance_deg;
  ranks.together([&] {
    if (!ranks.is_first())
      return;
    const std::string text = follower_path_text(study, path, options.loads_N), &work = folder->work();
    const std::string identity = folder->manifest().identity().line();
    write_text(work + "/follower_path.toml", "# " + identity + "\n" + follower_path_toml(study, path, command));
    write_text(work + "/follower_path.csv", follower_path_csv(study, path, options.loads_N));
    write_text(work + "/follower_path.txt", text + identity + "\n");
    folder->end(is_good ? RunState::complete : RunState::not_converged);
    std::cout << "\n"
              << study.title << ", variant " << study.variant << "\n"
              << text << "\nresults: " << output << "/follower_path.toml\n";
  });
  if (!is_good)
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
  Ranks &ranks = invocation.ranks;
  StudyFile file;
  ranks.together([&] {
    file = read_study(path, words(values, "set"));
    check_study(file.reference());
  });
  const std::string output =
      values.count("output") ? values["output"].as<std::string>() : default_output(path) + "-follower-path";
  ranks.start();
  install_signal_handlers();
  options.tell = [tells = ranks.is_first() && values.count("quiet") == 0](const std::string &line) {
    if (tells)
      std::cout << line << std::endl;
  };
  search(file, options, output, invocation, described_command(path, options.loads_N, words(values, "set")));
  return 0;
}
} // namespace lumbarfem
