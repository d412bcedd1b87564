/// Writes summary.json: what ran, with what, for how long, and the last step's results.
#pragma once

#include "base/treated_levels.h"
#include "postprocess/result_row.h"
#include "postprocess/run_manifest.h"
#include "solver/equilibrium_solver.h"

#include <map>
#include <string>
#include <vector>

namespace lumbarfem
{
/// A run that ended before its full load; what there is of it ends with its last good step.
struct EarlyEnd {
  std::string stage, direction, protocol;
  double load_factor = 0; ///< of the last good step, within the stage
  std::string reason;
};

/// A load step that was tried.
struct StepRecord {
  std::string stage, direction, protocol;
  int step = 0;
  double load_factor = 0;
  bool accepted = false; ///< else cut
  int newton_iterations = 0;
  double residual_N = 0, tolerance_N = 0; ///< at its end
};

/// Where a result comes from; filled by the application.
struct RunProvenance {
  ProgramInfo program;
  RunIdentity identity;
  std::string study_hash; ///< SHA-256 of the effective study
  int ranks = 1;
  std::string study_text;                ///< the effective study, all defaults filled in
  TreatedLevels treated;                 ///< where its surgery acts
  std::string start_time;                ///< ISO 8601, UTC
  int n_resumed = 0;                     ///< how often the run was gone on with
  std::map<std::string, double> seconds; ///< by phase: mesh, assembly, factor, solve, output
  double peak_memory_MiB = 0;            ///< sum of all ranks
  bool has_converged = true;
  std::vector<EarlyEnd> early_ends;
  std::vector<StepRecord> steps;
  std::vector<NewtonRow> newton_table;
  std::vector<std::string> warnings;
};

/// @p rows: of the last step. Written under a temporary name and renamed. Numbers that are not finite become null.
void write_summary(const std::string &path, const RunProvenance &provenance, const std::vector<ResultRow> &rows);
} // namespace lumbarfem
