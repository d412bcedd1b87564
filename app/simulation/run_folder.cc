#include "app/simulation/run_folder.h"

#include "base/digest.h"
#include "base/formatted.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/folder_replacement.h"
#include "postprocess/gathered_results.h"
#include "postprocess/result_writer.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>

namespace lumbarfem
{
namespace fs = std::filesystem;
namespace
{
/// The message of a file system's error; ours are passed on.
template <typename Work>
void on_disk(const std::string &folder, const Work &work)
{
  try {
    work();
  } catch (const fs::filesystem_error &error) {
    throw UserError("--output " + folder + ": cannot write there (" + error.code().message() + ")");
  }
}

void refuse_link(const std::string &path)
{
  if (fs::is_symlink(path))
    throw UserError(path + ": is a link, behind which results are neither written nor replaced; remove it, or give "
                           "another folder with --output");
}

const char *const study_name = "study.toml";

bool is_checkpoint(const ManifestFile &file) { return fs::path(file.path).filename() == checkpoint_name; }

/// Whether a file of a run is one that is put together of its variants' at the end.
bool is_table_of_whole(const fs::path &path) { return !path.has_parent_path() && path != study_name; }

/// What variants have reached, "fused: flexion, hybrid" for each direction and protocol at its full load; "fused" where
/// there are none. @p is_over: of those that have come to their end.
std::set<std::string> reached_by(const std::string &folder, const RunManifest &manifest, bool is_over)
{
  std::set<std::string> reached;
  for (const ManifestVariant &variant : manifest.variants) {
    const fs::path inner = fs::path(folder) / variant.name;
    const bool has_ended = fs::exists(inner / "summary.json");
    if (is_over && !has_ended)
      continue;
    std::set<std::string> directions;
    std::size_t n_others = 0;
    if (fs::exists(inner / "results.csv"))
      for (const ResultRow &row : read_results_of_run((inner / "results.csv").string(), manifest.run, n_others))
        if (!row.context.direction.empty() && row.context.load_factor == 1)
          directions.insert(variant.name + ": " + row.context.direction + ", " + row.context.protocol);
    if (directions.empty() && has_ended && is_converged((inner / "summary.json").string()))
      directions.insert(variant.name);
    reached.merge(directions);
  }
  return reached;
}

bool has_content(const std::string &path, const std::string &text)
{
  return fs::is_regular_file(path) && read_text(path) == text;
}
} // namespace

RunState state_after(ExitCode code)
{
  switch (code) {
  case ExitCode::done:
    return RunState::complete;
  case ExitCode::not_converged:
    return RunState::not_converged;
  case ExitCode::stopped:
    return RunState::stopped;
  default:
    return RunState::failed;
  }
}

std::string place_of_last_run(const std::string &output)
{
  std::string place = output, latest;
  if (const std::optional<RunManifest> own = read_manifest(output))
    latest = own->start_time;
  for (const std::string &folder : staging_folders(output))
    if (const std::optional<RunManifest> left = read_manifest(folder); left && left->start_time >= latest) {
      place = folder;
      latest = left->start_time;
    }
  return place;
}

RunFolder::RunFolder(std::string output, const std::string &command) : output_(std::move(output))
{
  on_disk(output_, [&] {
    for (fs::path path = fs::absolute(output_).lexically_normal(); !fs::exists(path); path = path.parent_path())
      made_.push_back(path.string());
    fs::create_directories(output_);
    lock_ = std::make_unique<FolderLock>(output_, "lumbarfem " + command);
    if (!lock_->is_kept())
      std::cerr << "lumbarfem: warning: the file system of " << output_
                << " keeps no locks: a second command that writes there at the same time is not noticed\n";
    finish_replacement(output_);
    old_ = manifest_of_output(output_);
  });
  if (old_ && old_->command != command)
    throw UserError(output_ + ": holds what \"lumbarfem " + old_->command + "\" made, and \"lumbarfem " + command +
                    "\" would replace it; give another folder with --output");
}

RunFolder::~RunFolder()
{
  try {
    if (is_running_)
      end(RunState::failed, false);
  } catch (const std::exception &) { // an error is on its way to the user already
  }
  if (made_.empty())
    return;
  // Nothing but the lock: the folder was made for nothing.
  std::error_code ignored;
  std::size_t n_entries = 0;
  for (const auto &entry : fs::directory_iterator(output_, ignored))
    n_entries += entry.path().filename() != lock_name;
  if (n_entries == 0) {
    fs::remove(output_ + "/" + lock_name, ignored);
    for (const std::string &path : made_)
      fs::remove(path, ignored); // which a folder with something in it withstands
  }
}

void RunFolder::check(const std::map<std::string, std::string> &own)
{
  if (old_)
    for (const ManifestFile &file : old_->files)
      if (fs::exists(fs::path(output_) / file.path) &&
          !(own.count(file.path) && has_content(output_ + "/" + file.path, own.at(file.path))))
        check_file(output_, old_->run, file);
  std::vector<std::string> entries = manifest_.entries, all = entries;
  if (old_)
    all.insert(all.end(), old_->entries.begin(), old_->entries.end());
  // What lies behind a link may be another run's, or on another disk, where nothing can be put in place in one step.
  for (const std::string &entry : all)
    refuse_link(output_ + "/" + entry);
  for (const std::string &entry : entries) {
    const std::string path = output_ + "/" + entry;
    if (!fs::exists(path) || (old_ && std::count(old_->entries.begin(), old_->entries.end(), entry)))
      continue;
    if (!own.count(entry) || !has_content(path, own.at(entry)))
      throw UserError(path + ": is there already and belongs to no run of \"lumbarfem " + manifest_.command +
                      "\"; move it away, or give another folder with --output");
    // The user's own file: it stays, and no later run removes it.
    manifest_.entries.erase(std::find(manifest_.entries.begin(), manifest_.entries.end(), entry));
  }
  const std::set<std::string> owned = owned_paths();
  for (const std::string &entry : entries) {
    if (!fs::is_directory(output_ + "/" + entry))
      continue;
    for (const auto &inner : fs::recursive_directory_iterator(output_ + "/" + entry))
      if (const fs::path path = inner.path().lexically_relative(output_);
          !inner.is_directory() && is_name_of_run(path) && owned.count(path.generic_string()) == 0)
        throw UserError(inner.path().string() +
                        ": has the name of a file of a run and belongs to none; move it away, or give "
                        "another folder with --output");
  }
}

/// Files of the earlier run.
std::set<std::string> RunFolder::owned_paths() const
{
  const std::vector<std::string> paths = old_ ? owned_files(output_, *old_) : std::vector<std::string>();
  return {paths.begin(), paths.end()};
}

/// UserError when a file that no run has written is where the new run puts one of its own.
void RunFolder::require_free_places() const
{
  const std::set<std::string> owned = owned_paths();
  for (const ManifestFile &file : manifest_.files)
    if (fs::exists(fs::path(output_) / file.path) && owned.count(file.path) == 0 && own_.count(file.path) == 0)
      throw UserError(output_ + "/" + file.path +
                      ": belongs to no run and is in the way of the new one's file; the new run is "
                      "complete in " +
                      work_ +
                      " and replaces nothing; move the file away and take the new results from there, "
                      "or give the command again with --resume, which puts them in place");
}

/// UserError when a table or text of the earlier run was changed while this one was on. (Fields are not read again.)
void RunFolder::require_unchanged() const
{
  if (!old_)
    return;
  for (const ManifestFile &file : old_->files) {
    const std::string extension = fs::path(file.path).extension().string();
    if (extension == ".vtu" || extension == ".vtp" || !fs::exists(fs::path(output_) / file.path))
      continue;
    if (const auto text = own_.find(file.path);
        text != own_.end() && has_content(output_ + "/" + file.path, text->second))
      continue; // edited by the user before it was run
    try {
      check_file(output_, old_->run, file);
    } catch (const UserError &) {
      throw UserError(output_ + "/" + file.path + ": was changed while the new run was on, which is complete in " +
                      work_ + " and replaces nothing; move the changed file away and take the new results from there");
    }
  }
}

/// A file with the wanted content is no longer one of the run's.
void RunFolder::forget(RunManifest &manifest, const std::string &entry, const std::string &text) const
{
  if (!has_content(output_ + "/" + entry, text))
    return;
  auto &entries = manifest.entries;
  entries.erase(std::remove(entries.begin(), entries.end(), entry), entries.end());
  auto &files = manifest.files;
  files.erase(std::remove_if(files.begin(), files.end(), [&](const ManifestFile &file) { return file.path == entry; }),
              files.end());
}

/// Of runs that were killed or stopped: those without results go; those with some stay until a later run takes the
/// folder.
void RunFolder::clear_leftovers()
{
  for (const std::string &folder : staging_folders(output_)) {
    const std::optional<RunManifest> left = read_manifest(folder);
    if (!left || !has_results(folder, *left))
      remove_staging(folder);
  }
}

void RunFolder::begin(RunManifest manifest, const std::map<std::string, std::string> &own)
{
  manifest_ = std::move(manifest);
  on_disk(output_, [&] {
    if (old_ && !old_->part_of.empty() && manifest_.part_of.empty())
      throw UserError(output_ + ": holds a part of the results of run " + old_->part_of +
                      ", whose figures would lose what they were made of; give another folder with --output");
    check(own);
    if (old_)
      require_removable(output_, *old_);
    clear_leftovers();
    work_ = output_;
    if (old_ && has_results(output_, *old_))
      work_ = output_ + "/" + staging_name(manifest_.run);
    else if (old_) {
      for (const auto &[entry, text] : own) // the study that is run from this very folder
        forget(*old_, entry, text);
      remove_run(output_, *old_);
      old_.reset();
    }
    fs::create_directories(work_);
    manifest_.state = RunState::running;
    manifest_.start_time = time_now();
    write_manifest(work_, manifest_);
    is_running_ = true;
    own_ = own;
    for (const auto &[entry, text] : own)
      if (!fs::exists(fs::path(work_) / entry))
        write_text(work_ + "/" + entry, text);
  });
}

std::optional<RunManifest> RunFolder::last_run() const { return read_manifest(place_of_last_run()); }

void RunFolder::reopen(const std::string &study_text)
{
  on_disk(output_, [&] {
    const std::string place = place_of_last_run();
    manifest_ = *read_manifest(place);
    for (const ManifestFile &file : manifest_.files) // none where the run was killed
      if (file.path != study_name)
        check_file(place, manifest_.run, file);
    for (const std::string &entry : manifest_.entries)
      refuse_link(place + "/" + entry);
    if (place == output_)
      old_.reset(); // it is the run itself
    else {
      check({{study_name, study_text}});
      if (old_)
        require_removable(output_, *old_);
    }
    work_ = place;
  });
}

void RunFolder::resume(const std::string &study_text)
{
  reopen(study_text);
  on_disk(output_, [&] {
    remove_drawings(work_, manifest_.run);           // of what it had reached
    for (const ManifestFile &file : manifest_.files) // tables of the whole, as far as it had come
      if (is_table_of_whole(file.path))
        fs::remove(fs::path(work_) / file.path);
    for (const std::string &entry : manifest_.entries)
      if (is_table_of_whole(entry) && fs::is_regular_file(work_ + "/" + entry) &&
          read_text(work_ + "/" + entry).find(manifest_.run) ==
              std::string::npos) // else it was killed behind its table
        throw UserError(work_ + "/" + entry +
                        ": was not written by the run that is to go on, which writes a file of that "
                        "name at its end; move it away");
    manifest_.state = RunState::running;
    manifest_.end_time.clear();
    manifest_.files.clear();
    manifest_.resumed.push_back(time_now());
    write_manifest(work_, manifest_);
    is_running_ = true;
    if (std::count(manifest_.entries.begin(), manifest_.entries.end(), study_name) == 0)
      return; // it is the user's own
    own_ = {{study_name, study_text}};
    write_text(work_ + "/" + study_name, study_text);
  });
}

void RunFolder::leave_prepared()
{
  on_disk(output_, [&] {
    manifest_.state = RunState::prepared;
    write_manifest(work_, manifest_);
  });
  is_running_ = false;
}

/// Whether the earlier run was complete, or has reached what this one has not.
bool RunFolder::had_more() const
{
  if (!old_)
    return false;
  const std::set<std::string> now = reached_by(work_, manifest_, false), before = reached_by(output_, *old_, false);
  return old_->state == RunState::complete || !std::includes(now.begin(), now.end(), before.begin(), before.end());
}

std::string RunFolder::end(RunState state, bool has_tables)
{
  is_running_ = false;
  on_disk(output_, [&] {
    manifest_.state = state;
    manifest_.end_time = time_now();
    const bool is_over = state == RunState::complete || state == RunState::not_converged;
    manifest_.files = list_files(work_, manifest_.entries);
    if (!has_tables && manifest_.command == "run") // what has their names is somebody's
      manifest_.files.erase(std::remove_if(manifest_.files.begin(), manifest_.files.end(),
                                           [](const ManifestFile &file) { return is_table_of_whole(file.path); }),
                            manifest_.files.end());
    if (is_over)
      manifest_.files.erase(std::remove_if(manifest_.files.begin(), manifest_.files.end(), is_checkpoint),
                            manifest_.files.end());
    for (ManifestFile &file : manifest_.files)
      if (const auto text = own_.find(file.path); text != own_.end()) { // also where it was changed since
        file.bytes = text->second.size();
        file.sha256 = sha256(text->second);
      }
    const auto tells_nothing = [](const ManifestFile &file) { return file.path == study_name; };
    if (state == RunState::failed && std::all_of(manifest_.files.begin(), manifest_.files.end(), tells_nothing)) {
      remove_run(work_, manifest_); // refused before anything was computed
      if (work_ != output_)
        remove_staging(work_);
      return;
    }
    write_manifest(work_, manifest_);
    if (is_over) // not before the manifest says so: whoever is killed here has lost nothing
      for (const std::string &entry : manifest_.entries)
        if (const fs::path folder = fs::path(work_) / entry; fs::is_directory(folder))
          fs::remove(folder / checkpoint_name);
    // Without a single load step there is nothing to put in the place of earlier results, and what did not reach its
    // loads takes the place of none that did.
    const bool is_as_good =
        state == RunState::complete || (state == RunState::not_converged && !had_more() && has_table(work_, manifest_));
    if (work_ == output_ || !is_as_good || !has_results(work_, manifest_))
      return;
    require_free_places();
    require_unchanged();
    replace_run(output_, work_, old_);
    work_ = output_;
    for (const std::string &folder : staging_folders(output_)) {
      // What has cost hours and is complete in itself goes only when the user says so.
      const std::optional<RunManifest> left = read_manifest(folder);
      const std::set<std::string> reached = left ? reached_by(folder, *left, true) : std::set<std::string>();
      if (reached.empty())
        remove_staging(folder);
      else
        std::cerr << "lumbarfem: " << folder << ": an earlier run that is not complete is left there with full loads ("
                  << joined(std::vector<std::string>(reached.begin(), reached.end()), "; ")
                  << "); remove the folder when it is of no use, or move it out and go on with --resume\n";
    }
  });
  return work_;
}
} // namespace lumbarfem
