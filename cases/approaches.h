/// Surgical approaches: one object of a study that stands for all that it takes away.
#pragma once

#include "cases/input_tree.h"

namespace lumbarfem
{
/// Names of the approaches, as data/approaches.toml has them.
std::vector<std::string> approach_names();

/// Puts in the place of surgery.approach of one variant the objects that each stands for (removal, facetectomy,
/// ligament_cut and, with @p has_muscles, muscle_cut), named "<approach>_<object>" and at the place of the approach:
/// they are checked, and printed in the effective study, like those that a study writes itself.
void expand_approaches(Node &study, bool has_muscles, Faults &faults);
} // namespace lumbarfem
