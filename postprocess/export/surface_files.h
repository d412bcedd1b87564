/// Outer surfaces of the parts of a model as STL or VTP files, by VTK's writers.
#pragma once

#include "postprocess/export/export_model.h"

namespace lumbarfem
{
/// Names of the files that write_surface_files() makes, in its order: one for each part (region, cage, cement), and one
/// for each whole vertebra and disc.
std::vector<std::string> surface_file_names(const ExportModel &model, ExportFormat format);
/// Writes them into an existing folder. Faces of 8 and 9 nodes become triangles through their middles (8 or 6 a face).
/// Units: mm, axes LPS; a VTP file says so in its field "units". @p format: stl (binary) or vtp. UserError when a file
/// cannot be written.
void write_surface_files(const ExportModel &model, ExportFormat format, const std::string &folder);
} // namespace lumbarfem
