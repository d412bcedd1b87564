/// lumbarfem report: one self-contained page of a result folder.
#include "app/commands/report_page.h"

#include <filesystem>

namespace lumbarfem
{
namespace po = boost::program_options;
int report_command(const Invocation &invocation)
{
  po::options_description visible("options");
  visible.add_options()("output", po::value<std::string>(), "file of the page (default DIR/report.html)");
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem report DIR [options]", visible, {"DIR"}, values))
    return 0;
  const std::string folder = values["DIR"].as<std::string>();
  const std::string file = values.count("output")
                               ? values["output"].as<std::string>()
                               : (std::filesystem::path(folder) / "report.html").lexically_normal().string();
  make_report(folder, file);
  return 0;
}
} // namespace lumbarfem
