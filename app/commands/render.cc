/// lumbarfem render: figures of a result folder for print.
#include "postprocess/render/render.h"
#include "app/commands/options.h"
#include "app/commands/study_selection.h"
#include "base/user_error.h"

#include <iostream>

namespace lumbarfem
{
namespace po = boost::program_options;

int render_command(const Invocation &invocation)
{
  RenderRequest request;
  std::string figures;
  for (const auto &[name, sentence] : figure_descriptions())
    figures += (figures.empty() ? "" : "; ") + name + ": " + sentence;
  po::options_description visible("options");
  visible.add_options()("figure", po::value<Words>(&request.figures)->composing(),
                        ("draw only this one (repeatable). " + figures).c_str())(
      "variant", po::value<Words>(&request.variants)->composing(),
      "show only this variant (repeatable); the colour scale stays that of all")(
      "direction", po::value<Words>(&request.directions)->composing(), "only this direction (repeatable)")(
      "protocol", po::value<Words>(&request.protocols)->composing(), "load_control or hybrid (repeatable)")(
      "field", po::value<std::string>(&request.field), "colour by this field, for instance \"von Mises stress\"")(
      "step", po::value<std::string>(&request.step)->default_value("last"),
      "first, last or the number of a step's file")("level", po::value<std::string>(&request.level),
                                                    "only this disc, for instance L3-L4")(
      "colours", po::value<std::string>(&request.colour_map)->default_value("viridis"),
      "viridis or cividis")("width-mm", po::value<double>(&request.width_mm)->default_value(170), "width on paper")(
      "dpi", po::value<double>(&request.dpi)->default_value(300), "pixels per inch")(
      "output", po::value<std::string>(&request.output), "folder of the figures (default: DIR/figures)");
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem render DIR [options]", visible, {"DIR"}, values))
    return 0;
  request.folder = values["DIR"].as<std::string>();
  while (request.folder.size() > 1 && request.folder.back() == '/')
    request.folder.pop_back();
  const int n_files = render_figures(request, [](const std::string &line) { std::cout << line << std::endl; });
  std::cout << n_files << " figures\n";
  return 0;
}
} // namespace lumbarfem
