/// From values to the lines of the table of claims.
#pragma once

#include "app/commands/claim_studies.h"
#include "postprocess/claims/claim_table.h"

#include <functional>
#include <string>
#include <vector>

namespace lumbarfem
{
/// One line that a figure makes: at one level, in one direction or over several.
struct ClaimPoint {
  const ClaimFigure *figure = nullptr;
  std::string level; ///< "" for the whole spine
  std::vector<std::string> directions;
};
/// @p study: under no assumption; it gives relative levels their names. @p directions: those that count; none: all.
std::vector<ClaimPoint> points_of(const Claim &claim, const ClaimFigure &figure, const ClaimStudy &study,
                                  const std::vector<std::string> &directions);

/// The values that a point needs of one study: that of the variant and, where it is compared, of the reference.
std::vector<ClaimValueKey> keys_of(const ClaimPoint &point, const std::string &direction, const ClaimStudy &study);

/// What the table says of a figure whether it is computed or not.
ClaimLine figure_line(const ClaimFigure &figure);

/// The text of a figure's quantity in the key of its values.
std::string quantity_of(const ClaimFigure &figure);
/// Null where only one row may fit.
ReduceRows reduction_of(const ClaimFigure &figure);

/// Where values come from.
struct ClaimValues {
  std::vector<const ClaimStore *> stores; ///< the first that has a current value counts
  bool takes_outdated = false;            ///< else only values of the present hashes count
  /// Null when there is none; @p state: "current", or what has changed since.
  const ClaimValue *find(const ClaimValueKey &key, const ClaimHashes &hashes, std::string &state) const;
};

/// The study under an assumption ("base" for none) on each mesh that counts, the best first.
using StudiesUnder = std::function<std::vector<const ClaimStudy *>(const std::string &assumption)>;

/// @p assumptions: those that are asked for.
ClaimLine evaluate(const Claim &claim, const ClaimPoint &point, const std::vector<std::string> &assumptions,
                   const StudiesUnder &studies, const ClaimValues &values);
} // namespace lumbarfem
