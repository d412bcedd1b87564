/// The lines of the comparison tables and how each finds its rows.
#pragma once

#include "base/treated_levels.h"
#include "postprocess/result_row.h"

#include <optional>

namespace lumbarfem
{
/// A line of the table: label, and how to find its row.
struct Quantity {
  std::string label, quantity, level, object, region, component, statistic;
  std::string side = ""; ///< "": whatever stands there
};

using Rows = std::vector<const ResultRow *>;

/// The value of a variant; none where there is no finite one.
std::optional<double> find(const Rows &rows, const std::string &variant, const Quantity &wanted);
std::string find_unit(const Rows &rows, const Quantity &wanted);
/// Upper levels of the discs present, from cranial to caudal.
std::vector<Level> discs_of(const Rows &rows);
/// Lines of the printed tables, see comparison_text.
std::vector<Quantity> comparison_quantities(const Rows &rows, const TreatedLevels &treated);
/// What a page has room for beside the printed tables.
void add_further_quantities(const Rows &rows, std::vector<Quantity> &list);
} // namespace lumbarfem
