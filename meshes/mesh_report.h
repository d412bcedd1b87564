/// Text tables of a mesh: quality by region, volumes beside published ones.
#pragma once

#include "meshes/spine_mesh.h"

namespace lumbarfem
{
/// Two or three plain tables. @p preset: name of the preset whose published volumes are printed beside those of the
/// mesh (male_subject has some); empty or without such figures: a dash.
std::string mesh_report(const SpineMesh &mesh, const std::string &preset = "");

/// Published figures of a preset by key ("disc_volume_mm3", ...), one entry per level from L1; empty when there are
/// none.
std::map<std::string, std::vector<double>> preset_reference(const std::string &preset);
} // namespace lumbarfem
