/// Evaluates the rows of a corridor out of the results of its study.
#pragma once

#include "postprocess/result_row.h"
#include "postprocess/validation/corridor.h"

namespace lumbarfem
{
enum class Verdict { inside, outside, printed_only, not_measured };
std::string name(Verdict verdict); ///< "inside", "OUTSIDE", "printed only", "not measured"

struct ValidationRow {
  std::string validation; ///< name of its folder
  CorridorRow corridor;
  std::optional<double> computed;
  Verdict verdict = Verdict::not_measured;
  std::string run; ///< identity of the run that the figure is of
  /// Computed over published; none without a published figure or when it is zero.
  std::optional<double> ratio() const;
};

/// @p results: all load steps of all variants. A row whose step, level or measure is absent is not measured; one that
/// fits more than one result is a UserError, because its quantity is not told well enough.
std::vector<ValidationRow> evaluate(const std::string &validation, const std::vector<CorridorRow> &corridor,
                                    const std::vector<ResultRow> &results);
} // namespace lumbarfem
