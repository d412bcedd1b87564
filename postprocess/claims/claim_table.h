/// The one table of all claims: as text and as tidy CSV.
#pragma once

#include "postprocess/claims/verdict.h"

#include <optional>
#include <string>
#include <vector>

namespace lumbarfem
{
/// The compared figure of one assumption.
struct ClaimRun {
  std::string assumption;
  std::optional<double> value;
  std::string state; ///< why there is no value
};

/// A line of the table: one figure at one level, in one direction or over several.
struct ClaimLine {
  std::string label, variant, reference, directions, protocol, level, quantity, compared, unit;
  std::optional<double> published, low, high;
  int expected = 0;
  std::optional<double> computed; ///< over several directions: the smallest
  std::optional<double> largest;  ///< over several directions
  std::optional<ClaimSpread> spread;
  std::vector<ClaimRun> runs; ///< under the assumptions
  std::optional<double> error;
  ClaimVerdict verdict = ClaimVerdict::not_computed;
  std::string detail; ///< by direction, or why there is no figure
  std::string mesh, hash, revision;
  std::string state; ///< "current", or what has changed since
  std::string source, confidence;
  /// Runs that gave a figure, that of the study as it stands included, and all of them.
  int n_with_value() const;
  int n_runs() const { return 1 + static_cast<int>(runs.size()); }
};

/// A row: a published finding with its lines.
struct ClaimBlock {
  std::string row, title, question, remark;
  std::string needs;              ///< what must be there before it can be computed; empty: it can
  std::vector<std::string> sides; ///< what the literature says, where it contradicts itself
  std::vector<ClaimLine> lines;
};

std::string claims_text(const std::vector<ClaimBlock> &blocks);
std::string claims_csv(const std::vector<ClaimBlock> &blocks);
/// "12 agrees; 3 same sign, other size; 2 disagrees; rows without a study: 24"
std::string claims_count(const std::vector<ClaimBlock> &blocks);
} // namespace lumbarfem
