#include "base/text_columns.h"

#include <algorithm>

namespace lumbarfem
{
std::vector<std::size_t> column_widths(const std::vector<std::vector<std::string>> &rows)
{
  std::vector<std::size_t> widths;
  for (const auto &row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t k = 0; k < row.size() && row.size() > 1; ++k)
      widths[k] = std::max(widths[k], row[k].size());
  }
  return widths;
}

std::string aligned_columns(const std::vector<std::vector<std::string>> &rows,
                            const std::function<bool(std::size_t)> &is_left, const std::string &indent)
{
  const std::vector<std::size_t> widths = column_widths(rows);
  std::string text;
  for (const auto &row : rows) {
    std::string line = row.size() == 1 ? row[0] : "";
    for (std::size_t k = 0; k < row.size() && row.size() > 1; ++k) {
      const std::string gap(widths[k] - row[k].size(), ' ');
      line += (k > 0 ? "  " : "") + (is_left(k) ? row[k] + gap : gap + row[k]);
    }
    text += indent + line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}
} // namespace lumbarfem
