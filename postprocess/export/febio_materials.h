/// Materials of FEBio.
#pragma once

#include "postprocess/export/export_model.h"

namespace lumbarfem
{
/// The element <material>, in MPa. Adds to @p notes what the format holds otherwise.
std::string febio_material(const ExportModel::Material &material, int id, std::vector<std::string> &notes);
} // namespace lumbarfem
