#include "postprocess/report/result_folder.h"

#include "base/number.h"
#include "base/sorted_folders.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/gathered_results.h"
#include "postprocess/opened_results.h"
#include "postprocess/result_writer.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

namespace lumbarfem
{
namespace fs = std::filesystem;
namespace
{
VariantRecord read_variant(const fs::path &folder, const std::string &name)
{
  VariantRecord record;
  record.name = name;
  record.folder = folder.string();
  Json summary;
  try {
    summary = Json::parse(read_text((folder / "summary.json").string()));
    record.program = summary.at("program");
    record.run_details = summary.at("run");
    record.steps = summary.value("steps", Json::array());
    record.study = summary.value("effective_study", "");
    record.run = record.run_details.value("id", "");
    record.has_converged = record.run_details.value("converged", true);
    const Json treated = summary.value("treated", Json::object());
    for (const std::string &disc : treated.value("discs", std::vector<std::string>()))
      record.treated.discs.insert(parse_disc(disc));
    for (const std::string &disc : treated.value("fused", std::vector<std::string>()))
      record.treated.fused.insert(parse_disc(disc));
    for (const std::string &vertebra : treated.value("vertebrae", std::vector<std::string>()))
      record.treated.vertebrae.insert(parse_level(vertebra));
  } catch (const Json::exception &) {
    throw UserError((folder / "summary.json").string() +
                    ": not a complete summary of a run; solve the variant again with `lumbarfem run`");
  }
  record.settings = flatten_settings(record.study);
  record.is_reference = record.setting("variant.0.reference") == "true";
  return record;
}

bool is_variant(const fs::path &folder) { return fs::exists(folder / "summary.json"); }

/// Those of one run of version 0.1: all folders with a summary, in the order of the rows. Their rows and folders must
/// agree, else several runs are mixed.
void add_variants_without_manifest(const fs::path &folder, const std::string &prefix,
                                   const std::vector<ResultRow> &rows, ResultFolder &result)
{
  std::vector<std::string> order;
  std::set<std::string> runs;
  for (const ResultRow &row : rows)
    if (!row.context.run.empty())
      runs.insert(row.context.run);
  for (const ResultRow &row : rows)
    if (std::find(order.begin(), order.end(), row.context.variant) == order.end())
      order.push_back(row.context.variant);
  for (const fs::path &entry : sorted_folders(folder)) {
    const std::string name = entry.filename().string();
    if (!is_variant(entry) || std::find(order.begin(), order.end(), name) != order.end())
      continue;
    if (!rows.empty())
      throw UserError(entry.string() + ": is not in the table of these results, which have no manifest.json (version "
                                       "0.1): several runs may be mixed here; run the study again");
    order.push_back(name);
  }
  for (const std::string &variant : order) {
    if (!is_variant(folder / variant))
      throw UserError((folder / variant).string() +
                      ": summary.json is missing, so that the run is not complete; run the "
                      "study again");
    result.variants.push_back(read_variant(folder / variant, prefix + variant));
    if (const std::string &run = result.variants.back().run; !run.empty())
      runs.insert(run);
  }
  if (runs.size() > 1)
    throw UserError(folder.string() + ": holds rows of " + std::to_string(runs.size()) +
                    " runs, and no manifest.json tells which one counts; make the report of each run's own folder");
}

/// The variants of the manifest's run.
void add_variants(const fs::path &folder, const RunManifest &manifest, bool has_ended, const std::string &prefix,
                  ResultFolder &result)
{
  for (const ManifestVariant &variant : manifest.variants) {
    const fs::path place = folder / variant.name;
    if (!is_variant(place)) {
      if (has_ended)
        throw UserError(place.string() + ": summary.json is missing; run the study again");
      result.remarks.push_back("No results so far: " + prefix + variant.name + ".");
      continue;
    }
    check_file(folder.string(), manifest, variant.name + "/summary.json");
    VariantRecord record = read_variant(place, prefix + variant.name);
    if (record.run == manifest.run)
      result.variants.push_back(std::move(record));
    else
      result.remarks.push_back("Left out: " + place.string() + ", which is of another run (" +
                               (record.run.empty() ? "version 0.1" : record.run) + ").");
  }
}

/// The run in a folder below whose identity is @p expected; another is left out with a remark. True when it is shown.
bool add_run_below(const fs::path &folder, const std::string &expected, ResultFolder &result)
{
  if (!fs::exists(folder)) {
    result.remarks.push_back("Left out: " + folder.string() + ", which is not there any more.");
    return false;
  }
  const OpenedResults opened = open_results(folder.string());
  if (!opened.manifest || opened.manifest->run != expected) {
    result.remarks.push_back("Left out: " + folder.string() +
                             ", which holds another run than the one of these tables.");
    return false;
  }
  result.remarks.insert(result.remarks.end(), opened.remarks.begin(), opened.remarks.end());
  add_variants(folder, *opened.manifest, opened.has_ended, folder.filename().string() + "/", result);
  return true;
}

/// The last run of each direction of a calibration.
void add_calibration_runs(const fs::path &folder, const std::string &calibration, ResultFolder &result)
{
  for (const fs::path &entry : sorted_folders(folder / "runs")) {
    const std::optional<RunManifest> manifest = read_manifest(entry.string());
    if (manifest && manifest->part_of == calibration)
      add_run_below(entry, manifest->run, result);
    else
      result.remarks.push_back("Left out: " + entry.string() + ", which is not of this calibration.");
  }
}

/// Cell size in mm of a mesh's folder ("6mm"); 0 when it is none.
double size_of_mesh(const std::string &name)
{
  const bool is_mesh = name.size() > 2 && name.substr(name.size() - 2) == "mm";
  return is_mesh ? parse_number(name.substr(0, name.size() - 2)).value_or(0) : 0;
}

/// The folder of the smallest cell size.
fs::path finest_mesh(const fs::path &folder)
{
  fs::path finest;
  double least = 0;
  for (const fs::path &entry : sorted_folders(folder)) {
    const double size = size_of_mesh(entry.filename().string());
    if (size > 0 && fs::exists(entry / "results.csv") && (finest.empty() || size < least)) {
      finest = entry;
      least = size;
    }
  }
  return finest;
}

/// @p manifest: null for version 0.1.
void read_rows(const fs::path &folder, const RunManifest *manifest, bool has_ended, ResultFolder &result)
{
  const std::string table = (folder / "results.csv").string();
  result.run_folder = folder.string();
  if (!manifest) {
    result.rows = read_results(table);
  } else if (has_ended || manifest->find_file("results.csv")) { // else what has that name is not the run's
    if (!fs::exists(table) && manifest->state == RunState::not_converged && !manifest->find_file("results.csv"))
      throw UserError(folder.string() + ": the run " + manifest->run +
                      " reached no load step that is measured, so that there is nothing to show; <variant>/log.txt or "
                      "the run's messages say why");
    if (!fs::exists(table))
      throw UserError(table + ": results.csv is missing, although the run has ended; run the study again");
    check_file(folder.string(), *manifest, "results.csv");
    std::size_t n_others = 0;
    result.rows = read_results_of_run(table, manifest->run, n_others);
    if (n_others > 0)
      result.remarks.push_back("Left out: " + std::to_string(n_others) + " rows of another run in " + table + ".");
  } else { // the run has not come to its end
    GatheredResults gathered = read_variants(*manifest, folder.string());
    result.rows = std::move(gathered.rows);
    for (const std::string &text : gathered.left_out)
      result.remarks.push_back("Left out: " + text + ".");
  }
  if (result.rows.empty())
    throw UserError(folder.string() + " holds no results" +
                    (result.remarks.empty() ? ": no variant was solved" : ". " + result.remarks.front()));
}

[[noreturn]] void fail_without_results(const fs::path &folder)
{
  bool has_begun = false;
  for (const fs::path &entry : sorted_folders(folder))
    has_begun = has_begun || fs::exists(entry / "effective.toml");
  throw UserError(folder.string() + (has_begun ? ": results.csv is missing: the run has not ended, or was stopped "
                                                 "before its tables were written; run the study again"
                                               : ": no results are there (results.csv, validation.csv, "
                                                 "convergence.csv or fit.csv of a lumbarfem command)"));
}

void read_without_manifest(const fs::path &folder, ResultFolder &result)
{
  result.remarks.push_back(no_manifest_remark);
  if (fs::exists(folder / "validation.csv") || fs::exists(folder / "convergence.csv")) {
    result.kind = fs::exists(folder / "validation.csv") ? ResultKind::validate : ResultKind::convergence;
    const fs::path finest = result.kind == ResultKind::convergence ? finest_mesh(folder) : fs::path();
    if (!finest.empty())
      read_rows(finest, nullptr, true, result);
    for (const fs::path &entry : sorted_folders(folder))
      add_variants_without_manifest(entry, entry.filename().string() + "/", {}, result);
  } else if (fs::exists(folder / "fit.csv")) {
    result.kind = ResultKind::calibrate;
    for (const fs::path &entry : sorted_folders(folder / "runs"))
      add_variants_without_manifest(entry, entry.filename().string() + "/", {}, result);
  } else if (fs::exists(folder / "results.csv")) {
    read_rows(folder, nullptr, true, result);
    add_variants_without_manifest(folder, "", result.rows, result);
  } else
    fail_without_results(folder);
}

void read_with_manifest(const fs::path &folder, const OpenedResults &opened, ResultFolder &result)
{
  const RunManifest &manifest = *opened.manifest;
  result.identity = manifest.identity();
  const std::string &command = manifest.command;
  result.departures = manifest.departures;
  const auto needed = [&](const char *table) {
    if (!fs::exists(folder / table))
      throw UserError(folder.string() + ": " + table + " is missing. " +
                      (result.remarks.empty() ? "Run the command again." : result.remarks.front()));
    check_file(folder.string(), manifest, table);
  };
  if (command == "run") {
    read_rows(folder, &manifest, opened.has_ended, result);
    add_variants(folder, manifest, opened.has_ended, "", result);
  } else if (command == "validate") {
    result.kind = ResultKind::validate;
    needed("validation.csv");
    for (const auto &[name, run] : manifest.parts)
      add_run_below(folder / name, run, result);
  } else if (command == "convergence") {
    result.kind = ResultKind::convergence;
    needed("convergence.csv");
    std::string finest; // of those that were solved, whether it is there or not
    for (const auto &[name, run] : manifest.parts)
      if (finest.empty() || size_of_mesh(name) < size_of_mesh(finest))
        finest = name;
    for (const auto &[name, run] : manifest.parts)
      if (add_run_below(folder / name, run, result) && name == finest) {
        const RunManifest mesh = read_manifest((folder / name).string()).value();
        read_rows(folder / name, &mesh, true, result);
      }
  } else if (command == "calibrate") {
    result.kind = ResultKind::calibrate;
    for (const char *table : {"fit.csv", "rows.csv", "starts.csv", "identifiability.csv", "leave_one_out.csv"})
      needed(table);
    add_calibration_runs(folder, manifest.run, result);
  } else if (command == "claims") {
    result.kind = ResultKind::claims;
    needed("claims.csv");
  } else
    throw UserError(folder.string() + ": holds what \"lumbarfem " + command +
                    "\" made; a report is made of run, validate, convergence, calibrate and claims");
}
} // namespace

std::string name(ResultKind kind)
{
  switch (kind) {
  case ResultKind::validate:
    return "validate";
  case ResultKind::convergence:
    return "convergence";
  case ResultKind::calibrate:
    return "calibrate";
  case ResultKind::claims:
    return "claims";
  case ResultKind::run:
    break;
  }
  return "run";
}

std::string VariantRecord::setting(const std::string &key) const
{
  const auto found = settings.find(key);
  return found == settings.end() ? std::string() : found->second;
}

std::vector<std::string> ResultFolder::variant_names() const
{
  std::vector<std::string> names;
  for (const ResultRow &row : rows)
    if (names.empty() || names.back() != row.context.variant)
      if (std::find(names.begin(), names.end(), row.context.variant) == names.end())
        names.push_back(row.context.variant);
  std::stable_partition(names.begin(), names.end(), [this](const std::string &variant) {
    const VariantRecord *record = find(variant);
    return record && record->is_reference;
  });
  return names;
}

const VariantRecord *ResultFolder::find(const std::string &variant) const
{
  for (const VariantRecord &record : variants)
    if (record.name == variant ||
        (kind != ResultKind::run && !run_folder.empty() && record.folder == (fs::path(run_folder) / variant).string()))
      return &record;
  return nullptr;
}

TreatedLevels ResultFolder::treated() const
{
  TreatedLevels all;
  for (const std::string &variant : variant_names())
    if (const VariantRecord *record = find(variant))
      all.add(record->treated);
  return all;
}

ResultFolder read_result_folder(const std::string &path)
{
  const fs::path folder = fs::path(path).lexically_normal();
  if (!fs::is_directory(folder))
    throw UserError(path + ": there is no such folder; give the folder of results of run, validate, convergence or "
                           "calibrate");
  const OpenedResults opened = open_results(folder.string());
  ResultFolder result;
  result.path = path;
  result.remarks = opened.remarks;
  result.is_complete = opened.has_ended;
  if (opened.manifest)
    read_with_manifest(folder, opened, result);
  else
    read_without_manifest(folder, result);
  return result;
}
} // namespace lumbarfem
