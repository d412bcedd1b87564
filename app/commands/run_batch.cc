#include "app/commands/run_batch.h"

#include "app/commands/child_job.h"
#include "app/simulation/comparison_context.h"
#include "app/simulation/frozen_hashes.h"
#include "app/simulation/job_pool.h"
#include "app/simulation/new_manifest.h"
#include "app/simulation/reference_rotation.h"
#include "app/simulation/run_folder.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/gathered_results.h"

#include <algorithm>
#include <exception>
#include <filesystem>

namespace lumbarfem
{
namespace
{
/// About proportional to the time that a variant takes.
double about_work(const Study &variant)
{
  return static_cast<double>(variant.geometry.levels.size() * (1 + variant.loading.directions.size()));
}

/// The folder of one study, ready for its run.
std::unique_ptr<RunFolder> prepare(const BatchStudy &study, const Invocation &invocation, const BatchPlan &plan)
{
  auto folder = std::make_unique<RunFolder>(plan.output + "/" + study.name, "run");
  RunManifest manifest =
      new_manifest(invocation.words(plan.command), frozen_hashes(study.whole), study.selected.variants, 1);
  manifest.command = "run";
  manifest.jobs = plan.n_jobs;
  manifest.part_of = plan.part_of;
  manifest.departures = study.departures;
  manifest.entries = {"study.toml", "results.csv", "comparison.txt", "comparison.md"};
  for (const Study &variant : study.selected.variants)
    manifest.entries.push_back(variant.variant);
  folder->begin(manifest);
  write_text(folder->work() + "/study.toml", study.whole.text);
  std::filesystem::create_directories(slots_folder(folder->work()));
  return folder;
}

Job make_job(const BatchStudy &study, const Study &variant, const std::string &work, const Invocation &invocation,
             const BatchPlan &plan)
{
  Job job = child_job(invocation, study.whole.path, variant, work, plan.n_jobs, study.options);
  job.name = study.name + "/" + variant.variant;
  job.work = about_work(variant);
  return job;
}

/// How a study's own run ended; @p code: of all runs together.
RunState state_of(const RunManifest &manifest, const std::string &work, int code)
{
  bool has_converged = true;
  for (const ManifestVariant &variant : manifest.variants) {
    if (!std::filesystem::exists(work + "/" + variant.name + "/summary.json"))
      return code == static_cast<int>(ExitCode::stopped) ? RunState::stopped : RunState::failed;
    has_converged = has_converged && is_converged(work + "/" + variant.name + "/summary.json");
  }
  return has_converged                                 ? RunState::complete
         : code == static_cast<int>(ExitCode::stopped) ? RunState::stopped
                                                       : RunState::not_converged;
}
} // namespace

int run_batch(const std::vector<BatchStudy> &studies, const Invocation &invocation, const BatchPlan &plan,
              std::map<std::string, std::string> &places)
{
  std::vector<std::pair<bool, Job>> jobs; ///< and whether others may wait for it
  std::vector<std::unique_ptr<RunFolder>> folders;
  for (const BatchStudy &study : studies) {
    folders.push_back(prepare(study, invocation, plan));
    for (const Study &variant : study.selected.variants)
      jobs.emplace_back(variant.reference, make_job(study, variant, folders.back()->work(), invocation, plan));
  }
  std::stable_sort(jobs.begin(), jobs.end(), [](const auto &a, const auto &b) {
    return std::make_pair(a.first, a.second.work) > std::make_pair(b.first, b.second.work);
  });
  std::vector<Job> sorted;
  for (auto &[unused, job] : jobs)
    sorted.push_back(std::move(job));
  const int code = run_side_by_side(sorted, plan.n_jobs, plan.quiet);
  std::exception_ptr fault; // of one, which must not leave the others unfinished
  for (std::size_t k = 0; k < folders.size(); ++k)
    try {
      RunFolder *folder = folders[k].get();
      clear_reference_rotations(folder->work());
      std::filesystem::remove_all(slots_folder(folder->work()));
      gather_results(folder->manifest(), folder->work(), comparison_context(studies[k].whole));
      places[studies[k].name] = folder->end(state_of(folder->manifest(), folder->work(), code));
    } catch (const UserError &) {
      fault = std::current_exception();
    }
  if (fault)
    std::rethrow_exception(fault);
  return code;
}
} // namespace lumbarfem
