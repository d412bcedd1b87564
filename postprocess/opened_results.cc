#include "postprocess/opened_results.h"

#include "base/user_error.h"
#include "postprocess/folder_lock.h"
#include "postprocess/folder_replacement.h"

#include <algorithm>
#include <filesystem>

namespace lumbarfem
{
namespace fs = std::filesystem;
namespace
{
void finish_what_was_interrupted(const std::string &folder)
{
  if (!is_replacement_pending(folder))
    return;
  try {
    const FolderLock lock(folder, "lumbarfem");
    finish_replacement(folder);
  } catch (const fs::filesystem_error &error) {
    throw UserError(folder +
                    ": a command was killed while it put new results in the place of earlier ones, and they "
                    "cannot be put in order now (" +
                    error.code().message() + ")");
  }
}

std::string described(const RunManifest &manifest) { return "run " + manifest.run + ", begun " + manifest.start_time; }

/// Empty for a run that has ended.
std::string state_remark(const std::string &folder, const RunManifest &manifest)
{
  const std::string begin = "This " + described(manifest) + ", ";
  switch (manifest.state) {
  case RunState::prepared:
    return begin + "was prepared and its parts were not gathered yet: what stands here is not complete.";
  case RunState::running:
    return is_locked(folder) ? begin + "is still going on: what stands here is not complete."
                             : begin + "was interrupted (the process was killed): what stands here is not complete.";
  case RunState::stopped:
    return begin + "was stopped by a signal: what stands here is not complete.";
  case RunState::failed:
    return begin + "ended with an error: what stands here is not complete.";
  case RunState::complete:
  case RunState::not_converged:
    break;
  }
  return "";
}

/// Folders that look like results but are none of the run's.
std::vector<std::string> strangers(const std::string &folder, const RunManifest &manifest)
{
  std::vector<std::string> names;
  std::error_code unreadable;
  for (const auto &entry : fs::directory_iterator(folder, unreadable)) {
    const std::string name = entry.path().filename().string();
    const bool looks_like_results = fs::exists(entry.path() / "summary.json") ||
                                    fs::exists(entry.path() / "effective.toml") ||
                                    fs::exists(entry.path() / manifest_name);
    const bool is_ours =
        std::count(manifest.entries.begin(), manifest.entries.end(), name) > 0 || manifest.parts.count(name) > 0;
    if (entry.is_directory() && looks_like_results && !is_ours)
      names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}
} // namespace

const char *const no_manifest_remark = "These results have no manifest.json (they are of version 0.1): that their "
                                       "tables are of one run cannot be told, and "
                                       "their fields are not shown.";

OpenedResults open_results(const std::string &folder)
{
  finish_what_was_interrupted(folder);
  OpenedResults result;
  result.manifest = read_manifest(folder);
  const std::vector<std::string> unfinished = staging_folders(folder);
  for (const std::string &path : unfinished)
    if (const std::optional<RunManifest> other = read_manifest(path))
      result.remarks.push_back(is_locked(folder) && other->state == RunState::running
                                   ? "A new " + described(*other) + ", is going on in " + path +
                                         "; shown are the results that it will replace."
                                   : "Left out: " + path + ", a run that was not finished (" + described(*other) +
                                         ").");
  if (!result.manifest)
    return result;
  if (const std::string text = state_remark(folder, *result.manifest); !text.empty()) {
    result.remarks.insert(result.remarks.begin(), text);
    result.has_ended = false;
  }
  for (const std::string &name : strangers(folder, *result.manifest)) {
    const bool is_staging = std::count(unfinished.begin(), unfinished.end(), (fs::path(folder) / name).string()) > 0;
    if (!is_staging && name != "runs")
      result.remarks.push_back("Left out: " + (fs::path(folder) / name).string() + ", which is not of this run.");
  }
  return result;
}
} // namespace lumbarfem
