#include "app/commands/report_page.h"

#include "app/commands/shipped_files.h"
#include "app/simulation/provenance.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/report/report.h"
#include "postprocess/run_manifest.h"

#include <cstdio>
#include <filesystem>
#include <iostream>

namespace lumbarfem
{
namespace
{
const char *const without_page = "the page of the report was not built with this program, which takes Node 18 or newer "
                                 "(docs/installation.md); tables, pictures and field files need none";
} // namespace

void make_report(const std::string &folder, const std::string &file)
{
  // What is no page of this program is somebody's work, a table of the results perhaps.
  if (std::filesystem::exists(file) && !is_report_page(file))
    throw UserError(file + ": is there already and is no report; move it away, or give another name with lumbarfem "
                           "report --output");
  const std::string path = report_page_path(), page = path.empty() ? "" : read_text(path);
  ReportMaker maker;
  maker.version = program_version();
  maker.git_revision = git_revision();
  maker.time = time_now();
  maker.tell = [](const std::string &remark) { std::printf("%s\n", remark.c_str()); };
  const Json data = report_data(folder, maker, page.size());
  if (page.empty())
    throw UserError(without_page);
  write_text(file, fill_page(page, data));
  const double megabytes = static_cast<double>(std::filesystem::file_size(file)) / 1e6;
  std::printf("report: %s (%.1f MB)\n", file.c_str(), megabytes);
  std::fflush(stdout);
}

void add_report_switch(boost::program_options::options_description &options)
{
  options.add_options()("no-report", "write no report.html at the end");
}

void report_after(const std::string &folder, const boost::program_options::variables_map &values)
{
  if (values.count("no-report"))
    return;
  if (report_page_path().empty()) {
    std::printf("no report: %s\n", without_page);
    return;
  }
  try {
    make_report(folder, folder + "/report.html");
  } catch (const std::exception &error) {
    std::cerr << "lumbarfem: warning: no report was made: " << error.what() << "\n";
  }
}
} // namespace lumbarfem
