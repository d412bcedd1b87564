/// A result folder as a reader meets it: whose results they are, and what else lies there.
#pragma once

#include "postprocess/run_manifest.h"

namespace lumbarfem
{
struct OpenedResults {
  std::optional<RunManifest> manifest; ///< none: the folder was written by version 0.1, or holds no results
  /// A sentence each: that the run is not complete, and what lies in the folder without belonging to it.
  std::vector<std::string> remarks;
  /// The run has come to its end, converged or not.
  bool has_ended = true;
};

/// Finishes first what a killed command left half done. UserError when the manifest is damaged.
OpenedResults open_results(const std::string &folder);

/// The remark on a folder without manifest.
extern const char *const no_manifest_remark;
} // namespace lumbarfem
