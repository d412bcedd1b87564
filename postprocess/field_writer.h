/// ParaView files of one run: a series of blocks with anatomical names (spine.pvd), and for programs a .pvtu series of
/// the solid, a .vtp series of lines (rods, cords, strands) and of facets, a .pvd each. The blocks and the .pvtu name
/// the same pieces, one a part and rank, in the folder parts.
#pragma once

#include "postprocess/anatomical_parts.h"
#include "postprocess/field_arrays.h"
#include "postprocess/field_series.h"
#include "solver/model.h"

#include <map>

namespace lumbarfem
{
class FieldWriter
{
public:
  /// @p folder is made; files spine_0000.vtm ..., solid_0000.pvtu ..., lines_0000.vtp ..., spine.pvd, solid.pvd,
  /// lines.pvd; facets when joints touch.
  FieldWriter(const Model &model, std::string folder);
  /// Adds one step; collective. @p time: stage number + load factor. @p is_converged false marks the step in its name
  /// ("unconverged_") and in the field data.
  void write(const State &state, const StepContext &context, double time, bool is_converged = true);

private:
  /// Writes the own pieces; returns, on rank 0, the files of each part of parts_.
  std::vector<std::vector<std::string>> write_pieces(const State &state, const FieldHeader &header,
                                                     const std::string &name);

  const Model &model_;
  std::string folder_;
  std::vector<AnatomicalPart> parts_;
  int count_ = 0;
  std::map<std::string, std::vector<SeriesEntry>> series_; ///< by name: spine, solid, lines, facets
};
} // namespace lumbarfem
