/// lumbarfem run: solves the variants of a study, one after another or side by side.
#include "app/commands/child_job.h"
#include "app/commands/job_count.h"
#include "app/commands/report_page.h"
#include "app/commands/run_parts.h"
#include "app/commands/run_steps.h"
#include "app/commands/study_selection.h"
#include "app/simulation/frozen_hashes.h"
#include "app/simulation/job_pool.h"
#include "app/simulation/provenance.h"
#include "app/simulation/work_slot.h"
#include "base/formatted.h"
#include "base/user_error.h"

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

/// UserError when options are given together of which each is a way of its own.
void require_one_way(const po::variables_map &values)
{
  std::vector<std::string> given;
  for (const char *option : {"prepare", "part", "gather"})
    if (values.count(option))
      given.push_back("--" + std::string(option));
  if (given.size() > 1)
    throw UserError(joined(given, " and ") + " are steps of their own; give one of them (docs/cluster.md)");
  if (!given.empty() && values.count("jobs"))
    throw UserError("--jobs belongs to a run that is done in one go, not to " + given.front() +
                    ", whose parts are started one by one; leave one of them out");
}

/// A process of --jobs: its identity is that of the run that started it.
int run_child(const po::variables_map &values, Ranks &ranks)
{
  // One variant; the reference, if it was kept too, is another process's work.
  Request request = read_request(values, values["snapshot"].as<std::string>());
  keep_only(request.file, words(values, "variant").front());
  RunOptions options = run_options(values, request.output);
  const Study &study = request.file.variants.front();
  const std::optional<RunManifest> manifest = read_manifest(options.output);
  const ManifestVariant *variant = manifest ? manifest->find_variant(study.variant) : nullptr;
  if (!variant || variant->study_hash != variant_hash(study))
    throw UserError("variant \"" + study.variant + "\" is not as it was when the run in " + options.output +
                    " began: a file that the study names (spine.mesh) was changed meanwhile");
  options.identity = manifest->identity();
  options.wait_for_reference = true;
  options.is_resumed = values.count("resume") > 0;
  options.progress_file = progress_file(options.output, study.variant);
  WorkSlot slot(slots_folder(options.output), values["child"].as<int>(), waiting_mark(options.output, study.variant));
  slot.take([] { return false; });
  std::ofstream(options.progress_file) << 0; // the sign that it has begun
  options.slot = &slot;
  ranks.start();
  const Failure failure = run_here(request.file, options, ranks.world());
  std::cerr << (failure.has_failed() ? "lumbarfem: " + failure.message : "");
  return static_cast<int>(failure.code);
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
      "prepare", "begin a run whose variants are parts, jobs of a cluster say (docs/cluster.md); solve nothing")(
      "part", po::value<std::string>(),
      "VARIANT: run this part of the prepared run, or go on with it; takes the options that --prepare had")(
      "gather", "put the parts of the prepared run together: tables, report; takes the options that --prepare had")(
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
  require_one_way(values);
  Ranks &ranks = invocation.ranks;
  if (values.count("child"))
    return run_child(values, ranks);
  if (values.count("prepare"))
    return prepare_run(invocation, values);
  if (values.count("part"))
    return run_part(invocation, values);
  if (values.count("gather"))
    return gather_parts(invocation, values);

  Request request;
  JobCount jobs;
  std::unique_ptr<RunFolder> folder; // of the first rank
  ranks.together([&] {
    // Locked before anything that takes time. The study may lie in this very folder.
    if (ranks.is_first())
      folder = std::make_unique<RunFolder>(output_of(values), "run");
    request = read_request(values, values.count("snapshot") ? values["snapshot"].as<std::string>() : "");
    const double bytes = check_against_meshes(request.file);
    jobs = chosen_jobs(values, static_cast<int>(request.file.variants.size()), 1024, bytes, ranks);
  });
  RunOptions options = run_options(values, request.output);
  options.progress_file = values.count("progress-file") ? values["progress-file"].as<std::string>() : "";
  const StudyFile &file = request.file;
  Beginning beginning = Beginning::anew;
  const bool is_side_by_side = jobs.n > 1 && file.variants.size() > 1;
  if (!is_side_by_side)
    ranks.start();
  ranks.together([&] {
    if (!ranks.is_first())
      return;
    RunManifest manifest = manifest_of_run(invocation, request, ranks.size());
    manifest.part_of = values.count("part-of") ? values["part-of"].as<std::string>() : "";
    manifest.jobs = jobs.n;
    beginning = begin_run(*folder, request, manifest, values.count("resume") > 0);
    if (beginning == Beginning::is_complete || beginning == Beginning::has_not_converged)
      return;
    options.identity = folder->manifest().identity();
    options.output = folder->work();
    if (!options.quiet)
      print_start(file, *folder, request.output, options.identity, jobs);
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
  const Failure failure =
      is_side_by_side ? run_jobs(file, invocation, options, jobs.n, passed_on) : run_here(file, options, ranks.world());
  ranks.together([&] {
    if (!ranks.is_first())
      return;
    if (!failure.message.empty())
      std::cerr << "lumbarfem: " << failure.message;
    conclude(request, options.identity, *folder, failure,
             "the same command with --resume goes on where each variant was", values);
  });
  return static_cast<int>(failure.code);
}
} // namespace lumbarfem
