/// Writes results.csv (tidy table).
#pragma once

#include "postprocess/csv_table.h"
#include "postprocess/result_row.h"

namespace lumbarfem
{
/// The header line: study,variant,direction,protocol,stage,step,load_factor,moment_Nm,preload_N,quantity,level,object,
/// side,region,component,statistic,value,unit
std::string result_header();
std::string to_csv(const ResultRow &row);
/// Writes the whole file under a temporary name and renames it, so that nothing half is ever seen.
void write_results(const std::string &path, const std::vector<ResultRow> &rows);
std::vector<ResultRow> read_results(const std::string &path);
} // namespace lumbarfem
