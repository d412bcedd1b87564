/// The field files of a result folder: which variants, runs and steps there are.
#pragma once

#include "postprocess/run_manifest.h"

#include <string>
#include <vector>

namespace lumbarfem
{
/// Files of one step; lines and facets are empty when the run has none.
struct StepFiles {
  double time = 0; ///< stage number + load factor
  int number = 0;  ///< that of the file
  std::string solid, lines, facets;
};

/// The run of a study without moments and compression: the states before and at the end of its preload.
constexpr const char *preload_run_name = "preload";

struct FieldSeries {
  std::string variant;
  std::string name; ///< "flexion-hybrid": direction and protocol, as the folder is called; or preload_run_name
  std::vector<StepFiles> steps;
  std::string ended_early; ///< where and why the run ended before its full load; empty when it did not
};

struct FieldFolder {
  std::string path;
  RunIdentity identity;
  std::vector<std::string> remarks;   ///< that the run is not complete, what was left out and why: a sentence each
  std::vector<std::string> variants;  ///< in the order of the study
  std::vector<std::string> run_names; ///< flexion first, in the order of base/anatomy.h, then by protocol
  std::vector<FieldSeries> runs;

  /// Null when the variant has no such run.
  const FieldSeries *find(const std::string &variant, const std::string &run_name) const;
};

/// "flexion" of "flexion-hybrid" and "hybrid" of it; "preload" and "" of a preload.
std::string direction_of(const std::string &run_name);
std::string protocol_of(const std::string &run_name);

/// The fields of the run that the folder's manifest names; others are left out. Throws UserError for what is not a
/// result folder, or one without fields, saying what is there instead.
FieldFolder read_field_folder(const std::string &path);
} // namespace lumbarfem
