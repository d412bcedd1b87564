/// What the tables of a study's results need to know of its variants.
#pragma once

#include "cases/study.h"
#include "postprocess/comparison_table.h"

namespace lumbarfem
{
/// Treated levels of the variants and the claims that are asked for; the reference is the manifest's to name.
ComparisonContext comparison_context(const StudyFile &file);
} // namespace lumbarfem
