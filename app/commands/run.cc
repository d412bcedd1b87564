/// lumbarfem run: solves the variants of a study, one after another or side by side.
#include "app/commands/child_job.h"
#include "app/commands/job_count.h"
#include "app/commands/report_page.h"
#include "app/commands/study_selection.h"
#include "app/simulation/comparison_context.h"
#include "app/simulation/frozen_hashes.h"
#include "app/simulation/job_pool.h"
#include "app/simulation/new_manifest.h"
#include "app/simulation/provenance.h"
#include "app/simulation/reference_rotation.h"
#include "app/simulation/resumable.h"
#include "app/simulation/run_folder.h"
#include "app/simulation/study_runner.h"
#include "app/simulation/work_slot.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/gathered_results.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace lumbarfem
{
namespace po = boost::program_options;
namespace
{
void print_start(const StudyFile &file, const RunFolder &folder, const std::string &output, const RunIdentity &identity,
                 const JobCount &jobs)
{
  std::printf("LumbarFEM %s (%s), BLAS: %s\n", program_version().c_str(), git_revision().c_str(),
              blas_in_use().c_str());
  const std::string advice = blas_advice();
  if (!advice.empty())
    std::printf("warning: %s\n", advice.c_str());
  std::printf("%s: %s\nresults go to %s (%s)\n", file.path.c_str(), file.variants.front().title.c_str(), output.c_str(),
              identity.line().c_str());
  if (!folder.manifest().resumed.empty())
    std::printf("goes on in %s\n", folder.work().c_str());
  else if (folder.work() != output)
    std::printf("it holds earlier results, which stay until the end of this run; meanwhile see %s\n",
                folder.work().c_str());
  if (!jobs.line().empty())
    std::printf("%s\n", jobs.line().c_str());
  std::fflush(stdout);
}

/// Child processes, one a variant; each writes its own folder. They read the study as it was when the run began.
Failure run_jobs(const StudyFile &file, const Invocation &invocation, const RunOptions &options, int n_jobs,
                 const Words &passed_on)
{
  std::filesystem::create_directories(slots_folder(options.output));
  std::vector<Job> jobs;
  for (const Study &study : file.variants)
    jobs.push_back(child_job(invocation, file.path, study, options.output, n_jobs, passed_on));
  const std::string queue_mark = WorkSlot::queue_mark(slots_folder(options.output));
  return {static_cast<ExitCode>(run_side_by_side(jobs, n_jobs, options.quiet, queue_mark)), ""};
}

/// The worst that happened, with all messages. A run that does not converge leaves the next variants alone; what else
/// goes wrong (a stop, a full disk, too little memory) ends the whole. Collective.
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

/// What the options of the command line say.
struct Request {
  StudyFile file;
  FrozenHashes hashes;
  std::string output, part_of;
  JobCount jobs;
  bool is_child = false, is_resumed = false;
};

std::string output_of(const po::variables_map &values)
{
  return values.count("output") ? values["output"].as<std::string>()
                                : default_output(values["STUDY"].as<std::string>());
}

Request read_request(const po::variables_map &values, const Ranks &ranks)
{
  Request request;
  const std::string path = values["STUDY"].as<std::string>();
  const Words settings = words(values, "set");
  const StudyFile whole = values.count("snapshot")
                              ? read_study_text(read_text(values["snapshot"].as<std::string>()), path, settings)
                              : read_study(path, settings);
  request.hashes = frozen_hashes(whole);
  request.file = selected(whole, values);
  request.is_child = values.count("child") > 0;
  request.is_resumed = values.count("resume") > 0;
  double bytes = 0;
  if (request.is_child) { // one variant; the reference, if it was kept too, is another process's work
    const std::string own = words(values, "variant").front();
    std::vector<Study> &variants = request.file.variants;
    variants.erase(
        std::remove_if(variants.begin(), variants.end(), [&](const Study &study) { return study.variant != own; }),
        variants.end());
  } else
    bytes = check_against_meshes(request.file);
  request.output = output_of(values);
  request.part_of = values.count("part-of") ? values["part-of"].as<std::string>() : "";
  if (!request.is_child)
    request.jobs = chosen_jobs(values, static_cast<int>(request.file.variants.size()), 1024, bytes, ranks);
  return request;
}

/// A process of --jobs: its identity is that of the run that started it.
int run_child(const Request &request, RunOptions options, int n_at_a_time, Ranks &ranks)
{
  const Study &study = request.file.variants.front();
  const std::optional<RunManifest> manifest = read_manifest(options.output);
  const ManifestVariant *variant = manifest ? manifest->find_variant(study.variant) : nullptr;
  if (!variant || variant->study_hash != variant_hash(study))
    throw UserError("variant \"" + study.variant + "\" is not as it was when the run in " + options.output +
                    " began: a file that the study names (spine.mesh) was changed meanwhile");
  options.identity = manifest->identity();
  options.wait_for_reference = true;
  options.is_resumed = request.is_resumed;
  options.progress_file = progress_file(options.output, study.variant);
  WorkSlot slot(slots_folder(options.output), n_at_a_time, waiting_mark(options.output, study.variant));
  slot.take([] { return false; });
  std::ofstream(options.progress_file) << 0; // the sign that it has begun
  options.slot = &slot;
  ranks.start();
  const Failure failure = run_here(request.file, options, ranks.world());
  std::cerr << (failure.has_failed() ? "lumbarfem: " + failure.message : "");
  return static_cast<int>(failure.code);
}

enum class Beginning { anew, resumed, is_complete, has_not_converged };

/// What --resume finds. UserError when it is another run than the one asked for.
Beginning find_beginning(const Request &request, const RunFolder &folder, const RunManifest &manifest)
{
  const std::optional<RunManifest> last = folder.last_run();
  if (!last)
    return Beginning::anew;
  require_same_run(*last, folder.place_of_last_run(), manifest, request.file.variants);
  if (last->state == RunState::complete || last->state == RunState::not_converged)
    std::cout << request.output << ": the run " << last->run << " of this study is "
              << (last->state == RunState::complete ? "complete" : "over, and did not converge")
              << "; there is nothing to go on with\n";
  return last->state == RunState::complete        ? Beginning::is_complete
         : last->state == RunState::not_converged ? Beginning::has_not_converged
                                                  : Beginning::resumed;
}

/// What a killed run has left for its own processes only.
void clear_marks(const Request &request, const std::string &work)
{
  clear_reference_rotations(work);
  std::filesystem::remove_all(slots_folder(work));
  for (const Study &study : request.file.variants)
    std::filesystem::remove(waiting_mark(work, study.variant));
}

/// The first rank's work after the run: tables, manifest, report.
void conclude(const Request &request, const RunOptions &options, RunFolder &folder, const Failure &failure,
              const po::variables_map &values)
{
  clear_marks(request, options.output);
  const std::string table = gather_results(folder.manifest(), options.output, comparison_context(request.file));
  const std::string place = folder.end(state_after(failure.code));
  if (!table.empty())
    std::cout << "\n" << table;
  std::cout << "\nresults: " << place << " (" << options.identity.line() << ")\n";
  if (failure.has_failed())
    std::cout << "NOT ALL RUNS " << (failure.code == ExitCode::not_converged ? "CONVERGED" : "WERE FINISHED")
              << ": see the messages above and <variant>/summary.json\n";
  if (failure.has_failed() && failure.code != ExitCode::not_converged)
    std::cout << "the same command with --resume goes on where each variant was\n";
  if (place != request.output)
    std::cout << "the earlier results in " << request.output << " are left as they were\n";
  if (!table.empty())
    report_after(place, values);
}
} // namespace

int run_command(const Invocation &invocation)
{
  po::options_description visible("options");
  visible.add_options()("variant", po::value<Words>()->composing(), "only this variant (repeatable)")(
      "direction", po::value<Words>()->composing(), "only this direction: flexion, extension, ... (repeatable)")(
      "protocol", po::value<Words>()->composing(), "only this protocol: load_control or hybrid (repeatable)")(
      "set", po::value<Words>()->composing(),
      "KEY=VALUE: a dotted key of the study, e.g. loading.moment_Nm=5 (repeatable)")(
      "output", po::value<std::string>(),
      "folder of the results (default results/<name of the study>); a finished run takes the place of what is there")(
      "resume",
      "go on with the run of this study in that folder that was stopped, killed or failed; begin where there is none")(
      "quiet", "print the table and errors only");
  add_jobs_option(visible, "variants");
  add_report_switch(visible);
  po::options_description hidden;
  hidden.add_options()("child", po::value<int>(),
                       "used by --jobs: one of so many at a time, which does not gather the results")(
      "snapshot", po::value<std::string>(), "text of the study as it was when the whole began")(
      "part-of", po::value<std::string>(), "identity of the run that this one is a part of")(
      "progress-file", po::value<std::string>(), "gets the share of the work that is done");
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem run STUDY [options]", visible, {"STUDY"}, values, hidden))
    return 0;
  Ranks &ranks = invocation.ranks;
  Request request;
  std::unique_ptr<RunFolder> folder; // of the first rank
  ranks.together([&] {
    // Locked before anything that takes time. The study may lie in this very folder.
    if (ranks.is_first() && !values.count("child"))
      folder = std::make_unique<RunFolder>(output_of(values), "run");
    request = read_request(values, ranks);
  });
  RunOptions options;
  options.output = request.output;
  options.quiet = values.count("quiet") > 0;
  options.terminal = isatty(STDOUT_FILENO) != 0;
  options.progress_file = values.count("progress-file") ? values["progress-file"].as<std::string>() : "";
  if (request.is_child)
    return run_child(request, options, values["child"].as<int>(), ranks);

  const StudyFile &file = request.file;
  Beginning beginning = Beginning::anew;
  const bool is_side_by_side = request.jobs.n > 1 && file.variants.size() > 1;
  if (!is_side_by_side)
    ranks.start();
  ranks.together([&] {
    if (!ranks.is_first())
      return;
    RunManifest manifest = new_manifest(invocation.words("run"), request.hashes, file.variants, ranks.size());
    manifest.part_of = request.part_of;
    manifest.jobs = request.jobs.n;
    manifest.entries = {"study.toml", "results.csv", "comparison.txt", "comparison.md"};
    for (const Study &study : file.variants)
      manifest.entries.push_back(study.variant);
    if (request.is_resumed)
      beginning = find_beginning(request, *folder, manifest);
    if (beginning == Beginning::is_complete || beginning == Beginning::has_not_converged)
      return;
    if (beginning == Beginning::resumed) {
      folder->resume(file.text);
      folder->manifest().jobs = request.jobs.n;
      folder->manifest().ranks = ranks.size();
      clear_marks(request, folder->work());
    } else
      folder->begin(manifest, {{"study.toml", file.text}});
    options.identity = folder->manifest().identity();
    options.output = folder->work();
    if (!options.quiet)
      print_start(file, *folder, request.output, options.identity, request.jobs);
  });
  beginning = static_cast<Beginning>(std::stoi(ranks.from_first(std::to_string(static_cast<int>(beginning)))));
  if (beginning == Beginning::is_complete)
    return static_cast<int>(ExitCode::done);
  if (beginning == Beginning::has_not_converged)
    return static_cast<int>(ExitCode::not_converged);
  options.output = ranks.from_first(options.output);
  options.is_resumed = beginning == Beginning::resumed;
  options.identity = {ranks.from_first(options.identity.run), ranks.from_first(options.identity.frozen_hash)};
  Words passed_on = repeated(values, {"set", "direction", "protocol"});
  if (options.is_resumed)
    passed_on.push_back("--resume");
  const Failure failure = is_side_by_side ? run_jobs(file, invocation, options, request.jobs.n, passed_on)
                                          : run_here(file, options, ranks.world());
  ranks.together([&] {
    if (!ranks.is_first())
      return;
    if (!failure.message.empty())
      std::cerr << "lumbarfem: " << failure.message;
    conclude(request, options, *folder, failure, values);
  });
  return static_cast<int>(failure.code);
}
} // namespace lumbarfem
