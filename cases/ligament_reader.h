/// Reads [ligaments]: the set and what differs from it.
#pragma once

#include "cases/input_tree.h"
#include "cases/study.h"

namespace lumbarfem
{
/// @p node may be null. @p combinations: see VariantReader. @p place: where a missing table is reported.
LigamentChoice read_ligaments(const Node *node, const SpineGeometry &geometry, bool combinations, const Place &place,
                              Faults &faults);
} // namespace lumbarfem
