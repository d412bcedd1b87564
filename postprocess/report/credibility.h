/// The credibility section and the provenance of a report.
#pragma once

#include "postprocess/report/run_checks.h"

namespace lumbarfem
{
/// Entries {heading, factor, status, text} under the headings of ASME V&V 40-2018 and of Erdemir et al. 2012 (J Biomech
/// 45:625-633). "known" and "partly" only for what the results themselves say; "open" is left to the author.
Json credibility_section(const ResultFolder &folder, const RunChecks &checks);

/// Headings with pairs of name and value: the program, each run, the effective studies.
Json provenance_section(const ResultFolder &folder);
} // namespace lumbarfem
