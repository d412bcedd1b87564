/// Published findings that a study may ask to see beside its own figures ([study] claims).
#pragma once

#include "base/anatomy.h"

#include <string>
#include <vector>

namespace lumbarfem
{
/// A stress before and after a fusion, as published.
struct PublishedPair {
  std::string claim; ///< "A1"
  std::string words; ///< "L3-L4 posterior edge"
  Direction direction;
  Level fused,
      stressed; ///< discs by their upper level: the one that is fused, the one whose posterior annulus is meant
  double before_MPa, after_MPa;
};
const std::vector<PublishedPair> &published_pairs();
/// Empty for a claim of a pair; else why it cannot be printed, with what can be.
std::string claim_fault(const std::string &claim);
/// "A1" ... "E5": all claims, also those without figures that could be printed.
std::vector<std::string> all_claims();
} // namespace lumbarfem
