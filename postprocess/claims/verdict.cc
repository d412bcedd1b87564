#include "postprocess/claims/verdict.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lumbarfem
{
namespace
{
/// +1, -1, or 0 when the published range lies on both sides of neutral.
int sign_of_published(const ClaimEvidence &evidence)
{
  if (evidence.expected != 0)
    return evidence.expected;
  if (evidence.low && *evidence.low > evidence.neutral)
    return 1;
  return evidence.high && *evidence.high < evidence.neutral ? -1 : 0;
}
} // namespace

std::string name(ClaimVerdict verdict)
{
  switch (verdict) {
  case ClaimVerdict::agrees:
    return "agrees";
  case ClaimVerdict::other_size:
    return "same sign, other size";
  case ClaimVerdict::disagrees:
    return "disagrees";
  case ClaimVerdict::not_resolved:
    return "cannot be resolved";
  case ClaimVerdict::not_mechanical:
    return "not a mechanical quantity";
  case ClaimVerdict::no_figure:
    return "for information";
  case ClaimVerdict::not_defined:
    return "not defined";
  case ClaimVerdict::not_computed:
    break;
  }
  return "not computed";
}

std::optional<ClaimSpread> spread_of(const ClaimEvidence &evidence)
{
  if (!evidence.computed)
    return {};
  ClaimSpread spread{*evidence.computed, *evidence.computed};
  for (const double other : evidence.others) {
    spread.low = std::min(spread.low, other);
    spread.high = std::max(spread.high, other);
  }
  return spread;
}

ClaimVerdict judge(const ClaimEvidence &evidence)
{
  const std::optional<ClaimSpread> spread = spread_of(evidence);
  if (!spread)
    return ClaimVerdict::not_computed;
  const bool has_range = evidence.low || evidence.high;
  if (!has_range && evidence.expected == 0)
    return ClaimVerdict::no_figure;
  const double error = evidence.error.value_or(0);
  if (has_range) {
    const double infinity = std::numeric_limits<double>::infinity();
    const double low = evidence.low.value_or(-infinity), high = evidence.high.value_or(infinity);
    const bool says_no_effect = low <= evidence.neutral && high >= evidence.neutral;
    if (!says_no_effect && std::max(std::abs(low - evidence.neutral), std::abs(high - evidence.neutral)) <= error)
      return ClaimVerdict::not_resolved; // what was published is smaller than what the mesh does
    if (spread->low - error <= high && spread->high + error >= low)
      return ClaimVerdict::agrees;
  }
  const int sign = sign_of_published(evidence);
  const auto along = [&](double value) { return sign * (value - evidence.neutral); };
  const double computed = along(*evidence.computed);
  if (sign == 0 || computed < -error)
    return ClaimVerdict::disagrees;
  if (computed <= error) // nothing happens: against a size that is an answer, against a sign it is none
    return has_range ? ClaimVerdict::disagrees : ClaimVerdict::not_resolved;
  if (std::min(along(spread->low), along(spread->high)) < -error)
    return ClaimVerdict::not_resolved; // the assumptions decide the sign
  return has_range ? ClaimVerdict::other_size : ClaimVerdict::agrees;
}
} // namespace lumbarfem
