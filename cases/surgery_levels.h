/// Which levels a surgery treats, from its objects.
#pragma once

#include "base/treated_levels.h"
#include "cases/study.h"

namespace lumbarfem
{
/// Discs between the ends of rods and links, with a cage, a cut ligament, a facet joint or a piece taken away;
/// vertebrae with cement, with a piece of bone taken away, or with screws that nothing joins. Cuts of muscles treat no
/// level.
TreatedLevels treated_by(const Surgery &surgery);
/// Of all variants together.
TreatedLevels treated_by(const StudyFile &file);
} // namespace lumbarfem
