/// The list of all quantities of the result tables: what the frozen hash of the measures is made of.
#pragma once

#include <string>
#include <vector>

namespace lumbarfem
{
/// One quantity; docs/measures.md tells the whole story, with components and statistics.
struct MeasureDefinition {
  std::string quantity;
  std::string units; ///< "MPa"; several, separated by blanks, where components differ
  std::string sentence;
};

/// Raised with every change of how a quantity is computed from a state: regions, weights, percentiles, frames, signs,
/// thresholds.
constexpr int measure_version = 1;

/// In the order of docs/measures.md. A row of results.csv has one of these quantities in one of its units.
const std::vector<MeasureDefinition> &measure_definitions();

/// SHA-256 of a version and a list.
std::string measure_hash(const std::vector<MeasureDefinition> &list = measure_definitions(),
                         int version = measure_version);
} // namespace lumbarfem
