/// The tissue that a study gives to a region of the mesh.
#pragma once

#include "base/region.h"
#include "cases/study.h"

namespace lumbarfem
{
/// That of the level where the study has one, else that of all levels. UserError when its constants are wrong.
Tissue tissue_for(const Study &study, const Region &region);
} // namespace lumbarfem
