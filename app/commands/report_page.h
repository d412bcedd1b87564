/// Makes the report of a result folder, for the command `report` and at the end of the others.
#pragma once

#include "app/commands/options.h"

#include <string>

namespace lumbarfem
{
/// Writes the page to @p file, at once or not at all. UserError when there is nothing to report on, or when the
/// page was not built.
void make_report(const std::string &folder, const std::string &file);

/// The switch --no-report.
void add_report_switch(boost::program_options::options_description &options);
/// DIR/report.html after a command's own work, unless switched off. A report that fails costs a warning only: the
/// results stand.
void report_after(const std::string &folder, const boost::program_options::variables_map &values);
} // namespace lumbarfem
