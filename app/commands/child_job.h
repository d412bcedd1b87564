/// Processes of --jobs: one a variant, which share a folder of slots with the process that starts them.
#pragma once

#include "app/commands/options.h"
#include "app/simulation/job_pool.h"
#include "cases/study.h"

#include <string>
#include <vector>

namespace lumbarfem
{
/// Folders and marks below the folder @p work of a run.
std::string slots_folder(const std::string &work);
std::string waiting_mark(const std::string &work, const std::string &variant);
std::string progress_file(const std::string &work, const std::string &variant);

/// The process that runs one variant of the study at @p path, of which @p work/study.toml is the snapshot, as one of
/// @p n_jobs at a time; makes its folder. When the reference fails, those that wait for its rotations are told.
Job child_job(const Invocation &invocation, const std::string &path, const Study &study, const std::string &work,
              int n_jobs, const std::vector<std::string> &passed_on);
} // namespace lumbarfem
