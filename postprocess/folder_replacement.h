/// Puts a new run in the place of the one that a result folder holds, so that at every moment one of them is there
/// whole, or the way to finish is known.
///
/// The new run lies complete in a folder of its own within the result folder (run.<identity>.unfinished). The manifest
/// of the old one is moved there first: from then on the folder has none and no reader takes its files for results.
/// Then the old files go, the new ones come, the new manifest last. Whoever finds the old manifest in the new run's
/// folder can finish, for every step may be done twice.
#pragma once

#include "postprocess/run_manifest.h"

namespace lumbarfem
{
/// Folder of the processes of --jobs within that of their run.
extern const char *const slots_name;
/// "run.<identity>.unfinished"
std::string staging_name(const std::string &run);
/// Folders of that kind within a result folder, full paths; not what only bears such a name.
std::vector<std::string> staging_folders(const std::string &output);
/// Removes such a folder, but not what the user has put into it.
void remove_staging(const std::string &staging);

/// The manifest of the run that a folder holds, if any. UserError when tables of a command lie there without one (they
/// are of version 0.1, or were put there by hand), or when the folder is a part of another run's results.
std::optional<RunManifest> manifest_of_output(const std::string &folder);
/// Paths within the folder of all files that belong to the manifest's run; of one that has not come to its end those
/// that bear the names of a run's files.
std::vector<std::string> owned_files(const std::string &folder, const RunManifest &manifest);
/// Whether the folder itself holds one of the command's tables, which a run that reached no load step has not.
bool has_table(const std::string &folder, const RunManifest &manifest);
/// Whether any of the run's files is a table that a user would miss.
bool has_results(const std::string &folder, const RunManifest &manifest);
/// Removes the report and the figures that were made of a run's state so far; not those of the user.
void remove_drawings(const std::string &folder, const std::string &run);
/// Removes the run's files, the report and figures that were made of it, and the folders that are empty then.
void remove_run(const std::string &folder, const RunManifest &manifest);

/// UserError when the run's files cannot all be removed for want of rights: half of them would be neither here nor
/// there.
void require_removable(const std::string &folder, const RunManifest &manifest);

/// @p staging: its manifest is complete. @p old: of the run that is replaced, if there is one.
void replace_run(const std::string &output, const std::string &staging, const std::optional<RunManifest> &old);
/// Finishes what was interrupted; nothing where nothing was. The caller holds the lock of the folder.
void finish_replacement(const std::string &output);
/// Whether there is something to finish.
bool is_replacement_pending(const std::string &output);
} // namespace lumbarfem
