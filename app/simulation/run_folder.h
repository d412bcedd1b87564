/// The folder that a command writes its results to: one writer at a time, and what was there stays until the new run
/// has something to put in its place. Used by one process (the first rank).
#pragma once

#include "base/user_error.h"
#include "postprocess/folder_lock.h"
#include "postprocess/run_manifest.h"

#include <memory>
#include <set>

namespace lumbarfem
{
/// How a run ended whose command ends with @p code.
RunState state_after(ExitCode code);
/// Where the last run lies that a result folder holds: the folder itself, or one within it that is not finished.
std::string place_of_last_run(const std::string &output);

class RunFolder
{
public:
  /// Makes the folder when it is absent, takes its lock, and finishes what an interrupted command left half done.
  /// UserError when another process writes it, or when it holds what another command than @p command made.
  RunFolder(std::string output, const std::string &command);
  /// A run that was not ended is marked failed where it lies; what was made for nothing goes away.
  ~RunFolder();
  RunFolder(const RunFolder &) = delete;
  RunFolder &operator=(const RunFolder &) = delete;

  /// Prepares the place of a new run: the folder itself when it holds no results, else run.<identity>.unfinished within
  /// it. manifest.entries: everything that the run will write there. UserError, with nothing touched, when one of them
  /// exists and belongs to no run, or when a table of the present run was changed since. @p own: names and contents
  /// of entries that are written, unless they are there with these contents; then they are left alone.
  void begin(RunManifest manifest, const std::map<std::string, std::string> &own = {});
  /// The run that resume() would go on with: the last one of the folder that was killed, stopped or failed; else the
  /// one that has come to its end; nothing where there is none.
  std::optional<RunManifest> last_run() const;
  /// Where it lies.
  std::string place_of_last_run() const { return lumbarfem::place_of_last_run(output_); }
  /// Goes on with it where it lies. It keeps its identity. @p study_text: of the study now, which means the same.
  /// UserError when a file of the run was changed or removed since.
  void resume(const std::string &study_text);
  /// The run that was begun or resumed is left to other processes, which run its parts; it stays prepared until one
  /// opens it with reopen().
  void leave_prepared();
  /// Opens the last run where it lies, to end it. UserError as with resume(). @p study_text: of its own study.
  void reopen(const std::string &study_text);
  /// Where the run writes.
  const std::string &work() const { return work_; }
  RunManifest &manifest() { return manifest_; }
  const RunManifest &manifest() const { return manifest_; }

  /// The manifest gets its list of files and the state. A complete run takes the place of the earlier one; one that did
  /// not converge everywhere that of one that was not complete either and has no finished variant more; another one
  /// stays beside it. Returns the folder where the run lies now.
  std::string end(RunState state, bool has_tables = true);

private:
  void check(const std::map<std::string, std::string> &own);
  void require_free_places() const;
  std::set<std::string> owned_paths() const;
  void require_unchanged() const;
  void clear_leftovers();
  bool had_more() const;
  void forget(RunManifest &manifest, const std::string &entry, const std::string &text) const;

  std::string output_, work_;
  std::vector<std::string> made_; ///< the folder and those above it that were not there, the deepest first
  bool is_running_ = false;
  std::unique_ptr<FolderLock> lock_;
  std::optional<RunManifest> old_;
  RunManifest manifest_;
  std::map<std::string, std::string> own_; ///< texts that begin() wrote
};
} // namespace lumbarfem
