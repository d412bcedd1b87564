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
/// "" when the interactive page was not built.
std::string interactive_page()
{
  const std::string path = report_page_path();
  if (path.empty())
    return "";
  return read_text(path);
}
} // namespace

void make_report(const std::string &folder, const std::string &file)
{
  // What is no page of this program is somebody's work, a table of the results perhaps.
  if (std::filesystem::exists(file) && !is_report_page(file))
    throw UserError(file + ": is there already and is no report; move it away, or give another name with lumbarfem "
                           "report --output");
  const std::string page = interactive_page();
  ReportMaker maker;
  maker.version = program_version();
  maker.git_revision = git_revision();
  maker.time = time_now();
  maker.with_scene = !page.empty();
  maker.tell = [](const std::string &remark) { std::printf("%s\n", remark.c_str()); };
  const Json data = report_data(folder, maker, page.size());
  write_text(file, page.empty() ? static_page(data) : fill_page(page, data));
  const double megabytes = static_cast<double>(std::filesystem::file_size(file)) / 1e6;
  std::printf("report: %s (%.1f MB)\n", file.c_str(), megabytes);
  if (page.empty())
    std::printf("the report is a plain page without 3D view: the interactive one was not built; install Node 18 or "
                "newer, build again and run lumbarfem report %s\n",
                folder.c_str());
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
  try {
    make_report(folder, folder + "/report.html");
  } catch (const std::exception &error) {
    std::cerr << "lumbarfem: warning: no report was made: " << error.what() << "\n";
  }
}
} // namespace lumbarfem
