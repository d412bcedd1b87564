/// Materials of Abaqus and CalculiX.
#pragma once

#include "postprocess/export/keyword_deck.h"

namespace lumbarfem
{
/// Keyword lines behind *MATERIAL, in MPa. Adds to @p notes what the format holds otherwise: nothing where it is exact.
std::string keyword_material(const ExportModel::Material &material, ExportFormat format,
                             std::vector<std::string> &notes);
/// Whether solids of it need axes in this format.
bool has_keyword_axes(const ExportModel::Material &material, ExportFormat format);
} // namespace lumbarfem
