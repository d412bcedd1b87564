/// A rank's additive share of a symmetric matrix of 3 x 3 blocks.
#pragma once

#include <vector>

namespace lumbarfem
{
/// Upper block triangle in compressed rows; blocks row-major. The matrix is the sum of the shares of all ranks, so that
/// nothing has to be sent when an element or a contribution of one rank touches what another one holds too.
class BlockMatrix
{
public:
  /// @p sets: blocks that are coupled densely, each set without repetition; a block of no set has no row at all.
  BlockMatrix(int n_blocks, const std::vector<const std::vector<int> *> &sets);

  int n_blocks() const { return static_cast<int>(row_start_.size()) - 1; }
  std::size_t n_entries() const { return columns_.size(); }
  /// Entries [row_start[r], row_start[r + 1]) of row r; their columns are rising and >= r.
  const std::vector<std::size_t> &row_start() const { return row_start_; }
  const std::vector<int> &columns() const { return columns_; }
  /// Nine values of an entry, row-major.
  const double *values(std::size_t entry) const { return &values_[9 * entry]; }
  double *values(std::size_t entry) { return &values_[9 * entry]; }

  void set_zero();
  /// Adds a symmetric local matrix (3 n x 3 n, row-major); the blocks must be coupled.
  void add(const std::vector<int> &blocks, const double *matrix);
  /// y += share x, both complete.
  void multiply_add(const double *x, double *y) const;
  /// The entry of a block with row <= column; throws std::logic_error when there is none.
  std::size_t entry(int row, int column) const;

private:
  std::vector<std::size_t> row_start_;
  std::vector<int> columns_;
  std::vector<double> values_;
};
} // namespace lumbarfem
