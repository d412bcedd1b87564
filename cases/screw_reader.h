/// What a study says of screws besides their size: path, bedding, cement.
#pragma once

#include "cases/checked_table.h"
#include "cases/study.h"

namespace lumbarfem
{
/// Where a screw of the tree lies in S1 and the study gives no pedicle there, the cited one (meshes/sacral_pedicle.h),
/// key by key. Studies without such a screw stay as they are.
void describe_sacral_pedicle(const Node &tree, SpineGeometry &geometry);
/// Path, bedding and cement, but the material of the cement.
void read_screw_path(const CheckedTable &table, bool combinations, Screw &screw);
/// Paths through the spinal canal or out of the vertebra, and screws in one another. @p places: of the screws.
void check_screw_paths(const std::vector<Screw> &screws, const std::vector<Place> &places,
                       const SpineGeometry &geometry, Faults &faults);
} // namespace lumbarfem
