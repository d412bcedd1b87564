/// lumbarfem check, template and materials: everything that solves nothing.
#include "app/commands/options.h"
#include "app/simulation/model_builder.h"
#include "base/user_error.h"
#include "cases/study_reader.h"
#include "materials/ligament_library.h"
#include "materials/tissue_library.h"

#include <algorithm>
#include <iostream>
#include <iterator>

namespace lumbarfem
{
namespace po = boost::program_options;

int check_command(const Invocation &invocation)
{
  po::options_description visible("options");
  visible.add_options()("set", po::value<std::vector<std::string>>()->composing(), "KEY=VALUE (repeatable)")(
      "variant", po::value<std::string>(),
      "print this variant's effective study (default: all)")("quiet", "print nothing when the study is right");
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem check STUDY [options]", visible, {"STUDY"}, values))
    return 0;
  const StudyFile file =
      read_study(values["STUDY"].as<std::string>(),
                 values.count("set") ? values["set"].as<std::vector<std::string>>() : std::vector<std::string>{});
  std::vector<std::string> names;
  for (const Study &study : file.variants)
    names.push_back(study.variant);
  const std::string wanted = values.count("variant") ? values["variant"].as<std::string>() : "";
  if (!wanted.empty() && std::find(names.begin(), names.end(), wanted) == names.end())
    throw UserError("--variant " + wanted + ": " + file.path + " has no such variant; it has " +
                    join_alternatives(names));
  std::vector<std::string> told; // a warning that several variants share once; they go where errors go
  MeshMaker meshes;
  for (const Study &study : file.variants) {
    const SpineMesh mesh = meshes.make(study);
    std::vector<std::string> warnings = study.warnings;
    std::string cements;
    for (const std::string &text : check_against_mesh(study, mesh, &cements))
      warnings.push_back("variant \"" + study.variant + "\": " + text);
    for (const std::string &text : warnings)
      if (std::find(told.begin(), told.end(), text) == told.end()) {
        std::cerr << "warning: " << text << "\n";
        told.push_back(text);
      }
    if (values.count("quiet") || (!wanted.empty() && study.variant != wanted))
      continue;
    std::cout << "# ---- variant " << study.variant << (study.reference ? " (reference)" : "") << ", "
              << mesh.cells.size() << " elements\n"
              << cements << study.effective_toml << "\n";
  }
  if (!values.count("quiet"))
    std::cout
        << "# " << file.path << ": " << file.variants.size()
        << " variant(s) checked: keys, ranges, combinations, mesh, screws and cement volumes. Not checked: whether "
           "the loads can be carried (convergence).\n";
  return 0;
}

int template_command(const Invocation &invocation)
{
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem template > study.toml", po::options_description("options"), {}, values))
    return 0;
  std::cout << study_template();
  return 0;
}

int materials_command(const Invocation &invocation)
{
  po::options_description visible("options");
  visible.add_options()("tissue", po::value<std::string>(),
                        "only the presets of this tissue; ligaments: only the sets");
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem materials [--tissue TISSUE]", visible, {}, values))
    return 0;
  const std::string wanted = values.count("tissue") ? values["tissue"].as<std::string>() : "";
  std::vector<std::string> tissues = {"ligaments"};
  for (const TissuePreset &preset : tissue_library())
    tissues.push_back(preset.tissue);
  if (!wanted.empty() && std::find(tissues.begin(), tissues.end(), wanted) == tissues.end()) {
    std::sort(tissues.begin(), tissues.end());
    tissues.erase(std::unique(tissues.begin(), tissues.end()), tissues.end());
    throw UserError("--tissue " + wanted + ": the library has " + join_alternatives(tissues));
  }
  for (const TissuePreset &preset : tissue_library()) {
    if (!wanted.empty() && preset.tissue != wanted)
      continue;
    std::cout << preset.name << "  (" << preset.tissue << "; " << preset.law << ")\n  " << preset.title << "\n ";
    for (const auto &[key, value] : preset.parameters.numbers)
      std::cout << " " << key << " = " << value;
    for (const auto &[key, value] : preset.parameters.words)
      std::cout << " " << key << " = \"" << value << "\"";
    if (preset.fibres)
      std::cout << " fibre table " << preset.fibres->n_regions << " x " << preset.fibres->n_layers;
    std::cout << "\n  source: " << preset.source << " [" << preset.confidence << "]\n\n";
  }
  if (wanted.empty() || wanted == "ligaments")
    for (const LigamentSet &set : ligament_library()) {
      const std::vector<std::string> names = ligament_names();
      std::vector<std::string> absent;
      std::copy_if(names.begin(), names.end(), std::back_inserter(absent),
                   [&](const std::string &ligament) { return !set.find(Level::L4, ligament); });
      std::cout << set.name << "  (ligaments; " << set.law << (absent.empty() ? "" : "; without ")
                << (absent.empty() ? "" : join_alternatives(absent)) << ")\n  " << set.title
                << "\n  source: " << set.source << " [" << set.confidence << "]\n\n";
    }
  return 0;
}
} // namespace lumbarfem
