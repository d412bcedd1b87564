#include "postprocess/gathered_results.h"

#include "base/formatted.h"
#include "base/text_file.h"
#include "postprocess/lost_motion.h"
#include "postprocess/result_writer.h"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace lumbarfem
{
namespace fs = std::filesystem;

std::string reference_variant(const RunManifest &manifest)
{
  for (const ManifestVariant &variant : manifest.variants)
    if (variant.is_reference)
      return variant.name;
  return manifest.variants.empty() ? "" : manifest.variants.front().name;
}

GatheredResults read_variants(const RunManifest &manifest, const std::string &folder)
{
  GatheredResults result;
  for (const ManifestVariant &variant : manifest.variants) {
    const std::string path = folder + "/" + variant.name + "/results.csv";
    std::size_t n_others = 0;
    std::vector<ResultRow> rows;
    // The rows of a variant that has not come to its end are not all there, and the last of them no result.
    if (fs::exists(path) && fs::exists(folder + "/" + variant.name + "/summary.json"))
      rows = read_results_of_run(path, manifest.run, n_others);
    if (n_others > 0)
      result.left_out.push_back(path + ": " + std::to_string(n_others) + " rows of another run");
    if (rows.empty())
      result.not_there.push_back(variant.name);
    result.rows.insert(result.rows.end(), rows.begin(), rows.end());
  }
  const std::vector<ResultRow> lost_motion = lost_motion_rows(last_step_rows(result.rows), reference_variant(manifest));
  result.rows.insert(result.rows.end(), lost_motion.begin(), lost_motion.end());
  return result;
}

namespace
{
/// The part "run" of a summary; empty when the file is not whole.
nlohmann::json run_of_summary(const std::string &path)
{
  const auto summary = nlohmann::json::parse(read_text(path), nullptr, false);
  return summary.is_object() ? summary.value("run", nlohmann::json::object()) : nlohmann::json::object();
}
} // namespace

bool is_converged(const std::string &summary_path) { return run_of_summary(summary_path).value("converged", false); }

std::vector<std::string> early_end_sentences(const RunManifest &manifest, const std::string &folder)
{
  std::vector<std::string> sentences;
  for (const ManifestVariant &variant : manifest.variants) {
    const std::string path = folder + "/" + variant.name + "/summary.json";
    if (!fs::exists(path))
      continue;
    const nlohmann::json run = run_of_summary(path);
    if (run.value("id", "") != manifest.run)
      continue;
    for (const auto &end : run.value("early_ends", nlohmann::json::array())) {
      const std::string direction = end.value("direction", ""), protocol = end.value("protocol", "");
      sentences.push_back(variant.name + ", " +
                          (direction.empty() ? end.value("stage", "") : direction + ", " + protocol) +
                          formatted(": ended early, last good step at load factor %.4g", end.value("load_factor", 0.)));
    }
  }
  return sentences;
}

std::string gather_results(const RunManifest &manifest, const std::string &folder, ComparisonContext context)
{
  const GatheredResults gathered = read_variants(manifest, folder);
  if (gathered.rows.empty())
    return "";
  std::string notes;
  for (const std::string &sentence : early_end_sentences(manifest, folder))
    notes += sentence + "\n";
  if (!gathered.not_there.empty())
    notes += joined(gathered.not_there) + ": no results\n";
  context.reference = reference_variant(manifest);
  // Beside the folder's own first: a file that is there and that the run has not written is not written over.
  const fs::path made = fs::path(folder) / ".gathered";
  fs::create_directories(made);
  write_results((made / "results.csv").string(), gathered.rows);
  const std::string text =
      write_comparison(made.string(), last_step_rows(gathered.rows), context, notes, manifest.identity().line());
  std::string in_the_way;
  for (const auto &entry : fs::directory_iterator(made)) {
    const fs::path place = fs::path(folder) / entry.path().filename();
    if (!manifest.find_file(place.filename().string()) && fs::exists(place) &&
        read_text(place.string()).find(manifest.run) == std::string::npos) // one of this run's is from before a kill
      in_the_way = place.string();
  }
  if (in_the_way.empty())
    for (const auto &entry : fs::directory_iterator(made))
      fs::rename(entry.path(), fs::path(folder) / entry.path().filename());
  fs::remove_all(made);
  if (!in_the_way.empty())
    throw UserError(in_the_way +
                    ": was not written by the run whose table has that name; move it away, and give the command "
                    "again with --resume; what is finished is not solved again");
  return text;
}
} // namespace lumbarfem
