/// The parts of the 3D view, by anatomical name, and their values at one load step.
#pragma once

#include "base/region.h"
#include "postprocess/report/field_frames.h"
#include "postprocess/report/result_folder.h"
#include "postprocess/report/scene_buffers.h"

#include <optional>

namespace lumbarfem
{
/// What the files of one load step hold; lines and facets where the model has them.
struct StateFrame {
  SolidFrame solid;
  std::optional<LineFrame> lines;
  std::optional<FacetFrame> facets;
};

struct ScenePart {
  std::string name, level;
  std::string group; ///< bone, disc, cartilage, ligament, muscle, implant, cement, facet, load
  std::string kind;  ///< hexahedra, triangles, lines
  double opacity = 1, radius_mm = 0;
  std::vector<double> points;        ///< reference positions, three a point
  std::vector<std::uint32_t> cells;  ///< indices of points: 8, 3 or 2 a cell
  std::vector<std::int32_t> sources; ///< of each point: its number in the frame (lines: twice the line, plus the end)
  std::vector<std::int32_t> cell_sources; ///< of each cell of the solid or line: its number in the frame
  bool has_stress = true;                 ///< false in rigid bone
};

/// Anatomical name, level and group of a region of the mesh: "L4.cancellous" -> "L4 cancellous bone", "L4", "bone".
ScenePart scene_part_of_region(const Region &region);
/// The same of a line. Strands of a ligament, fascicles of a muscle on one side, weights and guides of the follower
/// load are one part each.
ScenePart scene_part_of_line(const PartId &line);

/// All parts of a variant from its first state. Quadratic cells are split into eight.
std::vector<ScenePart> scene_parts(const StateFrame &frame, const VariantRecord &variant);

/// The parts as the page reads them: {"parts": [...]}; their numbers go to @p buffers.
Json geometry_json(const std::vector<ScenePart> &parts, SceneBuffers &buffers);

/// Values of a part at a load step; nothing where the frame does not hold the part as it was at first.
struct PartState {
  std::vector<double> displacement; ///< three a point
  std::map<std::string, std::vector<double>> fields;
};
std::optional<PartState> part_state(const ScenePart &part, const StateFrame &frame);
} // namespace lumbarfem
