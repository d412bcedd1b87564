#include "app/commands/run_steps.h"

#include "app/commands/child_job.h"
#include "app/commands/report_page.h"
#include "app/commands/study_selection.h"
#include "app/simulation/comparison_context.h"
#include "app/simulation/frozen_hashes.h"
#include "app/simulation/new_manifest.h"
#include "app/simulation/reference_rotation.h"
#include "app/simulation/resumable.h"
#include "base/text_file.h"
#include "postprocess/gathered_results.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace lumbarfem
{
namespace po = boost::program_options;
namespace
{
/// What a killed run has left for its own processes only.
void clear_marks(const Request &request, const std::string &work)
{
  clear_reference_rotations(work);
  std::filesystem::remove_all(slots_folder(work));
  for (const Study &study : request.file.variants)
    std::filesystem::remove(waiting_mark(work, study.variant));
}

/// What --resume finds. UserError when it is another run than the one asked for.
Beginning find_beginning(const Request &request, const RunFolder &folder, const RunManifest &manifest)
{
  const std::optional<RunManifest> last = folder.last_run();
  if (!last)
    return Beginning::anew;
  require_same_run(*last, folder.place_of_last_run(), manifest, request.file.variants);
  if (last->state == RunState::complete || last->state == RunState::not_converged)
    tell_end(request.output, *last, "there is nothing to go on with");
  return last->state == RunState::complete        ? Beginning::is_complete
         : last->state == RunState::not_converged ? Beginning::has_not_converged
                                                  : Beginning::resumed;
}
} // namespace

std::string output_of(const po::variables_map &values)
{
  return values.count("output") ? values["output"].as<std::string>()
                                : default_output(values["STUDY"].as<std::string>());
}

Request read_request(const po::variables_map &values, const std::string &snapshot)
{
  Request request;
  const std::string path = values["STUDY"].as<std::string>();
  const Words settings = words(values, "set");
  const StudyFile whole =
      snapshot.empty() ? read_study(path, settings) : read_study_text(read_text(snapshot), path, settings);
  request.hashes = frozen_hashes(whole);
  request.file = selected(whole, values);
  request.output = output_of(values);
  return request;
}

void keep_only(StudyFile &file, const std::string &variant)
{
  std::vector<Study> &variants = file.variants;
  variants.erase(
      std::remove_if(variants.begin(), variants.end(), [&](const Study &study) { return study.variant != variant; }),
      variants.end());
}

RunOptions run_options(const po::variables_map &values, const std::string &output)
{
  RunOptions options;
  options.output = output;
  options.quiet = values.count("quiet") > 0;
  options.terminal = isatty(STDOUT_FILENO) != 0;
  return options;
}

RunManifest manifest_of_run(const Invocation &invocation, const Request &request, int n_ranks)
{
  RunManifest manifest = new_manifest(invocation.words("run"), request.hashes, request.file.variants, n_ranks);
  manifest.entries = {"study.toml", "results.csv", "comparison.txt", "comparison.md"};
  for (const Study &study : request.file.variants)
    manifest.entries.push_back(study.variant);
  return manifest;
}

Beginning begin_run(RunFolder &folder, const Request &request, const RunManifest &manifest, bool is_resumed)
{
  const Beginning beginning = is_resumed ? find_beginning(request, folder, manifest) : Beginning::anew;
  if (beginning == Beginning::is_complete || beginning == Beginning::has_not_converged)
    return beginning;
  if (beginning == Beginning::anew)
    folder.begin(manifest, {{"study.toml", request.file.text}});
  else {
    folder.resume(request.file.text);
    folder.manifest().jobs = manifest.jobs;
    folder.manifest().ranks = manifest.ranks;
  }
  clear_marks(request, folder.work()); // the rotations of a killed run are another reference's
  return beginning;
}

Failure run_here(const StudyFile &file, RunOptions options, MPI_Comm communicator)
{
  install_signal_handlers();
  Failure worst;
  options.share = 1. / static_cast<double>(file.variants.size());
  for (std::size_t k = 0; k < file.variants.size(); ++k) {
    const Study &study = file.variants[k];
    options.done_before = static_cast<double>(k) * options.share;
    try {
      run_variant(study, options, communicator);
    } catch (const NotConverged &error) {
      worst.code = ExitCode::not_converged;
      worst.message += "variant \"" + study.variant + "\": " + error.what() + "\n";
    } catch (const Stopped &error) {
      return {ExitCode::stopped, worst.message + error.what() + "\n"};
    } catch (const OutOfMemory &error) {
      return {ExitCode::out_of_memory, worst.message + "variant \"" + study.variant + "\": " + error.what() + "\n"};
    } catch (const UserError &error) {
      return {ExitCode::bad_input, worst.message + "variant \"" + study.variant + "\": " + error.what() + "\n"};
    }
  }
  return worst;
}

void conclude(const Request &request, const RunIdentity &identity, RunFolder &folder, const Failure &failure,
              const std::string &way_on, const po::variables_map &values)
{
  clear_marks(request, folder.work());
  const std::string table = gather_results(folder.manifest(), folder.work(), comparison_context(request.file));
  const std::string place = folder.end(state_after(failure.code));
  if (!table.empty())
    std::cout << "\n" << table;
  std::cout << "\nresults: " << place << " (" << identity.line() << ")\n";
  if (failure.has_failed())
    std::cout << "NOT ALL RUNS " << (failure.code == ExitCode::not_converged ? "CONVERGED" : "WERE FINISHED")
              << ": see the messages above and <variant>/summary.json\n";
  if (failure.has_failed() && failure.code != ExitCode::not_converged)
    std::cout << way_on << "\n";
  if (place != request.output)
    std::cout << "the earlier results in " << request.output << " are left as they were\n";
  if (!table.empty())
    report_after(place, values);
}

int tell_end(const std::string &output, const RunManifest &run, const std::string &nothing_left)
{
  const bool is_complete = run.state == RunState::complete;
  std::cout << output << ": the run " << run.run << " of this study is "
            << (is_complete ? "complete" : "over, and did not converge") << "; " << nothing_left << "\n";
  return static_cast<int>(is_complete ? ExitCode::done : ExitCode::not_converged);
}
} // namespace lumbarfem
