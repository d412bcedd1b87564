#include "app/simulation/resumable.h"

#include "base/digest.h"
#include "base/formatted.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/result_writer.h"
#include "postprocess/study_settings.h"

#include <algorithm>
#include <filesystem>

namespace lumbarfem
{
namespace fs = std::filesystem;
namespace
{
const std::string way_out = "; run without --resume to begin anew",
                  way_back = "; put it back, or begin anew (run without --resume)";

std::string program_words(const RunManifest &manifest)
{
  return manifest.program.version + " (" + manifest.program.git_revision + ", built as " + manifest.program.build_type +
         ")";
}

std::vector<std::string> variant_names(const RunManifest &manifest)
{
  std::vector<std::string> names;
  for (const ManifestVariant &variant : manifest.variants)
    names.push_back(variant.name);
  return names;
}

/// "loading.moment_Nm: 7.5 then, 5 now"
std::vector<std::string> differences(const std::string &then, const std::string &now)
{
  const std::map<std::string, std::string> before = flatten_settings(then), after = flatten_settings(now);
  std::vector<std::string> result;
  const auto value = [](const std::map<std::string, std::string> &settings, const std::string &key) {
    const auto found = settings.find(key);
    return found == settings.end() ? "not there" : found->second;
  };
  std::map<std::string, std::string> keys = before;
  keys.insert(after.begin(), after.end());
  for (const auto &entry : keys)
    if (value(before, entry.first) != value(after, entry.first))
      result.push_back(entry.first + ": " + value(before, entry.first) + " then, " + value(after, entry.first) +
                       " now");
  return result;
}
} // namespace

std::optional<Checkpoint> kept_of(const Study &study, const std::string &folder, const std::string &run)
{
  std::optional<Checkpoint> kept = read_checkpoint(folder + "/" + study.variant + "/" + checkpoint_name);
  if (kept && kept->run != run)
    throw UserError("--resume: the checkpoint of variant \"" + study.variant + "\" in " + folder + " is of the run " +
                    kept->run + ", not of " + run + way_out);
  return kept;
}

std::vector<ResultRow> kept_rows(const std::string &table, const OutputRecord &record)
{
  std::vector<ResultRow> rows;
  if (record.n_rows == 0)
    return rows;
  rows = read_results(table);
  // A process that was killed may have written the rows of a step that no checkpoint knows.
  rows.resize(std::min(rows.size(), record.n_rows));
  if (sha256(results_text(rows)) != record.rows_hash)
    throw UserError(table + " is not what the run wrote: it was changed" + way_back);
  return rows;
}

std::map<std::string, std::uintmax_t> field_files(const std::string &folder)
{
  std::map<std::string, std::uintmax_t> files;
  for (const auto &entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().parent_path() != fs::path(folder) &&
        is_name_of_run(entry.path().lexically_relative(folder)) && entry.path().extension() != ".part")
      files[entry.path().lexically_relative(folder).generic_string()] = entry.file_size();
  return files;
}

namespace
{
/// The series that is being written may have grown, or its last step may have been begun.
void require_fields(const std::string &folder, const OutputRecord &record)
{
  const std::map<std::string, std::uintmax_t> now = field_files(folder);
  for (const auto &[path, bytes] : record.field_files) {
    const auto found = now.find(path);
    const bool is_series = fs::path(path).extension() == ".pvd" || fs::path(path).filename() == "ended_early.txt";
    if (found == now.end() || (!is_series && found->second != bytes))
      throw UserError("--resume: " + folder + "/" + path + " is not what the run wrote: it was " +
                      (found == now.end() ? "removed" : "changed") + way_back);
  }
}
} // namespace

void require_same_run(const RunManifest &last, const std::string &folder, const RunManifest &now,
                      const std::vector<Study> &variants)
{
  if (last.executable_hash != now.executable_hash)
    throw UserError("--resume: the run " + last.run + " in " + folder + " was made by LumbarFEM " +
                    program_words(last) + ", and this is another program, " + program_words(now) +
                    "; figures of two programs are not put together" + way_out);
  if (variant_names(last) != variant_names(now))
    throw UserError("--resume: the run " + last.run + " in " + folder + " has the variants " +
                    joined(variant_names(last)) + ", asked for are " + joined(variant_names(now)) + way_out);
  for (const Study &study : variants) {
    if (last.find_variant(study.variant)->study_hash == now.find_variant(study.variant)->study_hash)
      continue;
    const std::string path = folder + "/" + study.variant + "/effective.toml";
    std::vector<std::string> changed;
    if (fs::exists(path))
      changed = differences(read_text(path), study.effective_toml);
    throw UserError(
        "--resume: variant \"" + study.variant + "\" is not as it was when the run " + last.run + " in " + folder +
        " began: " +
        (changed.empty() ? "the study, a --set or the mesh that it names was changed" : joined(changed, "; ")) +
        way_out);
  }
  // Of variants that are not run here, too: the identity is that of the whole study.
  const FrozenHashes &then = last.hashes, &present = now.hashes;
  std::vector<std::string> other;
  for (const auto &[what, is_same] :
       {std::pair<const char *, bool>("the tissues and ligaments that ship with the program",
                                      then.material_library == present.material_library),
        {"the measures", then.measures == present.measures},
        {"the follower path", then.follower_path == present.follower_path},
        {"[loading] of some variant", then.loads == present.loads}})
    if (!is_same)
      other.push_back(what);
  if (!other.empty())
    throw UserError("--resume: not as when the run " + last.run + " in " + folder + " began: " + joined(other) +
                    way_out);
  for (const Study &study : variants)
    if (const std::optional<Checkpoint> kept = kept_of(study, folder, last.run); kept) {
      kept_rows(folder + "/" + study.variant + "/results.csv", kept->output);
      require_fields(folder + "/" + study.variant, kept->output);
    }
}
} // namespace lumbarfem
