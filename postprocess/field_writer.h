/// ParaView files of one run: a .pvtu series of the solid, a .vtp series of lines (rods, cords, strands) and of facets,
/// a .pvd each.
#pragma once

#include "postprocess/result_row.h"
#include "solver/model.h"

namespace lumbarfem
{
class FieldWriter
{
public:
  /// @p folder is made; files solid_0000.pvtu ..., lines_0000.vtp ..., solid.pvd, lines.pvd; facets when joints touch.
  FieldWriter(const Model &model, std::string folder);
  /// Adds one step; collective. @p time: stage number + load factor. @p is_converged false marks the step in its name
  /// ("unconverged_") and in the field data.
  void write(const State &state, const StepContext &context, double time, bool is_converged = true);

private:
  const Model &model_;
  std::string folder_;
  int count_ = 0;
  std::vector<std::pair<double, std::string>> solid_series_, line_series_, facet_series_;
};
} // namespace lumbarfem
