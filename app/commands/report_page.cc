#include "app/commands/report_page.h"

#include "app/commands/shipped_files.h"
#include "app/simulation/provenance.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
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

void require_replaceable(const std::string &file, PageKind kind)
{
  const std::string word = kind == PageKind::preview ? "preview" : "report";
  if (std::filesystem::is_directory(file))
    throw UserError("--output " + file + " is a folder; give the name of a file, such as " + word + ".html");
  if (std::filesystem::exists(file) && !(kind == PageKind::preview ? is_preview_page(file) : is_report_page(file)))
    throw UserError(file + ": is there already and is no " + word +
                    "; move it away, or give another name with "
                    "lumbarfem " +
                    word + " --output");
}

std::string built_page()
{
  const std::string path = report_page_path();
  if (path.empty())
    throw UserError(without_page);
  return read_text(path);
}

ReportMaker report_maker()
{
  ReportMaker maker;
  maker.version = program_version();
  maker.git_revision = git_revision();
  maker.time = time_now();
  maker.tell = [](const std::string &remark) { std::printf("%s\n", remark.c_str()); };
  return maker;
}

void write_page(const std::string &file, PageKind kind, const std::string &page, const Json &data)
{
  write_text(file, fill_page(page, data));
  const double megabytes = static_cast<double>(std::filesystem::file_size(file)) / 1e6;
  std::printf("%s: %s (%.1f MB)\n", kind == PageKind::preview ? "preview" : "report", file.c_str(), megabytes);
  std::fflush(stdout);
}

void make_report(const std::string &folder, const std::string &file)
{
  require_replaceable(file, PageKind::report);
  const std::string path = report_page_path(), page = path.empty() ? "" : read_text(path);
  const Json data = report_data(folder, report_maker(), page.size());
  if (page.empty())
    throw UserError(without_page);
  write_page(file, PageKind::report, page, data);
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
