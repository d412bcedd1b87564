/// Writes results.csv (tidy table).
#pragma once

#include "postprocess/csv_table.h"
#include "postprocess/result_row.h"

namespace lumbarfem
{
/// The header line: study,variant,direction,protocol,stage,step,load_factor,moment_Nm,preload_N,quantity,level,object,
/// side,region,component,statistic,value,unit,run
std::string result_header();
std::string to_csv(const ResultRow &row);
/// Header and rows, as they stand in the file.
std::string results_text(const std::vector<ResultRow> &rows);
/// Writes the whole file at once (write_text).
void write_results(const std::string &path, const std::vector<ResultRow> &rows);
/// Also of version 0.1, whose tables have no column `run`. UserError when the file is no such table or not complete.
std::vector<ResultRow> read_results(const std::string &path);
/// The rows of one run; @p n_others counts those of others, which are left out.
std::vector<ResultRow> read_results_of_run(const std::string &path, const std::string &run, std::size_t &n_others);
} // namespace lumbarfem
