#include "app/commands/run_parts.h"

#include "app/commands/child_job.h"
#include "app/commands/run_steps.h"
#include "app/commands/study_selection.h"
#include "app/simulation/frozen_hashes.h"
#include "app/simulation/load_plan.h"
#include "app/simulation/provenance.h"
#include "app/simulation/reference_rotation.h"
#include "app/simulation/resumable.h"
#include "base/formatted.h"
#include "base/user_error.h"
#include "postprocess/folder_lock.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>

namespace lumbarfem
{
namespace po = boost::program_options;
namespace
{
const std::string open_again = "the same command with --prepare --resume opens it again";

std::vector<std::string> part_names(const RunManifest &manifest)
{
  std::vector<std::string> names;
  for (const ManifestVariant &variant : manifest.variants)
    names.push_back(variant.name);
  return names;
}

bool is_over(const RunManifest &manifest)
{
  return manifest.state == RunState::complete || manifest.state == RunState::not_converged;
}

/// The last run of the folder, prepared or over. UserError where there is none.
RunManifest prepared_run(const std::string &output)
{
  const std::string place = place_of_last_run(output);
  const std::optional<RunManifest> manifest =
      std::filesystem::is_directory(output) ? read_manifest(place) : std::nullopt;
  if (!manifest || manifest->command != "run")
    throw UserError("--output " + output + ": holds no prepared run; make one by \"lumbarfem run STUDY --prepare\"");
  if (manifest->state != RunState::prepared && !is_over(*manifest))
    throw UserError(place + ": the run " + manifest->run + " is not prepared, its state is \"" + name(manifest->state) +
                    "\"; " + open_again);
  return *manifest;
}

/// UserError unless the variants (and the loads of the others) are those that were prepared, by this program.
void require_as_prepared(const Request &request, const RunManifest &manifest, const std::string &place)
{
  if (manifest.executable_hash != executable_hash())
    throw UserError(place + ": the run " + manifest.run + " was prepared by another program (LumbarFEM " +
                    manifest.program.version + ", " + manifest.program.git_revision +
                    "); figures of two programs are not put together: use that one, or begin anew with --prepare");
  for (const Study &study : request.file.variants) {
    const ManifestVariant *variant = manifest.find_variant(study.variant);
    if (variant && variant->study_hash == variant_hash(study) && request.hashes.frozen() == manifest.hashes.frozen())
      continue;
    throw UserError("variant \"" + study.variant + "\" is not as it was when the run in " + place +
                    " was prepared: give the options that --prepare had (lumbarfem " +
                    joined(manifest.command_line, " ") +
                    "), or begin anew with --prepare where a file that the study names (spine.mesh) was changed");
  }
}

/// UserError when the options leave out a variant of the prepared run: what is gathered is the whole of it.
void require_all_parts(const Request &request, const RunManifest &manifest, const std::string &place)
{
  for (const ManifestVariant &part : manifest.variants)
    if (std::none_of(request.file.variants.begin(), request.file.variants.end(),
                     [&](const Study &study) { return study.variant == part.name; }))
      throw UserError("--gather: the run in " + place + " has the part \"" + part.name +
                      "\", too, which the options leave out: give those that --prepare had (lumbarfem " +
                      joined(manifest.command_line, " ") + ")");
}

/// The study as it was prepared, with the variants of the run.
Request prepared_request(const po::variables_map &values, const RunManifest &manifest, const std::string &place)
{
  Request request = read_request(values, place + "/study.toml");
  std::vector<Study> &variants = request.file.variants;
  variants.erase(std::remove_if(variants.begin(), variants.end(),
                                [&](const Study &study) { return !manifest.find_variant(study.variant); }),
                 variants.end());
  return request;
}

/// The rotations that a variant needs, by the reference's part. UserError while that has not come to its end.
void provide_rotations(const Study &study, const RunManifest &manifest, const std::string &place)
{
  std::vector<std::string> needed;
  for (const PlannedStage &stage : load_plan(study))
    if (stage.is_rotation_given && !is_reference_known(place, stage.direction))
      needed.push_back(stage.direction);
  if (needed.empty())
    return;
  Study reference;
  for (const ManifestVariant &variant : manifest.variants)
    if (variant.is_reference)
      reference.variant = variant.name;
  const std::optional<Checkpoint> kept = kept_of(reference, place, manifest.run);
  if (!kept || !kept->is_finished)
    throw UserError("--part " + study.variant +
                    ": the hybrid protocol needs the rotation of the reference variant in " +
                    join_alternatives(needed) + ", and its part has not come to its end; run --part " +
                    reference.variant + " first");
  write_reference_rotations(place, kept->rotations);
}

/// How far a part came that has not come to its end.
std::string described_part(const Study &study, const std::optional<Checkpoint> &kept)
{
  const std::string head = "variant \"" + study.variant + "\": ";
  if (!kept)
    return head + "its part has not begun, or ended before its first load step";
  const std::vector<PlannedStage> plan = load_plan(study);
  return head + "its part was ended in stage \"" + plan[std::min(kept->stage, plan.size() - 1)].title() +
         formatted("\" behind load factor %.4g", kept->load_factor);
}

/// What the parts have left. UserError when a table is not what its part wrote.
Failure outcome_of_parts(const Request &request, const RunManifest &manifest, const std::string &place)
{
  Failure worst;
  for (const Study &study : request.file.variants) {
    const std::optional<Checkpoint> kept = kept_of(study, place, manifest.run);
    if (!kept || !kept->is_finished) {
      worst.code = ExitCode::stopped;
      worst.message += described_part(study, kept) + "\n";
      continue;
    }
    kept_rows(place + "/" + study.variant + "/results.csv", kept->output);
    if (kept->failures.empty())
      continue;
    if (!worst.has_failed())
      worst.code = ExitCode::not_converged;
    worst.message += "variant \"" + study.variant + "\": " + kept->failures + "\n";
  }
  return worst;
}

void print_prepared(const Request &request, const RunFolder &folder)
{
  const std::vector<std::string> parts = part_names(folder.manifest());
  const bool has_needed = std::any_of(request.file.variants.begin(), request.file.variants.end(), needs_reference);
  std::printf("%s: prepared in %s (%s)\n%d part%s: %s\n", request.file.path.c_str(), folder.work().c_str(),
              folder.manifest().identity().line().c_str(), static_cast<int>(parts.size()), parts.size() > 1 ? "s" : "",
              joined(parts).c_str());
  std::printf("the same command runs one with --part VARIANT in place of --prepare%s, and puts them together with "
              "--gather\n",
              has_needed ? (", " + request.file.reference().variant + " first").c_str() : "");
}
} // namespace

bool needs_reference(const Study &study)
{
  const std::vector<PlannedStage> plan = load_plan(study);
  return std::any_of(plan.begin(), plan.end(), [](const PlannedStage &stage) { return stage.is_rotation_given; });
}

int prepare_run(const Invocation &invocation, const po::variables_map &values)
{
  int code = 0;
  const Ranks &ranks = invocation.ranks;
  ranks.together([&] {
    if (!ranks.is_first())
      return;
    RunFolder folder(output_of(values), "run");
    const Request request = read_request(values);
    check_against_meshes(request.file);
    switch (begin_run(folder, request, manifest_of_run(invocation, request, 1), values.count("resume") > 0)) {
    case Beginning::is_complete:
      return;
    case Beginning::has_not_converged:
      code = static_cast<int>(ExitCode::not_converged);
      return;
    default:
      folder.leave_prepared();
      print_prepared(request, folder);
    }
  });
  return code;
}

int run_part(const Invocation &invocation, const po::variables_map &values)
{
  Ranks &ranks = invocation.ranks;
  ranks.start();
  const std::string output = output_of(values), variant = values["part"].as<std::string>();
  std::unique_ptr<FolderLock> of_folder, of_part; // of the first rank
  ranks.together([&] {
    if (ranks.is_first() && std::filesystem::is_directory(output))
      of_folder = std::make_unique<FolderLock>(output, "lumbarfem run --part " + variant,
                                               FolderLock::Sharing::with_other_parts);
  });
  Request request;
  RunManifest manifest;
  RunOptions options = run_options(values, output);
  ranks.together([&] {
    manifest = prepared_run(output);
    options.output = place_of_last_run(output);
    if (!manifest.find_variant(variant)) {
      const std::string nearest = nearest_match(variant, part_names(manifest));
      throw UserError("--part " + variant + ": the run in " + options.output + " has no such part; it has " +
                      join_alternatives(part_names(manifest)) +
                      (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
    }
    request = prepared_request(values, manifest, options.output);
    keep_only(request.file, variant);
    require_as_prepared(request, manifest, options.output);
  });
  if (is_over(manifest))
    return tell_end(output, manifest, "there is nothing to go on with");
  ranks.together([&] {
    if (!ranks.is_first())
      return;
    const std::string own = slots_folder(options.output) + "/" + variant;
    std::filesystem::create_directories(own);
    try {
      of_part = std::make_unique<FolderLock>(own, "lumbarfem run --part " + variant);
    } catch (const UserError &error) {
      throw UserError("--part " + variant + ": " + error.what());
    }
    provide_rotations(request.file.variants.front(), manifest, options.output);
  });
  options.identity = manifest.identity();
  options.is_resumed = true;
  const Failure failure = run_here(request.file, options, ranks.world());
  if (ranks.is_first() && failure.has_failed())
    std::cerr << "lumbarfem: " << failure.message;
  return static_cast<int>(failure.code);
}

int gather_parts(const Invocation &invocation, const po::variables_map &values)
{
  int code = 0;
  const Ranks &ranks = invocation.ranks;
  ranks.together([&] {
    if (!ranks.is_first())
      return;
    const std::string output = output_of(values);
    prepared_run(output); // a folder without one is not even locked
    RunFolder folder(output, "run");
    const RunManifest manifest = prepared_run(output);
    const std::string place = folder.place_of_last_run();
    const Request request = prepared_request(values, manifest, place);
    require_all_parts(request, manifest, place);
    require_as_prepared(request, manifest, place);
    if (is_over(manifest) && place == output) {
      code = tell_end(output, manifest, "there is nothing to gather");
      return;
    }
    folder.reopen(request.file.text);
    // One that is over has only to take its place, from which a changed file or a kill had kept it.
    const Failure failure =
        is_over(manifest) ? Failure{manifest.state == RunState::complete ? ExitCode::done : ExitCode::not_converged, ""}
                          : outcome_of_parts(request, manifest, place);
    if (!failure.message.empty())
      std::cerr << "lumbarfem: " << failure.message;
    conclude(request, manifest.identity(), folder, failure,
             "run the parts that are missing again, and --gather; before that " + open_again, values);
    code = static_cast<int>(failure.code);
  });
  return code;
}
} // namespace lumbarfem
