#include "postprocess/folder_replacement.h"

#include "base/sorted_folders.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/figure_identity.h"
#include "postprocess/folder_lock.h"
#include "postprocess/report/report.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

namespace lumbarfem
{
namespace fs = std::filesystem;
namespace
{
const std::string staging_start = "run.", staging_end = ".unfinished";
/// The old run's manifest while its files are removed, and after that.
const std::string to_remove = "replaced.json", removed = "removed.json";

/// The file at the head of each command's results, and how it begins.
struct MainTable {
  std::string name, command, start;
};
const std::vector<MainTable> main_tables = {
    {"validation.csv", "validate", "validation,label,variant,"},
    {"claims.csv", "claims", "row,title,"},
    {"convergence.csv", "convergence", "variant,direction,protocol,quantity,unit,size_mm_coarse,"},
    {"fit.csv", "calibrate", "constant,value,lower,upper,"},
    {"results.csv", "run", "study,variant,direction,protocol,stage,"},
    {"follower_path.toml", "follower-path", "#"},
    {"spine.msh", "mesh", "$MeshFormat"}};

/// The command whose tables a folder holds; empty when it holds none. A table of the same name that begins otherwise is
/// somebody else's.
std::string command_of(const fs::path &folder)
{
  for (const MainTable &table : main_tables)
    if (read_head((folder / table.name).string(), table.start.size()) == table.start)
      return table.command;
  return "";
}

bool is_main_table(const std::string &name)
{
  return std::any_of(main_tables.begin(), main_tables.end(),
                     [&](const MainTable &table) { return table.name == name; });
}

/// Removes empty folders from the inside out; a lock file alone keeps none, and what a link leads to is not touched.
void remove_empty_folders(const fs::path &folder)
{
  if (!fs::is_directory(folder) || fs::is_symlink(folder))
    return;
  for (const fs::path &inner : sorted_folders(folder))
    remove_empty_folders(inner);
  std::error_code ignored;
  bool is_bare = true;
  for (const auto &entry : fs::directory_iterator(folder, ignored))
    is_bare = is_bare && entry.path().filename() == lock_name;
  if (is_bare)
    fs::remove_all(folder, ignored);
}

/// Pictures that `render` drew of a run (@p run empty: version 0.1, whose pictures have no name of their own) and that
/// still have their name; others in that folder, and what lies behind a link, are the user's.
void remove_figures(const fs::path &folder, const std::string &run)
{
  if (fs::is_symlink(folder))
    return;
  std::error_code ignored;
  std::vector<fs::path> drawn;
  for (const auto &entry : fs::directory_iterator(folder, ignored))
    if (const FigureOrigin origin = origin_of_figure(entry.path().string());
        origin.is_drawn_here && origin.run == run && !fs::is_symlink(entry.path()) &&
        (origin.file == entry.path().filename().string() || (run.empty() && origin.file.empty())))
      drawn.push_back(entry.path());
  for (const fs::path &path : drawn)
    fs::remove(path, ignored);
}

void move_files(const fs::path &from, const fs::path &to, const RunManifest &manifest)
{
  for (const ManifestFile &file : manifest.files) {
    if (!fs::exists(from / file.path))
      continue; // moved before an interruption
    fs::create_directories((to / file.path).parent_path());
    fs::rename(from / file.path, to / file.path);
  }
}

/// What the user has put beside the results of a run on the way; where a file of that name is in the way, it stays.
void move_others(const fs::path &from, const fs::path &to)
{
  std::vector<fs::path> paths;
  for (const auto &entry : fs::recursive_directory_iterator(from))
    if (entry.is_regular_file() && !is_name_of_run(entry.path().lexically_relative(from)) &&
        entry.path().filename() != to_remove && entry.path().filename() != removed)
      paths.push_back(entry.path().lexically_relative(from));
  for (const fs::path &path : paths)
    if (!fs::exists(to / path)) {
      fs::create_directories((to / path).parent_path());
      fs::rename(from / path, to / path);
    }
}

bool is_being_put_in_place(const std::string &staging)
{
  return fs::exists(fs::path(staging) / to_remove) || fs::exists(fs::path(staging) / removed);
}

/// Everything after the old manifest was moved into the new run's folder.
void finish(const fs::path &output, const fs::path &staging)
{
  // Without its manifest the new run is in its place already, and only the rest of its folder is left.
  if (const std::optional<RunManifest> manifest = read_manifest(staging.string())) {
    if (const auto old = read_manifest_file((staging / to_remove).string())) {
      remove_run(output.string(), *old);
      fs::rename(staging / to_remove, staging / removed);
    }
    move_files(staging, output, *manifest);
    move_others(staging, output);
    fs::rename(staging / manifest_name, output / manifest_name);
  }
  remove_staging(staging.string());
}
} // namespace

const char *const slots_name = ".slots";

std::string staging_name(const std::string &run) { return staging_start + run + staging_end; }

std::vector<std::string> staging_folders(const std::string &output)
{
  constexpr std::size_t n_digits = 16;
  std::vector<std::string> found;
  for (const fs::path &folder : sorted_folders(output)) {
    const std::string name = folder.filename().string();
    if (name.size() != staging_start.size() + n_digits + staging_end.size() || name.rfind(staging_start, 0) != 0 ||
        name.substr(name.size() - staging_end.size()) != staging_end)
      continue;
    const std::string run = name.substr(staging_start.size(), n_digits);
    if (run.find_first_not_of("0123456789abcdef") != std::string::npos)
      continue;
    const std::optional<RunManifest> manifest = read_manifest(folder.string());
    if (!manifest || manifest->run == run) // else it is a copy that somebody called so
      found.push_back(folder.string());
  }
  return found;
}

void remove_staging(const std::string &staging)
{
  if (const std::optional<RunManifest> manifest = read_manifest(staging))
    remove_run(staging, *manifest);
  for (const std::string &mark : {to_remove, removed})
    fs::remove(fs::path(staging) / mark);
  fs::remove_all(fs::path(staging) / slots_name); // of a run that was killed
  remove_empty_folders(staging);
}

std::optional<RunManifest> manifest_of_output(const std::string &folder)
{
  if (std::optional<RunManifest> manifest = read_manifest(folder))
    return manifest;
  // A variant's folder and what is below it.
  fs::path inner = fs::weakly_canonical(folder);
  for (int level = 0; level < 2 && inner.has_parent_path(); ++level, inner = inner.parent_path()) {
    const std::optional<RunManifest> outer = read_manifest(inner.parent_path().string());
    if (outer && outer->command == "run" && outer->find_variant(inner.filename().string()))
      throw UserError(folder + ": is a part of the results in " + inner.parent_path().string() +
                      "; give another folder with --output");
  }
  if (const std::string command = command_of(folder); !command.empty())
    throw UserError(
        folder + ": holds tables of \"lumbarfem " + command +
        "\" without manifest.json, so that nothing tells what there is its own (they are of version 0.1, or "
        "were put there by hand); move them away, or give another folder with --output");
  return {};
}

std::vector<std::string> owned_files(const std::string &folder, const RunManifest &manifest)
{
  std::vector<std::string> paths;
  const auto add = [&](const fs::path &path) { paths.push_back(path.lexically_relative(folder).generic_string()); };
  for (const ManifestFile &file : manifest.files)
    paths.push_back(file.path);
  if (paths.empty()) // the run has not come to its end
    for (const std::string &entry : manifest.entries) {
      const fs::path path = fs::path(folder) / entry;
      if (fs::is_directory(path)) {
        for (const auto &inner : fs::recursive_directory_iterator(path))
          if (!inner.is_directory() && is_name_of_run(inner.path().lexically_relative(folder)))
            add(inner.path());
      } else if (fs::exists(path))
        add(path);
    }
  return paths;
}

bool has_table(const std::string &folder, const RunManifest &manifest)
{
  return std::any_of(manifest.entries.begin(), manifest.entries.end(), [&](const std::string &entry) {
    return is_main_table(entry) && fs::exists(fs::path(folder) / entry);
  });
}

bool has_results(const std::string &folder, const RunManifest &manifest)
{
  const std::vector<std::string> paths = owned_files(folder, manifest);
  if (manifest.state == RunState::complete) // whatever its command writes
    return std::any_of(paths.begin(), paths.end(),
                       [&](const std::string &path) { return fs::exists(fs::path(folder) / path); });
  return std::any_of(paths.begin(), paths.end(), [&](const std::string &path) {
    const std::string file = fs::path(path).filename().string();
    return fs::exists(fs::path(folder) / path) && (file == "summary.json" || is_main_table(file));
  });
}

void remove_drawings(const std::string &folder, const std::string &run)
{
  const fs::path root(folder);
  if (is_report_page((root / "report.html").string())) // else it is the user's
    fs::remove(root / "report.html");
  remove_figures(root / "figures", run);
  remove_empty_folders(root / "figures");
}

void remove_run(const std::string &folder, const RunManifest &manifest)
{
  const fs::path root(folder);
  std::set<fs::path> tops;
  for (const std::string &path : owned_files(folder, manifest)) {
    fs::remove(root / path);
    if (fs::path(path).has_parent_path())
      tops.insert(*fs::path(path).begin());
  }
  for (const std::string &entry : manifest.entries)
    tops.insert(entry);
  for (const fs::path &top : tops)
    remove_empty_folders(root / top);
  remove_drawings(folder, manifest.run);
  fs::remove(root / manifest_name);
}

void require_removable(const std::string &folder, const RunManifest &manifest)
{
  std::set<fs::path> places = {folder};
  for (const std::string &path : owned_files(folder, manifest))
    if (fs::exists(fs::path(folder) / path))
      for (fs::path place = (fs::path(folder) / path).parent_path(); places.insert(place).second;)
        place = place.parent_path();
  for (const fs::path &place : places)
    if (access(place.c_str(), W_OK | X_OK) != 0)
      throw UserError(place.string() + ": holds results that a new run would replace, and cannot be written (" +
                      std::strerror(errno) + "); give yourself the right to, or another folder with --output");
}

void replace_run(const std::string &output, const std::string &staging, const std::optional<RunManifest> &old)
{
  if (old)
    require_removable(output, *old);
  const fs::path kept = fs::path(staging) / to_remove, present = fs::path(output) / manifest_name;
  if (fs::exists(present))
    fs::rename(present, kept);
  else
    write_manifest_file(kept.string(), old ? *old : RunManifest());
  finish(output, staging);
}

bool is_replacement_pending(const std::string &output)
{
  const std::vector<std::string> folders = staging_folders(output);
  return std::any_of(folders.begin(), folders.end(), is_being_put_in_place);
}

void finish_replacement(const std::string &output)
{
  for (const std::string &folder : staging_folders(output))
    if (is_being_put_in_place(folder))
      finish(output, folder);
}
} // namespace lumbarfem
