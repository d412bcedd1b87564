/// What the page opens with: the answer in words, before any table.
#pragma once

#include "postprocess/comparison_table.h"
#include "postprocess/report/run_checks.h"

namespace lumbarfem
{
/// Sections with a heading, an introduction and items (a name, and points in words), folded or not: in short and in
/// full what each variant does to the neighbours of what it treats and what it costs, and what of it is resolved. Empty
/// where nothing is compared.
/// @p lines: those of the table of variants, whose figures are told.
Json answer_section(const ResultFolder &folder, const std::vector<ComparisonLine> &lines, const KnownBands &bands);

/// What the levels are: [{"name": "L4-L5", "role": "operated"}, {"name": "L3-L4", "role": "adjacent"}, ...].
Json level_roles(const ResultFolder &folder);

/// What the 3D view shows first: where the posterior annulus of an untreated disc changes most in MPa, which is what
/// one scale of colours shows. Null where nothing is compared.
Json first_view(const ResultFolder &folder, const std::vector<ComparisonLine> &lines);
} // namespace lumbarfem
