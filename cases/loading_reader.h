/// The table [loading]: loads, directions, protocols.
#pragma once

#include "cases/input_tree.h"
#include "cases/study.h"

namespace lumbarfem
{
/// @p node may be null: all defaults. @p combinations: also check what depends on several values. @p place: where a
/// missing key is reported.
Loading read_loading(const Node *node, const SpineGeometry &geometry, bool combinations, const Place &place,
                     Faults &faults);
} // namespace lumbarfem
