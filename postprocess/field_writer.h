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
  /// lines.pvd; facets when joints touch. Collective, as everything here: what one rank cannot write is a UserError on
  /// all, and no series names a file that is not whole.
  /// @p n_steps: of a series that is there already and is gone on with; what it has beyond them is written anew.
  FieldWriter(const Model &model, std::string folder, RunIdentity identity, int n_steps = 0);
  /// Adds one state in equilibrium. @p time: stage number + load factor.
  void write(const State &state, const StepContext &context, double time);
  /// Marks the series as that of a run that ended before its full load: the last step is the last good one. The words
  /// stand in every .pvd and in ended_early.txt.
  void mark_early_end(const std::string &words);

private:
  void resume(int n_steps);
  /// Heads, lines and facets of a step whose pieces are written; the first rank's work.
  void write_heads(const State &state, const FieldHeader &header, const std::string &number,
                   const std::vector<std::vector<std::string>> &pieces_of_part);
  void add_to_series(const std::string &name, double time, const std::string &file);
  /// Writes the own pieces; returns, on rank 0, the files of each part of parts_.
  std::vector<std::vector<std::string>> write_pieces(const State &state, const FieldHeader &header,
                                                     const std::string &name);

  const Model &model_;
  std::string folder_;
  std::vector<AnatomicalPart> parts_;
  RunIdentity identity_;
  int count_ = 0;
  std::map<std::string, SeriesFile> series_; ///< by name: spine, solid, lines, facets
};
} // namespace lumbarfem
