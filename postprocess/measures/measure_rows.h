/// Collects rows of the result table that share one step.
#pragma once

#include "postprocess/result_row.h"

namespace lumbarfem
{
class MeasureRows
{
public:
  explicit MeasureRows(const StepContext &context) : context_(context) {}

  /// What is measured and where; empty words where a column does not apply.
  struct Place {
    std::string quantity, level, object, side, region, component;
  };
  void add(const Place &place, const std::string &statistic, double value, const std::string &unit)
  {
    rows_.push_back({context_, place.quantity, place.level, place.object, place.side, place.region, place.component,
                     statistic, value, unit});
  }
  const StepContext &context() const { return context_; }
  std::vector<ResultRow> take() { return std::move(rows_); }

private:
  const StepContext &context_;
  std::vector<ResultRow> rows_;
};
} // namespace lumbarfem
