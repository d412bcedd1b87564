#include "postprocess/field_folder.h"

#include "base/anatomy.h"
#include "base/sorted_folders.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/field_series.h"
#include "postprocess/opened_results.h"
#include "postprocess/study_settings.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace lumbarfem
{
namespace
{
namespace fs = std::filesystem;

/// Number of "solid_0012.pvtu".
int file_number(const std::string &file)
{
  const std::size_t underscore = file.rfind('_');
  return underscore == std::string::npos ? 0 : std::atoi(file.c_str() + underscore + 1);
}

FieldSeries read_steps(const fs::path &folder, const std::string &variant, SeriesFile solids)
{
  const std::vector<SeriesEntry> lines = read_series((folder / "lines.pvd").string()).entries,
                                 facets = read_series((folder / "facets.pvd").string()).entries;
  const auto file_at = [](const std::vector<SeriesEntry> &series, double time) {
    for (const SeriesEntry &entry : series)
      if (std::abs(entry.time - time) < 1e-9)
        return entry.file;
    return std::string();
  };
  FieldSeries series{variant, folder.filename().string(), {}, solids.ended_early};
  for (const SeriesEntry &entry : solids.entries)
    series.steps.push_back(
        {entry.time, file_number(entry.file), entry.file, file_at(lines, entry.time), file_at(facets, entry.time)});
  return series;
}

int place_in(const std::vector<std::string> &order, const std::string &name)
{
  return static_cast<int>(std::find(order.begin(), order.end(), name) - order.begin());
}

/// Whether all that was solved was asked to write no fields.
bool is_without_fields(const fs::path &path, const std::vector<ManifestVariant> &variants)
{
  bool any = false;
  for (const ManifestVariant &variant : variants) {
    const fs::path study = path / variant.name / "effective.toml";
    if (!fs::exists(study))
      continue;
    const std::map<std::string, std::string> settings = flatten_settings(read_text(study.string()));
    const auto fields = settings.find("output.fields");
    if (fields == settings.end() || fields->second != "false")
      return false;
    any = true;
  }
  return any;
}

[[noreturn]] void refuse(const fs::path &path, const OpenedResults &opened)
{
  std::vector<std::string> inner;
  for (const fs::path &folder : sorted_folders(path))
    if (fs::exists(folder / "results.csv") && fs::exists(folder / "study.toml"))
      inner.push_back(folder.string());
  const std::string start = path.string() + " holds no fields of a run (<variant>/<direction>-<protocol>/solid.pvd)";
  if (!inner.empty())
    throw UserError(start + "; it holds several studies, name one of them: " + join_alternatives(inner));
  if (!opened.manifest && fs::exists(path / "results.csv") && fs::exists(path / "study.toml"))
    throw UserError(path.string() + ": " + no_manifest_remark + " Run the study again.");
  if (!opened.remarks.empty())
    throw UserError(start + ". " + opened.remarks.front());
  if (fs::exists(path / "results.csv"))
    throw UserError(start + (opened.manifest && is_without_fields(path, opened.manifest->variants)
                                 ? "; the study was solved with output.fields = false: solve it again with fields"
                                 : "; the run ended before the first of them, or they were removed: run it again"));
  throw UserError(start + "; name the folder that \"lumbarfem run\" made (results/<study>)");
}
} // namespace

std::string direction_of(const std::string &run_name) { return run_name.substr(0, run_name.rfind('-')); }

std::string protocol_of(const std::string &run_name)
{
  const std::size_t dash = run_name.rfind('-');
  return dash == std::string::npos ? "" : run_name.substr(dash + 1);
}

const FieldSeries *FieldFolder::find(const std::string &variant, const std::string &run_name) const
{
  for (const FieldSeries &run : runs)
    if (run.variant == variant && run.name == run_name)
      return &run;
  return nullptr;
}

FieldFolder read_field_folder(const std::string &path)
{
  if (!fs::is_directory(path))
    throw UserError(path + (fs::exists(path) ? " is not a folder" : " does not exist") +
                    "; name the folder that \"lumbarfem run\" made (results/<study>)");
  const OpenedResults opened = open_results(path);
  if (!opened.manifest)
    refuse(path, opened);
  FieldFolder result;
  result.path = path;
  result.identity = opened.manifest->identity();
  result.remarks = opened.remarks;
  for (const ManifestVariant &variant : opened.manifest->variants) {
    const fs::path folder = fs::path(path) / variant.name;
    if (!fs::is_directory(folder))
      continue;
    for (const char *name : {"effective.toml", "summary.json"})
      if (fs::exists(folder / name))
        check_file(path, *opened.manifest, variant.name + "/" + name);
    for (const fs::path &place : sorted_folders(folder)) {
      if (!fs::exists(place / "solid.pvd"))
        continue;
      const std::string run = place.filename().string();
      SeriesFile solids = read_series((place / "solid.pvd").string());
      if (solids.run != opened.manifest->run) {
        result.remarks.push_back("Left out: " + place.string() + ", whose fields are of another run.");
        continue;
      }
      if (solids.entries.empty())
        continue;
      // A series tells its run, not its variant; a piece tells nothing.
      check_files_in(path, *opened.manifest, variant.name + "/" + run);
      result.runs.push_back(read_steps(place, variant.name, std::move(solids)));
      if (std::find(result.variants.begin(), result.variants.end(), variant.name) == result.variants.end())
        result.variants.push_back(variant.name);
      if (std::find(result.run_names.begin(), result.run_names.end(), run) == result.run_names.end())
        result.run_names.push_back(run);
    }
  }
  if (result.runs.empty())
    refuse(path, {opened.manifest, result.remarks, opened.has_ended});
  const std::vector<std::string> directions = direction_names();
  std::stable_sort(result.run_names.begin(), result.run_names.end(), [&](const std::string &a, const std::string &b) {
    return place_in(directions, direction_of(a)) < place_in(directions, direction_of(b));
  });
  return result;
}
} // namespace lumbarfem
