/// The one rule by which a computed figure is set against a published one.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lumbarfem
{
enum class ClaimVerdict {
  agrees,
  other_size, ///< same sign, other size
  disagrees,
  not_resolved,   ///< cannot be resolved
  not_mechanical, ///< not a mechanical quantity
  no_figure,      ///< nothing was published to set it against
  not_defined,    ///< a comparison with a figure that is about zero
  not_computed
};
/// "agrees", "same sign, other size", "disagrees", "cannot be resolved", "not a mechanical quantity", "for
/// information", "not defined", "not computed"
std::string name(ClaimVerdict verdict);

/// What is known of one figure, all in its unit.
struct ClaimEvidence {
  std::optional<double> low, high; ///< published range; one end may be open
  int expected = 0;                ///< sign of the published finding against neutral; 0: not said, or that of the range
  double neutral = 0;              ///< what the figure is where nothing changes: 0, 1 of a ratio, 100 of a percentage
  std::optional<double> computed;  ///< of the study as it stands
  std::vector<double> others;      ///< under the assumptions
  std::optional<double> error;     ///< numerical error of the computed figure; none: not known, counted as zero
};

/// See docs/claims.md for the rule in words. Never not_mechanical or not_defined, which are declared or found before.
ClaimVerdict judge(const ClaimEvidence &evidence);

/// Smallest and largest of computed and others.
struct ClaimSpread {
  double low = 0, high = 0;
};
std::optional<ClaimSpread> spread_of(const ClaimEvidence &evidence);
} // namespace lumbarfem
