/// The 3D view of a preview: unloaded models, what is taut at rest, the loads to come and the places of findings.
#pragma once

#include "postprocess/report/scene_fields.h"
#include "postprocess/report/scene_parts.h"
#include "solver/model.h"

namespace lumbarfem
{
/// A place that a finding is about.
struct SceneMark {
  std::string name; ///< what a click tells
  std::string level;
  Vector3 place; ///< mm
};

/// The model as it was built, at a state of zeros. Fields: of ligaments "ligament strain at rest [%]" (below zero:
/// slack), of these, cords and spacers "tension at rest [N]", of facets "gap [mm]"; no stress.
StateFrame unloaded_frame(const Model &model, int n_unknowns);

/// Directions of both fibre families in the outermost ring of each annulus, in the middle of its cells, as short lines.
/// Nothing where a law has no fibres or a place none.
std::vector<ScenePart> fibre_parts(const Model &model, int n_unknowns);
/// An arrow round the uppermost vertebra in the sense of a moment, as lines.
ScenePart moment_arrow(const SpineMesh &mesh, Direction direction);
/// A ball about the place.
ScenePart mark_part(const SceneMark &mark);

/// Variants one by one, so that only one model has to be held at a time.
class PreviewScene
{
public:
  /// @p record: name and settings. @p directions: of the moments; the first is shown at first.
  void add(const Model &model, int n_unknowns, const VariantRecord &record, const std::vector<Direction> &directions);
  /// Adds a mark to a variant that has been added.
  void add_mark(const std::string &variant, const SceneMark &mark);
  /// What the page reads (its schema.ts): one run with one step for each variant, without direction and protocol.
  Json json() const;

private:
  SceneBuffers buffers_;
  FieldRanges ranges_;
  Json runs_ = Json::array(), geometries_ = Json::array();
};
} // namespace lumbarfem
