/// lumbarfem preview: the page of a study before anything is solved.
#include "app/simulation/preview.h"
#include "app/commands/report_page.h"
#include "app/commands/run_estimate.h"
#include "app/commands/study_selection.h"
#include "base/user_error.h"

#include <cstdio>
#include <filesystem>

namespace lumbarfem
{
namespace po = boost::program_options;

int preview_command(const Invocation &invocation)
{
  po::options_description visible("options");
  visible.add_options()("variant", po::value<Words>()->composing(),
                        "only this variant (repeatable), and the reference that a hybrid run needs")(
      "set", po::value<Words>()->composing(), "KEY=VALUE: a dotted key of the study (repeatable)")(
      "output", po::value<std::string>(), "file of the page (default results/<name of the study>-preview.html)");
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem preview STUDY [options]", visible, {"STUDY"}, values))
    return 0;
  const std::string path = values["STUDY"].as<std::string>();
  const StudyFile file = selected(read_study(path, words(values, "set")), words(values, "variant"), {}, {});
  const std::string output =
      values.count("output") ? values["output"].as<std::string>() : default_output(path) + "-preview.html";
  require_replaceable(output, PageKind::preview);
  const std::string page = built_page();
  invocation.ranks.start();
  const Preview preview = make_preview(file, {report_maker(), expected_memory}, MPI_COMM_SELF);
  if (!values.count("output"))
    std::filesystem::create_directories(std::filesystem::path(output).parent_path());
  write_page(output, PageKind::preview, page, preview.data);
  std::printf("%d variant(s), nothing solved; %d finding(s) on the page\n", static_cast<int>(file.variants.size()),
              preview.n_findings);
  if (!preview.faults.empty())
    throw UserError(preview.faults + "\n" + output + " shows where");
  return 0;
}
} // namespace lumbarfem
