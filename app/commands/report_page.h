/// Writes the page: the report of a result folder, for the command `report` and at the end of the others, and previews.
#pragma once

#include "app/commands/options.h"
#include "postprocess/report/report.h"

#include <string>

namespace lumbarfem
{
enum class PageKind { report, preview };
/// UserError when @p file is a folder or is there and is no page of that kind: it is somebody's work then, a table of
/// the results perhaps. A report replaces a preview, never the other way round.
void require_replaceable(const std::string &file, PageKind kind);
/// The page without data; UserError when it was not built.
std::string built_page();
/// This program and the time.
ReportMaker report_maker();
/// Fills the page, writes it at once or not at all, and says so.
void write_page(const std::string &file, PageKind kind, const std::string &page, const Json &data);

/// Writes the page to @p file, at once or not at all. UserError when there is nothing to report on, or when the
/// page was not built.
void make_report(const std::string &folder, const std::string &file);

/// The switch --no-report.
void add_report_switch(boost::program_options::options_description &options);
/// DIR/report.html after a command's own work, unless switched off. A report that fails costs a warning only: the
/// results stand.
void report_after(const std::string &folder, const boost::program_options::variables_map &values);
} // namespace lumbarfem
