/// Tables for people, in columns of a fixed-width font.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace lumbarfem
{
/// Widths of the columns, that of the widest cell each; a row of one cell spans all columns and counts for none.
std::vector<std::size_t> column_widths(const std::vector<std::vector<std::string>> &rows);

/// The rows as lines of columns two blanks apart, without blanks at their ends. @p is_left: whether a column's cells
/// begin at its left; else they end at its right. A row of one cell stands as it is.
std::string aligned_columns(const std::vector<std::vector<std::string>> &rows,
                            const std::function<bool(std::size_t)> &is_left, const std::string &indent = "");
} // namespace lumbarfem
