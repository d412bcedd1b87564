#include "postprocess/field_folder.h"

#include "base/anatomy.h"
#include "base/user_error.h"
#include "postprocess/csv_table.h"
#include "postprocess/field_series.h"
#include "postprocess/study_settings.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lumbarfem
{
namespace
{
namespace fs = std::filesystem;

std::vector<std::string> sorted_folders(const fs::path &path)
{
  std::vector<std::string> names;
  for (const fs::directory_entry &entry : fs::directory_iterator(path))
    if (entry.is_directory())
      names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

/// Number of "solid_0012.pvtu".
int file_number(const std::string &file)
{
  const std::size_t underscore = file.rfind('_');
  return underscore == std::string::npos ? 0 : std::atoi(file.c_str() + underscore + 1);
}

/// Steps that did not converge are left out.
std::vector<StepFiles> read_steps(const fs::path &folder)
{
  const std::vector<SeriesEntry> solids = read_series((folder / "solid.pvd").string()),
                                 lines = read_series((folder / "lines.pvd").string()),
                                 facets = read_series((folder / "facets.pvd").string());
  const auto file_at = [](const std::vector<SeriesEntry> &series, double time) {
    for (const SeriesEntry &entry : series)
      if (entry.has_converged() && std::abs(entry.time - time) < 1e-9)
        return entry.file;
    return std::string();
  };
  std::vector<StepFiles> steps;
  for (const SeriesEntry &entry : solids)
    if (entry.has_converged())
      steps.push_back(
          {entry.time, file_number(entry.file), entry.file, file_at(lines, entry.time), file_at(facets, entry.time)});
  return steps;
}

/// Variants in the order in which the table of all results names them.
std::vector<std::string> order_of_variants(const fs::path &table)
{
  std::vector<std::string> names;
  std::ifstream input(table);
  std::vector<std::string> record;
  if (!read_record(input, record))
    return names;
  const auto found = std::find(record.begin(), record.end(), "variant");
  const std::size_t column = found - record.begin();
  while (read_record(input, record))
    if (column < record.size() && std::find(names.begin(), names.end(), record[column]) == names.end())
      names.push_back(record[column]);
  return names;
}

int place_in(const std::vector<std::string> &order, const std::string &name)
{
  return static_cast<int>(std::find(order.begin(), order.end(), name) - order.begin());
}

/// Whether all that was solved was asked to write no fields.
bool is_without_fields(const fs::path &path, const std::vector<std::string> &variants)
{
  bool any = false;
  for (const std::string &variant : variants) {
    std::ifstream input(path / variant / "effective.toml", std::ios::binary);
    if (!input)
      continue;
    std::ostringstream text;
    text << input.rdbuf();
    const std::map<std::string, std::string> settings = flatten_settings(text.str());
    const auto fields = settings.find("output.fields");
    if (fields == settings.end() || fields->second != "false")
      return false;
    any = true;
  }
  return any;
}

[[noreturn]] void refuse(const fs::path &path, const std::vector<std::string> &folders)
{
  std::vector<std::string> inner;
  for (const std::string &folder : folders)
    if (fs::exists(path / folder / "results.csv") && fs::exists(path / folder / "study.toml"))
      inner.push_back((path / folder).string());
  const std::string start = path.string() + " holds no fields of a run (<variant>/<direction>-<protocol>/solid.pvd)";
  if (!inner.empty())
    throw UserError(start + "; it holds several studies, name one of them: " + join_alternatives(inner));
  if (fs::exists(path / "results.csv"))
    throw UserError(start + (is_without_fields(path, folders)
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
  FieldFolder result;
  result.path = path;
  const std::vector<std::string> folders = sorted_folders(path);
  for (const std::string &variant : folders)
    for (const std::string &run : sorted_folders(fs::path(path) / variant)) {
      if (!fs::exists(fs::path(path) / variant / run / "solid.pvd"))
        continue;
      FieldSeries entry{variant, run, read_steps(fs::path(path) / variant / run)};
      if (entry.steps.empty())
        continue;
      result.runs.push_back(std::move(entry));
      if (std::find(result.variants.begin(), result.variants.end(), variant) == result.variants.end())
        result.variants.push_back(variant);
      if (std::find(result.run_names.begin(), result.run_names.end(), run) == result.run_names.end())
        result.run_names.push_back(run);
    }
  if (result.runs.empty())
    refuse(path, folders);
  const std::vector<std::string> variant_order = order_of_variants(fs::path(path) / "results.csv");
  std::stable_sort(result.variants.begin(), result.variants.end(), [&](const std::string &a, const std::string &b) {
    return place_in(variant_order, a) < place_in(variant_order, b);
  });
  const std::vector<std::string> directions = direction_names();
  std::stable_sort(result.run_names.begin(), result.run_names.end(), [&](const std::string &a, const std::string &b) {
    return place_in(directions, direction_of(a)) < place_in(directions, direction_of(b));
  });
  return result;
}
} // namespace lumbarfem
