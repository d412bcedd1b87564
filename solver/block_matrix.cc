#include "solver/block_matrix.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace lumbarfem
{
BlockMatrix::BlockMatrix(int n_blocks, const std::vector<const std::vector<int> *> &sets)
{
  std::vector<std::vector<int>> rows(n_blocks);
  for (const std::vector<int> *set : sets)
    for (const int row : *set)
      for (const int column : *set)
        if (column >= row)
          rows[row].push_back(column);
  row_start_.push_back(0);
  for (std::vector<int> &row : rows) {
    std::sort(row.begin(), row.end());
    row.erase(std::unique(row.begin(), row.end()), row.end());
    columns_.insert(columns_.end(), row.begin(), row.end());
    row_start_.push_back(columns_.size());
    row = {};
  }
  columns_.shrink_to_fit();
  values_.assign(9 * columns_.size(), 0.);
}

void BlockMatrix::set_zero() { std::fill(values_.begin(), values_.end(), 0.); }

std::size_t BlockMatrix::entry(int row, int column) const
{
  const auto first = columns_.begin() + static_cast<std::ptrdiff_t>(row_start_[row]),
             last = columns_.begin() + static_cast<std::ptrdiff_t>(row_start_[row + 1]);
  const auto found = std::lower_bound(first, last, column);
  if (found == last || *found != column)
    throw std::logic_error("blocks " + std::to_string(row) + " and " + std::to_string(column) +
                           " are coupled by an assembly but not by the pattern");
  return static_cast<std::size_t>(found - columns_.begin());
}

void BlockMatrix::add(const std::vector<int> &blocks, const double *matrix)
{
  const int n = static_cast<int>(blocks.size()), n_rows = 3 * n;
  for (int a = 0; a < n; ++a)
    for (int b = 0; b < n; ++b) {
      if (blocks[b] < blocks[a])
        continue;
      double *value = values(entry(blocks[a], blocks[b]));
      const double *local = matrix + 3 * a * n_rows + 3 * b;
      for (int i = 0; i < 3; ++i)
        for (int k = 0; k < 3; ++k)
          value[3 * i + k] += local[i * n_rows + k];
    }
}

void BlockMatrix::multiply_add(const double *x, double *y) const
{
  for (int row = 0; row < n_blocks(); ++row) {
    const double x0 = x[3 * row], x1 = x[3 * row + 1], x2 = x[3 * row + 2];
    double y0 = 0, y1 = 0, y2 = 0;
    for (std::size_t k = row_start_[row]; k < row_start_[row + 1]; ++k) {
      const int column = columns_[k];
      const double *m = &values_[9 * k], *z = x + 3 * column;
      y0 += m[0] * z[0] + m[1] * z[1] + m[2] * z[2];
      y1 += m[3] * z[0] + m[4] * z[1] + m[5] * z[2];
      y2 += m[6] * z[0] + m[7] * z[1] + m[8] * z[2];
      if (column == row)
        continue;
      double *w = y + 3 * column;
      w[0] += m[0] * x0 + m[3] * x1 + m[6] * x2;
      w[1] += m[1] * x0 + m[4] * x1 + m[7] * x2;
      w[2] += m[2] * x0 + m[5] * x1 + m[8] * x2;
    }
    y[3 * row] += y0;
    y[3 * row + 1] += y1;
    y[3 * row + 2] += y2;
  }
}
} // namespace lumbarfem
