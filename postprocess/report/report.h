/// The report of a result folder: one self-contained page.
#pragma once

#include "postprocess/report/result_folder.h"

#include <functional>

namespace lumbarfem
{
/// Who makes the page, and how large it may become.
struct ReportMaker {
  std::string version, git_revision, time;       ///< time: ISO 8601, UTC
  std::size_t budget_bytes = 24500000;           ///< of the whole file
  std::function<void(const std::string &)> tell; ///< hears what is not shown, and why; may be empty
};

/// Everything that the page shows, as docs/report.md and the page's own description say. @p page_bytes: size of the
/// page without data, taken from the budget. UserError when DIR is absent, holds no results or is not complete.
Json report_data(const std::string &folder, const ReportMaker &maker, std::size_t page_bytes);

/// The data as text that cannot end or open anything inside a script element: ASCII only, with <, > and & written as
/// \uXXXX.
std::string embedded_json(const Json &data);
/// The page with the data in the place of its one placeholder, and a digest of the whole in its last line; UserError
/// when it has none or several placeholders.
std::string fill_page(const std::string &page, const Json &data);

/// Whether a file is a page as this program wrote it: a meta element at its head says so, and its digest fits. One that
/// somebody has changed is somebody's own.
bool is_report_page(const std::string &path);
/// Whether it is one of a preview.
bool is_preview_page(const std::string &path);

/// In words, what a variant's surgery holds: "cage graft_L4_L5; rod rod_left, rod_right".
std::string description_of(const VariantRecord &variant);
} // namespace lumbarfem
