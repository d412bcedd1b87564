/// Where local residuals and tangents go: the system to be solved, the cut of a free body, a test.
#pragma once

#include "base/part_id.h"

#include <vector>

namespace lumbarfem
{
/// Unknowns in full on every rank: entry 3 b + i of block b.
using State = std::vector<double>;

class AssemblySink
{
public:
  virtual ~AssemblySink() = default;
  /// Takes a local residual (3 n) and, when not null, a symmetric local matrix (3 n x 3 n, row-major) of n different
  /// blocks. @p keep_diagonal: the local diagonal is a fair scale for a fixed unknown (the field's elements).
  virtual void add(const std::vector<int> &blocks, const double *residual, const double *matrix,
                   bool keep_diagonal = false) = 0;
  /// What the next local residuals belong to, told by contributions of several parts; for who keeps them apart.
  virtual void begin_part(const PartId &) {}
};
} // namespace lumbarfem
