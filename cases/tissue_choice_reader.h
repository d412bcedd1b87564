/// Choices of a tissue from the library, with overridden constants.
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
} // namespace lumbarfem
