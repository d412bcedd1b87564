/// The objects of surgery.
#pragma once

#include "cases/input_tree.h"
#include "cases/study.h"

namespace lumbarfem
{
/// @p combinations: also check the objects against each other and against the spine (not for a base of which only
/// variants are computed). @p ligament_set: what [ligaments] chose.
Surgery read_surgery(const Node *node, const SpineGeometry &geometry, const std::string &ligament_set,
                     bool combinations, const Place &place, Faults &faults);
} // namespace lumbarfem
