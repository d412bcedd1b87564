/// Principal stretches of the tissues, and a watch for laws that are used where they mean nothing.
#pragma once

#include "postprocess/measures/measure_rows.h"
#include "solver/model.h"

#include <set>

namespace lumbarfem
{
/// Least and largest principal stretch of each tissue at each level, over the quadrature points that it holds; bone
/// that is rigid has none. Collective.
void add_stretches(const Model &model, const State &state, MeasureRows &rows);

/// Compares the stretches of each point with those that its law describes (Law::meaningful_stretch).
struct StretchWatch {
  /// A sentence for each tissue (or body of another material) at each level that is beyond its law at @p state and was
  /// not before: tissue, level, element, stretch, limit. Collective.
  std::vector<std::string> look(const Model &model, const State &state);
  /// Tissues and levels of the sentences so far; given back when a run is resumed.
  std::set<std::string> told;
};
} // namespace lumbarfem
