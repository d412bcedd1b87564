/// What step 0 may not do to the spine.
#pragma once

#include "solver/model.h"

namespace lumbarfem
{
/// One warning for each level that the pre-tension of ligaments and implants turns by more than half a degree.
std::vector<std::string> installation_warnings(const Model &model, const State &installed);
} // namespace lumbarfem
