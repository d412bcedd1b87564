/// The variants' results put together.
#pragma once

#include "cases/study.h"
#include "postprocess/result_row.h"

#include <string>
#include <vector>

namespace lumbarfem
{
/// Gathers the variants' results into <output>/results.csv and the comparison tables; returns the text of the table.
/// Not collective: called by one process.
std::string gather_results(const StudyFile &file, const std::string &output);
} // namespace lumbarfem
