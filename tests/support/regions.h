/// Regions of a mesh by the beginning of their names.
#pragma once

#include "meshes/spine_mesh.h"

namespace lumbarfem
{
inline std::vector<int> regions_named(const SpineMesh &mesh, const std::string &start)
{
  return mesh.regions_where([&](const Region &region) { return region.name.rfind(start, 0) == 0; });
}
} // namespace lumbarfem
