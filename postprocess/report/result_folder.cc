#include "postprocess/report/result_folder.h"

#include "base/user_error.h"
#include "postprocess/result_writer.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lumbarfem
{
namespace fs = std::filesystem;
namespace
{
std::string read_text(const fs::path &path)
{
  std::ifstream input(path, std::ios::binary);
  std::ostringstream text;
  text << input.rdbuf();
  if (!input)
    throw UserError("cannot read " + path.string());
  return text.str();
}

VariantRecord read_variant(const fs::path &folder, const std::string &name)
{
  VariantRecord record;
  record.name = name;
  record.folder = folder.string();
  Json summary;
  try {
    summary = Json::parse(read_text(folder / "summary.json"));
    record.program = summary.at("program");
    record.run = summary.at("run");
    record.newton = summary.value("newton", Json::array());
    record.study = summary.value("effective_study", "");
    record.has_converged = record.run.value("converged", true);
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

std::vector<fs::path> folders_in(const fs::path &folder)
{
  std::vector<fs::path> folders;
  std::error_code unreadable;
  for (const auto &entry : fs::directory_iterator(folder, unreadable))
    if (entry.is_directory())
      folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  return folders;
}

bool is_variant(const fs::path &folder) { return fs::exists(folder / "summary.json"); }

/// The variants below a folder, in the order of the rows; those without rows (nothing of them was solved) at the end.
void add_variants(const fs::path &folder, const std::string &prefix, const std::vector<ResultRow> &rows,
                  ResultFolder &result)
{
  std::vector<std::string> order;
  for (const ResultRow &row : rows)
    if (order.empty() || order.back() != row.context.variant)
      if (std::find(order.begin(), order.end(), row.context.variant) == order.end())
        order.push_back(row.context.variant);
  for (const fs::path &entry : folders_in(folder))
    if (is_variant(entry) && std::find(order.begin(), order.end(), entry.filename().string()) == order.end())
      order.push_back(entry.filename().string());
  for (const std::string &variant : order) {
    if (!is_variant(folder / variant))
      throw UserError((folder / variant).string() + ": summary.json is missing, so that the run is not complete; wait "
                                                    "for it to end, or run the study again");
    result.variants.push_back(read_variant(folder / variant, prefix + variant));
  }
}

/// Folders one level down that are results of runs themselves.
void add_runs_below(const fs::path &folder, ResultFolder &result)
{
  for (const fs::path &entry : folders_in(folder))
    add_variants(entry, entry.filename().string() + "/", {}, result);
}

/// The folder of the smallest cell size ("6mm").
fs::path finest_mesh(const fs::path &folder)
{
  fs::path finest;
  double least = 0;
  for (const fs::path &entry : folders_in(folder)) {
    std::istringstream name(entry.filename().string());
    double size = 0;
    if (name >> size && size > 0 && fs::exists(entry / "results.csv") && (finest.empty() || size < least)) {
      finest = entry;
      least = size;
    }
  }
  return finest;
}

void read_rows(const fs::path &folder, ResultFolder &result)
{
  result.run_folder = folder.string();
  result.rows = read_results((folder / "results.csv").string());
  if (result.rows.empty())
    throw UserError((folder / "results.csv").string() + " holds no results: no variant was solved");
}

[[noreturn]] void fail_without_results(const fs::path &folder)
{
  bool has_begun = false;
  for (const fs::path &entry : folders_in(folder))
    has_begun = has_begun || fs::exists(entry / "effective.toml");
  throw UserError(folder.string() + (has_begun ? ": results.csv is missing: the run has not ended, or was stopped "
                                                 "before its tables were written; run the study again"
                                               : ": no results are there (results.csv, validation.csv, "
                                                 "convergence.csv or fit.csv of a lumbarfem command)"));
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
  ResultFolder result;
  result.path = path;
  if (fs::exists(folder / "validation.csv")) {
    result.kind = ResultKind::validate;
    add_runs_below(folder, result);
  } else if (fs::exists(folder / "convergence.csv")) {
    result.kind = ResultKind::convergence;
    const fs::path finest = finest_mesh(folder);
    if (!finest.empty())
      read_rows(finest, result);
    add_runs_below(folder, result);
  } else if (fs::exists(folder / "fit.csv")) {
    result.kind = ResultKind::calibrate;
    add_runs_below(folder / "runs", result);
  } else if (fs::exists(folder / "results.csv")) {
    read_rows(folder, result);
    add_variants(folder, "", result.rows, result);
  } else
    fail_without_results(folder);
  return result;
}
} // namespace lumbarfem
