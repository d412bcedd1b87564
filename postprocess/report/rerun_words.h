/// Commands that a reader of a report may want to run next.
#pragma once

#include "postprocess/report/result_folder.h"

namespace lumbarfem
{
/// "lumbarfem convergence study.toml --set ... --output results/fused-convergence": of the same study, with the options
/// of this run.
std::string convergence_command_words(const ResultFolder &folder);
/// The command that solves the study again with another tissue, into a folder where the report finds it.
std::string spread_command_words(const ResultFolder &folder);
} // namespace lumbarfem
