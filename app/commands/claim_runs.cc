#include "app/commands/claim_runs.h"

#include "app/simulation/provenance.h"
#include "base/formatted.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/comparison_table.h"
#include "postprocess/gathered_results.h"
#include "postprocess/result_writer.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <iostream>

namespace lumbarfem
{
namespace
{
bool is_moment(const std::string &direction) { return direction != "preload" && direction != "compression"; }

/// Folder of a plan's run below that of the batch: "fused-vs-dynamic/annulus_b_12mm_deformable".
std::string folder_of(const ClaimRunPlan &plan)
{
  const ClaimValueKey &key = plan.wanted.front().key;
  std::filesystem::path path = std::filesystem::path(key.study).lexically_normal().relative_path();
  path = path.stem() == "study" ? path.parent_path() : path.replace_extension();
  Words words; // all of the path: two studies may lie in folders of one name
  for (const std::filesystem::path &part : path)
    if (part != "..")
      words.push_back(part.string());
  return joined(words, "-") + "/" + key.assumption + "_" + key.mesh_mm + "mm_" +
         (key.element == "q2p1" ? "" : key.element + "_") + key.bone;
}

BatchStudy batch_study(const ClaimRunPlan &plan, const Words &departures)
{
  BatchStudy study;
  study.name = folder_of(plan);
  study.whole = plan.study->file;
  study.selected = plan.selected_study();
  study.departures = departures;
  const auto add = [&](const char *option, const auto &words) {
    for (const std::string &word : words)
      study.options.insert(study.options.end(), {option, word});
  };
  add("--set", plan.study->settings);
  add("--direction", plan.directions);
  add("--protocol", plan.protocols);
  return study;
}

/// Values of a run that has ended; what a variant that was not finished would have had is left out.
void take_values(const ClaimRunPlan &plan, const std::string &place, ClaimStore &store)
{
  const std::optional<RunManifest> manifest = read_manifest(place);
  const std::string path = place + "/results.csv";
  std::vector<ResultRow> rows;
  if (manifest && std::filesystem::exists(path)) {
    check_file(place, *manifest, "results.csv");
    std::size_t n_others = 0;
    rows = last_step_rows(read_results_of_run(path, manifest->run, n_others));
  }
  std::exception_ptr fault;
  for (const WantedValue &wanted : plan.wanted) {
    const std::string summary = place + "/" + wanted.key.variant + "/summary.json";
    const bool is_planned = manifest && manifest->find_variant(wanted.key.variant) &&
                            (!is_moment(wanted.key.direction) || plan.directions.count(wanted.key.direction) > 0) &&
                            (wanted.key.protocol.empty() || plan.study->variant(wanted.key.variant).reference ||
                             plan.protocols.count(wanted.key.protocol) > 0);
    if (!is_planned || !std::filesystem::exists(summary))
      continue;
    ClaimValue value;
    value.key = wanted.key;
    value.hashes = plan.study->hashes_of(wanted.key);
    value.revision = git_revision();
    FoundValue found;
    try {
      found = find_claim_value(rows, wanted.figure->selector, wanted.key,
                               plan.study->variant(wanted.key.variant).reference, reduction_of(*wanted.figure));
    } catch (const UserError &error) {
      fault = std::make_exception_ptr(
          UserError(wanted.claim->path + ": figure \"" + wanted.figure->label + "\": " + error.what()));
      continue;
    }
    value.value = found.value;
    value.unit = found.unit;
    value.state = found.value                                  ? "computed"
                  : !found.has_stage && !is_converged(summary) ? "not converged"
                                                               : "not measured";
    store.add(value);
  }
  if (fault)
    std::rethrow_exception(fault);
}
} // namespace

StudyFile ClaimRunPlan::selected_study() const
{
  return selected(study->file, Words(variants.begin(), variants.end()), Words(directions.begin(), directions.end()),
                  Words(protocols.begin(), protocols.end()));
}

void ClaimRuns::add(const Claim &claim, const ClaimPoint &point, const ClaimStudy &study)
{
  auto plan = std::find_if(plans_.begin(), plans_.end(), [&](const ClaimRunPlan &one) { return one.study == &study; });
  if (plan == plans_.end()) {
    plans_.emplace_back();
    plan = plans_.end() - 1;
    plan->study = &study;
  }
  for (const std::string &direction : point.directions)
    for (const ClaimValueKey &key : keys_of(point, direction, study)) {
      plan->wanted.push_back({key, &claim, point.figure});
      std::string state;
      if (present_->find(key, study.hashes_of(key), state))
        continue;
      ++plan->n_missing;
      plan->variants.insert(key.variant);
      if (is_moment(direction))
        plan->directions.insert(direction);
      if (!key.protocol.empty() && !study.variant(key.variant).reference)
        plan->protocols.insert(key.protocol);
    }
}

std::vector<ClaimRunPlan> ClaimRuns::missing() const
{
  std::vector<ClaimRunPlan> plans;
  for (ClaimRunPlan plan : plans_) {
    if (plan.n_missing == 0)
      continue;
    const Loading &loading = plan.study->file.reference().loading;
    if (plan.directions.empty() && !loading.directions.empty())
      plan.directions.insert(name(loading.directions.front())); // the preload comes before any of them
    if (plan.protocols.empty() && !loading.is_compression())
      plan.protocols.insert(name(Protocol::load_control));
    plans.push_back(std::move(plan));
  }
  std::stable_partition(plans.begin(), plans.end(),
                        [](const ClaimRunPlan &plan) { return plan.study->assumption == base_assumption; });
  return plans;
}

int run_claims(const std::vector<ClaimRunPlan> &plans, const Invocation &invocation, const BatchPlan &batch,
               const Words &departures, const std::string &store_path, ClaimStore &store,
               std::map<std::string, std::string> &parts)
{
  int worst = 0;
  for (std::size_t begin = 0; begin < plans.size();) {
    std::vector<BatchStudy> studies;
    std::size_t n_runs = 0, end = begin;
    for (; end < plans.size() && n_runs < 2 * static_cast<std::size_t>(batch.n_jobs); ++end) {
      studies.push_back(batch_study(plans[end], departures));
      n_runs += studies.back().selected.variants.size();
    }
    if (!batch.quiet)
      for (std::size_t k = begin; k < end; ++k)
        std::cout << formatted("%zu of %zu: %s\n", k + 1, plans.size(), studies[k - begin].name.c_str()) << std::flush;
    std::map<std::string, std::string> places;
    const int code = run_batch(studies, invocation, batch, places);
    std::exception_ptr fault; // of one figure, which must not cost the values of the others
    for (std::size_t k = begin; k < end; ++k) {
      const std::string &folder = studies[k - begin].name, &place = places.at(folder);
      try {
        take_values(plans[k], place, store);
      } catch (const UserError &) {
        fault = std::current_exception();
      }
      if (const std::optional<RunManifest> manifest = read_manifest(place))
        parts[folder] = manifest->run;
    }
    write_text(store_path, store.csv());
    if (fault)
      std::rethrow_exception(fault);
    if (code != 0 && code != static_cast<int>(ExitCode::not_converged))
      return code;
    worst = std::max(worst, code);
    begin = end;
  }
  return worst;
}
} // namespace lumbarfem
