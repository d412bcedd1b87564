#include "postprocess/report/run_checks.h"

#include "base/formatted.h"
#include "base/number.h"
#include "base/user_error.h"
#include "postprocess/comparison_table.h"
#include "postprocess/repeated_notes.h"
#include "postprocess/report/file_tables.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <tuple>

namespace lumbarfem
{
namespace fs = std::filesystem;
namespace
{
void raise(std::optional<double> &largest, double value)
{
  if (std::isfinite(value) && (!largest || value > *largest))
    largest = value;
}

void check_steps(const VariantRecord &variant, RunChecks &checks)
{
  for (const Json &step : variant.steps) {
    ++checks.n_load_steps;
    if (!step.value("accepted", false)) {
      ++checks.n_cut_steps;
      continue;
    }
    const Json &residual = step.value("residual_N", Json()), &tolerance = step.value("tolerance_N", Json());
    if (!residual.is_number() || !tolerance.is_number() || tolerance.get<double>() <= 0)
      continue;
    const double ratio = residual.get<double>() / tolerance.get<double>();
    checks.n_settled_steps += ratio > 1;
    checks.worst_residual_ratio = std::max(checks.worst_residual_ratio, ratio);
  }
}

void check_rows(const std::vector<ResultRow> &rows, RunChecks &checks)
{
  // Work and energy of one step stand in rows of their own.
  std::map<std::tuple<std::string, std::string, std::string>, std::pair<double, double>> energies;
  for (const ResultRow &row : rows) {
    if (row.context.load_factor < 1 - 1e-9 || !std::isfinite(row.value))
      continue;
    if (row.quantity == "cut_residual" && row.component == "force")
      raise(checks.cut_force_N, std::abs(row.value));
    if (row.quantity == "cut_residual" && row.component == "moment_relative")
      raise(checks.cut_moment_relative, std::abs(row.value));
    if (row.quantity == "applied_moment")
      raise(checks.largest_moment_Nm, std::abs(row.value));
    auto &energy = energies[{row.context.variant, row.context.direction, row.context.protocol}];
    if (row.quantity == "external_work")
      energy.first = row.value;
    if (row.quantity == "strain_energy" && row.object == "total")
      energy.second = row.value;
    if (row.quantity == "endplate_strain" && row.component == "beyond_yield" && row.value > checks.yield_share) {
      checks.yield_share = row.value;
      checks.yield_place = row.context.variant + ", " + row.level + " " + row.object;
    }
  }
  for (const auto &[run, energy] : energies)
    if (energy.first != 0 && energy.second > 0)
      raise(checks.energy_gap, std::abs(energy.first - energy.second) / energy.second);
}

/// The effective study without what a convergence study may change.
std::map<std::string, std::string> compared_settings(const VariantRecord &variant)
{
  std::map<std::string, std::string> settings;
  for (const auto &[key, value] : variant.settings)
    if (key != "mesh.resolution" && key != "loading.directions" && key != "loading.protocols" &&
        key.rfind("output.", 0) != 0 && key.rfind("study.", 0) != 0)
      settings[key] = value;
  return settings;
}

/// The variant that a record of a mesh convergence ("6mm/intact") is of.
std::string variant_on_mesh(const VariantRecord &variant) { return variant.name.substr(variant.name.find('/') + 1); }

/// True when every variant of the convergence folder is, but for the mesh, one of the folder's.
bool is_same_study(const ResultFolder &folder, const ResultFolder &convergence)
{
  for (const VariantRecord &variant : convergence.variants) {
    const VariantRecord *own = folder.find(variant_on_mesh(variant));
    if (!own || compared_settings(*own) != compared_settings(variant))
      return false;
  }
  return !convergence.variants.empty();
}

/// What differs of the constants and definitions behind two results; "" when nothing does. Loads are settings.
std::string difference_of(const FrozenHashes &one, const FrozenHashes &other)
{
  std::vector<std::string> differences;
  if (one.material_library != other.material_library)
    differences.push_back("material constants");
  if (one.measures != other.measures)
    differences.push_back("definitions of measures");
  if (one.follower_path != other.follower_path)
    differences.push_back("guides of the follower load");
  return joined(differences, " and ");
}

MeshConvergence read_mesh_convergence(const std::string &path)
{
  MeshConvergence result;
  result.path = path;
  const TextTable table = read_text_table(path);
  std::vector<double> bands;
  std::set<std::string> directions;
  for (std::size_t k = 0; k < table.records.size(); ++k) {
    ++result.n_values;
    result.mesh_of_band = table.field(k, "size_mm_fine") + " mm";
    if (!table.field(k, "direction").empty())
      directions.insert(table.field(k, "direction"));
    result.n_not_converging += table.field(k, "kind") == "not converging";
    const double band = table.number(k, "gci_fine");
    if (std::isfinite(band))
      bands.push_back(band);
    for (const std::string mesh : {"middle", "fine"})
      if (const double one = table.number(k, "gci_" + mesh); std::isfinite(one))
        result.bands[{table.field(k, "size_mm_" + mesh), table.field(k, "variant"), table.field(k, "direction"),
                      table.field(k, "protocol"), table.field(k, "quantity")}] = one;
  }
  std::sort(bands.begin(), bands.end());
  result.n_with_band = static_cast<int>(bands.size());
  if (!bands.empty()) {
    result.largest_band = bands.back();
    result.median_band = bands[bands.size() / 2];
  }
  result.directions = joined(directions);
  return result;
}

std::string beside(const std::string &folder, const std::string &ending)
{
  fs::path path = fs::absolute(folder).lexically_normal();
  if (path.filename().empty())
    path = path.parent_path();
  return (path.parent_path() / (path.filename().string() + ending)).string();
}
} // namespace

RunChecks check_run(const ResultFolder &folder)
{
  RunChecks checks;
  for (const VariantRecord &variant : folder.variants)
    check_steps(variant, checks);
  check_rows(folder.rows, checks);
  return checks;
}

std::vector<std::string> warnings_of(const ResultFolder &folder, const RunChecks &checks)
{
  std::vector<std::string> warnings;
  if (!folder.is_complete)
    warnings.push_back(folder.remarks.front());
  for (const std::string &departure : folder.departures)
    warnings.push_back("not what is shipped: " + departure);
  std::vector<VariantNote> notes;
  for (const VariantRecord &variant : folder.variants) {
    if (!variant.has_converged)
      notes.push_back({variant.name, "not every load step converged; its figures end with the last good step"});
    for (const Json &text : variant.run_details.value("warnings", Json::array()))
      if (text.is_string())
        notes.push_back({variant.name, text.get<std::string>()});
  }
  for (const ResultRow &row : folder.rows)
    if (row.quantity == "applied_moment" && row.context.load_factor > 1 - 1e-9 &&
        std::abs(row.value) > bearable_moment_Nm)
      notes.push_back(
          {row.context.variant, row.context.direction + " (" + row.context.protocol + "): a moment of " +
                                    formatted("%.1f", std::abs(row.value)) +
                                    formatted(" Nm, beyond what a spine bears (%g Nm)", bearable_moment_Nm)});
  for (const std::string &text : gathered_notes(notes, folder.variants.size()))
    warnings.push_back(text);
  if (checks.yield_share > 0)
    warnings.push_back("bone strain beyond yield is counted, not followed: up to " +
                       formatted("%.1f", 100 * checks.yield_share) + " % of an endplate's area (" + checks.yield_place +
                       ")");
  return warnings;
}

std::optional<MeshConvergence> find_mesh_convergence(const ResultFolder &folder)
{
  if (folder.kind == ResultKind::convergence)
    return read_mesh_convergence(folder.path + "/convergence.csv");
  if (folder.kind != ResultKind::run)
    return {};
  const std::string path = beside(folder.path, "-convergence");
  if (!fs::exists(path + "/convergence.csv"))
    return {};
  try {
    const ResultFolder convergence = read_result_folder(path);
    if (!is_same_study(folder, convergence))
      return {};
    const std::optional<RunManifest> own = read_manifest(folder.path), other = read_manifest(path);
    if (!own || !other)
      return {};
    if (const std::string difference = difference_of(own->hashes, other->hashes); !difference.empty()) {
      MeshConvergence none;
      none.refusal = "a mesh convergence beside these results (" + path + ", program " + other->program.git_revision +
                     ") does not count: it was made with other " + difference;
      return none;
    }
    MeshConvergence result = read_mesh_convergence(path + "/convergence.csv");
    if (other->program.git_revision != own->program.git_revision)
      result.revision = other->program.git_revision;
    std::set<std::string> covered;
    for (const VariantRecord &variant : convergence.variants)
      covered.insert(variant_on_mesh(variant));
    result.variants = joined(covered);
    result.covers_all = covered.size() >= folder.variants.size();
    return result;
  } catch (const UserError &) { // a neighbour that cannot be read says nothing about this run
  }
  return {};
}

std::optional<double> KnownBands::of(const std::string &variant, const std::string &direction,
                                     const std::string &protocol, const std::string &label) const
{
  if (size_mm <= 0 || !convergence)
    return {};
  const auto found = convergence->bands.find({formatted("%.12g", size_mm), variant, direction, protocol, label});
  return found == convergence->bands.end() ? std::nullopt : std::optional<double>(found->second);
}

KnownBands known_bands(const ResultFolder &folder)
{
  KnownBands known;
  known.convergence = find_mesh_convergence(folder);
  if (!known.convergence || !known.convergence->refusal.empty())
    return known;
  std::set<double> sizes;
  for (const std::string &variant : folder.variant_names())
    if (const VariantRecord *record = folder.find(variant))
      sizes.insert(parse_number(record->setting("mesh.resolution")).value_or(0));
  if (sizes.size() != 1)
    return known;
  const std::string own = formatted("%.12g", *sizes.begin());
  if (std::any_of(known.convergence->bands.begin(), known.convergence->bands.end(),
                  [&](const auto &band) { return band.first[0] == own; }))
    known.size_mm = *sizes.begin();
  return known;
}

std::optional<ValidationCount> find_validation(const ResultFolder &folder)
{
  const std::string own = folder.path + "/validation.csv";
  const fs::path shared = fs::path(beside(folder.path, "")).parent_path() / "validation" / "validation.csv";
  const std::string path = folder.kind == ResultKind::validate ? own : shared.string();
  if (!fs::exists(path))
    return {};
  ValidationCount count;
  count.path = path;
  try {
    const TextTable table = read_text_table(path);
    for (std::size_t k = 0; k < table.records.size(); ++k) {
      const std::string &verdict = table.field(k, "verdict");
      count.n_inside += verdict == "inside";
      count.n_outside += verdict == "outside";
      count.n_outside_independent += verdict == "outside" && table.field(k, "kind") == "independent";
      count.n_printed += verdict == "printed only";
      count.n_absent += verdict == "not measured";
    }
    const ResultFolder result =
        folder.kind == ResultKind::validate ? folder : read_result_folder(fs::path(path).parent_path().string());
    for (const VariantRecord &variant : result.variants)
      count.revision = variant.program.value("git_revision", "");
    if (const std::optional<RunManifest> manifest = read_manifest(fs::path(path).parent_path().string()))
      count.departures = manifest->departures;
  } catch (const UserError &) {
    return {};
  }
  return count;
}
} // namespace lumbarfem
