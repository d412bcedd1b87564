#include "postprocess/report/runs_beside.h"

#include "base/formatted.h"
#include "base/sorted_folders.h"
#include "base/user_error.h"
#include "postprocess/report/variant_families.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace lumbarfem
{
namespace fs = std::filesystem;
namespace
{
/// What the loads of a direction do not depend on.
std::map<std::string, std::string> settings_but_directions(const VariantRecord &variant)
{
  std::map<std::string, std::string> settings = variant.settings;
  for (auto setting = settings.begin(); setting != settings.end();)
    setting = starts_with(setting->first, "study.") || starts_with(setting->first, "output.") ||
                      setting->first == "loading.directions" || setting->first == "loading.protocols"
                  ? settings.erase(setting)
                  : std::next(setting);
  return settings;
}

bool is_assumption(const std::string &key)
{
  return starts_with(key, "materials.") || starts_with(key, "ligaments.") || starts_with(key, "facets.") ||
         starts_with(key, "spine.");
}

/// The settings in which all variants of @p other differ from those of @p folder in the same way; empty when they
/// differ in none, in others than assumptions, or each in its own.
std::map<std::string, std::string> common_difference(const ResultFolder &folder, const ResultFolder &other)
{
  std::map<std::string, std::string> common;
  for (const VariantRecord &variant : folder.variants) {
    const VariantRecord *partner = other.find(variant.name);
    if (!partner)
      return {};
    const std::map<std::string, std::string> theirs = settings_but_directions(*partner);
    std::map<std::string, std::string> difference;
    for (const std::string &key : differing_keys(settings_but_directions(variant), theirs)) {
      if (!is_assumption(key))
        return {};
      const auto found = theirs.find(key);
      difference[key] = found == theirs.end() ? "not set" : found->second;
    }
    if (&variant != &folder.variants.front() && difference != common)
      return {};
    common = difference;
  }
  return folder.variants.size() == other.variants.size() ? common : std::map<std::string, std::string>();
}

std::optional<RunBeside> read_run_beside(const ResultFolder &folder, const fs::path &place)
{
  const std::optional<RunManifest> own = read_manifest(folder.path), manifest = read_manifest(place.string());
  if (!own || !manifest || manifest->command != "run" || manifest->state != RunState::complete ||
      own->hashes.material_library != manifest->hashes.material_library ||
      own->hashes.measures != manifest->hashes.measures || own->hashes.follower_path != manifest->hashes.follower_path)
    return {};
  const ResultFolder other = read_result_folder(place.string());
  const std::map<std::string, std::string> difference = common_difference(folder, other);
  if (difference.empty())
    return {};
  RunBeside result;
  result.folder = place.filename().string();
  for (const auto &[key, value] : difference)
    result.words += (result.words.empty() ? "" : ", ") + key + " = " + value;
  result.variants = other.variant_names();
  result.lines = comparison_lines(last_step_rows(other.rows), result.variants, other.treated());
  return result;
}
} // namespace

std::vector<RunBeside> find_runs_beside(const ResultFolder &folder)
{
  std::vector<RunBeside> found;
  if (folder.kind != ResultKind::run || folder.variants.empty())
    return found;
  fs::path own = fs::absolute(folder.path).lexically_normal();
  if (own.filename().empty())
    own = own.parent_path();
  for (const fs::path &place : sorted_folders(own.parent_path()))
    if (starts_with(place.filename().string(), own.filename().string() + "-")) {
      try {
        if (std::optional<RunBeside> run = read_run_beside(folder, place))
          found.push_back(std::move(*run));
      } catch (const UserError &) { // a neighbour that cannot be read says nothing about this run
      }
    }
  return found;
}
} // namespace lumbarfem
