/// Writes summary.json: what ran, with what, for how long, and the last step's results.
#pragma once

#include "base/treated_levels.h"
#include "postprocess/result_row.h"
#include "solver/equilibrium_solver.h"

#include <map>
#include <string>
#include <vector>

namespace lumbarfem
{
/// Where a result comes from; filled by the application.
struct RunProvenance {
  std::string version, git_revision, compiler, build_type;
  std::map<std::string, std::string> libraries; ///< "deal.II": "9.4.1", "BLAS": "openblas" ...
  int ranks = 1;
  std::string study_text;                ///< the effective study, all defaults filled in
  TreatedLevels treated;                 ///< where its surgery acts
  std::string start_time;                ///< ISO 8601, UTC
  std::map<std::string, double> seconds; ///< by phase: mesh, assembly, factor, solve, output
  double peak_memory_MiB = 0;            ///< sum of all ranks
  bool has_converged = true;
  std::vector<NewtonRow> newton_table;
  std::vector<std::string> warnings;
};

/// @p rows: of the last step. Written under a temporary name and renamed. Numbers that are not finite become null.
void write_summary(const std::string &path, const RunProvenance &provenance, const std::vector<ResultRow> &rows);
} // namespace lumbarfem
