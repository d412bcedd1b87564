/// Sweeps: one variant becomes many, each with other values of some keys.
#pragma once

#include "cases/variants.h"

namespace lumbarfem
{
/// At most so many runs in a study: more are a mistake in a range.
inline constexpr std::size_t max_runs = 500;

/// Replaces each variant that a [[sweep]] of @p file names by a variant for each of its values, named by them
/// ("cement-volume_percent-20"). The keys of one table go in step, several tables of one variant make a grid. The
/// values keep their place in the file, so that what a study refuses is told there.
///
/// Faults: a table without key or values, a key that is swept twice or set on the command line, rows of another length
/// than the keys, an unknown variant, equal names, more than max_runs runs, and the reference variant among others:
/// each of its runs would be the reference of its own.
void expand_sweeps(const Node &file, const std::vector<Setting> &settings, std::vector<EffectiveVariant> &variants,
                   Faults &faults);
} // namespace lumbarfem
