/// Tissue choices and the objects of surgery.
#pragma once

#include "cases/input_tree.h"
#include "cases/study.h"

namespace lumbarfem
{
/// Reads "preset" or { preset = "...", constant = value }. @p inherited: what holds when nothing is given, or what a
/// table without preset changes. @p slot: the tissue of the body that the preset must be for; empty for implants,
/// which may be made of anything but such a tissue.
TissueChoice read_tissue(const Node *node, const std::string &path, const std::string &slot,
                         const TissueChoice &inherited, Faults &faults);

/// @p combinations: also check the objects against each other and against the spine (not for a base of which only
/// variants are computed). @p ligament_set: what [ligaments] chose.
Surgery read_surgery(const Node *node, const SpineGeometry &geometry, const std::string &ligament_set,
                     bool combinations, const Place &place, Faults &faults);
} // namespace lumbarfem
