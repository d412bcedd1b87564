/// The pedicle of S1 where a spine describes none: for screws, the mesh has no arch there.
#pragma once

#include "meshes/spine_geometry.h"

#include <utility>

namespace lumbarfem
{
/// Keys of VertebraDimensions and their values (mm, degrees) for the sacrum of @p geometry: width 20, height 13,
/// convergence 25 degrees (Surg Radiol Anat 2020 42:299, doi:10.1007/s00276-019-02373-x, 100 CT; safe 7 to 38 degrees).
/// The place is assumed: 0.319 of the endplate's width beside the midline (18 mm in male_subject: a screw of 45 mm ends
/// 7 mm beside the midline), at the back edge of the endplate, at 0.4 of the height of the plate that is modelled.
std::vector<std::pair<std::string, double>> sacral_pedicle(const SpineGeometry &geometry);
} // namespace lumbarfem
