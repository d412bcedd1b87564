#include "app/commands/study_selection.h"

#include "app/commands/run_estimate.h"
#include "app/simulation/model_builder.h"
#include "base/user_error.h"
#include "cases/study_writer.h"

#include <algorithm>
#include <filesystem>

namespace lumbarfem
{
namespace po = boost::program_options;
namespace
{
/// Keeps the chosen variants and directions; the reference variant stays when a hybrid run needs its rotation.
void select(StudyFile &file, const Words &variants, const Words &directions, const Words &protocols)
{
  Words known;
  for (const Study &study : file.variants)
    known.push_back(study.variant);
  for (const std::string &variant : variants)
    if (std::find(known.begin(), known.end(), variant) == known.end()) {
      const std::string nearest = nearest_match(variant, known);
      throw UserError("--variant " + variant + ": " + file.path + " has no such variant; it has " +
                      join_alternatives(known) + (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
    }
  std::vector<Direction> chosen;
  for (const std::string &direction : directions) // each once
    if (const Direction parsed = parse_direction(direction); !std::count(chosen.begin(), chosen.end(), parsed))
      chosen.push_back(parsed);
  std::vector<Protocol> chosen_protocols;
  for (const std::string &protocol : protocols) {
    if (protocol != "hybrid" && protocol != "load_control") {
      const std::string nearest = nearest_match(protocol, {"hybrid", "load_control"});
      throw UserError("--protocol " + protocol + ": allowed are hybrid and load_control" +
                      (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
    }
    const Protocol parsed = protocol == "hybrid" ? Protocol::hybrid : Protocol::load_control;
    if (!std::count(chosen_protocols.begin(), chosen_protocols.end(), parsed))
      chosen_protocols.push_back(parsed);
  }
  std::vector<Study> kept;
  for (Study &study : file.variants) {
    if (!chosen.empty())
      study.loading.directions = chosen;
    if (!chosen_protocols.empty())
      study.loading.protocols = chosen_protocols;
    if (!chosen.empty() || !chosen_protocols.empty())
      study.effective_toml = write_effective_study(study);
    if (variants.empty() || std::find(variants.begin(), variants.end(), study.variant) != variants.end())
      kept.push_back(study);
  }
  const bool hybrid = std::any_of(kept.begin(), kept.end(), [](const Study &study) {
    return !study.reference &&
           std::count(study.loading.protocols.begin(), study.loading.protocols.end(), Protocol::hybrid);
  });
  const bool has_reference = std::any_of(kept.begin(), kept.end(), [](const Study &study) { return study.reference; });
  if (hybrid && !has_reference)
    kept.insert(kept.begin(), file.reference());
  // The reference goes first: the others wait for its rotation.
  std::stable_partition(kept.begin(), kept.end(), [](const Study &study) { return study.reference; });
  file.variants = kept;
}

} // namespace

Words words(const po::variables_map &values, const char *name)
{
  return values.count(name) ? values[name].as<Words>() : Words{};
}

Words repeated(const po::variables_map &values, const std::vector<const char *> &names)
{
  Words result;
  for (const char *name : names)
    for (const std::string &word : words(values, name)) {
      result.push_back("--" + std::string(name));
      result.push_back(word);
    }
  return result;
}

StudyFile selected(StudyFile file, const po::variables_map &values)
{
  return selected(std::move(file), words(values, "variant"), words(values, "direction"), words(values, "protocol"));
}

StudyFile selected(StudyFile file, const Words &variants, const Words &directions, const Words &protocols)
{
  select(file, variants, directions, protocols);
  return file;
}

double check_against_meshes(const StudyFile &file)
{
  std::string faults;
  double bytes = 0;
  MeshMaker meshes;
  for (const Study &study : file.variants)
    try {
      const SpineMesh mesh = meshes.make(study);
      check_against_mesh(study, mesh);
      bytes = std::max(bytes, expected_memory(study, mesh));
    } catch (const UserError &error) {
      faults += (faults.empty() ? "" : "\n") + std::string(error.what());
    }
  if (!faults.empty())
    throw UserError(faults);
  return bytes;
}

std::string default_output(const std::string &study)
{
  const std::filesystem::path path = std::filesystem::absolute(study);
  const std::string stem = path.stem().string();
  return "results/" + (stem == "study" ? path.parent_path().filename().string() : stem);
}
} // namespace lumbarfem
