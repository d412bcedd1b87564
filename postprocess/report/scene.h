/// The 3D view as data: geometry, displacements and fields of the runs, within a budget of bytes.
#pragma once

#include "postprocess/report/result_folder.h"

namespace lumbarfem
{
struct Scene {
  Json json;                      ///< null when the results hold no fields
  std::vector<std::string> notes; ///< what was left out, and why
};

/// Reads the field files of every variant. Each run keeps its last step first, then the preload, then, direction by
/// direction, the steps between, as long as the text stays below @p budget_bytes; what is left out stands in the notes.
Scene make_scene(const ResultFolder &folder, std::size_t budget_bytes);
} // namespace lumbarfem
