#include "postprocess/report/rerun_words.h"

#include "base/formatted.h"
#include "base/number.h"
#include "base/shell_word.h"
#include "materials/tissue_library.h"
#include "postprocess/run_manifest.h"

#include <algorithm>
#include <filesystem>

namespace lumbarfem
{
namespace
{
/// What the run was asked, without where it went and how many ran side by side.
struct Asked {
  std::string study = "STUDY";
  std::vector<std::string> options;
};

/// @p replaced: keys of --set that the new command gives itself or does not take.
Asked read_command_line(const ResultFolder &folder, const std::vector<std::string> &replaced)
{
  Asked asked;
  const std::optional<RunManifest> manifest = read_manifest(folder.path);
  if (!manifest || manifest->command != "run")
    return asked;
  const std::vector<std::string> &words = manifest->command_line;
  for (std::size_t k = 1; k < words.size(); ++k) {
    const std::size_t equals = words[k].find('=');
    const bool is_option = starts_with(words[k], "--"), has_value = is_option && equals != std::string::npos;
    const std::string name = words[k].substr(0, has_value ? equals : std::string::npos);
    if (!is_option) {
      asked.study = for_shell(words[k]);
      continue;
    }
    const bool is_kept = name == "--set" || name == "--direction" || name == "--protocol" || name == "--variant";
    if (!is_kept && name != "--output" && name != "--jobs")
      continue;
    if (!has_value && k + 1 >= words.size())
      break;
    const std::string value = has_value ? words[k].substr(equals + 1) : words[++k];
    const bool is_replaced = name == "--set" && std::any_of(replaced.begin(), replaced.end(), [&](const auto &key) {
                               return starts_with(value, key + "=") || starts_with(value, key + ".");
                             });
    if (is_kept && !is_replaced)
      asked.options.push_back(name + " " + for_shell(value));
  }
  return asked;
}

std::string folder_beside(const ResultFolder &folder, const std::string &ending)
{
  std::filesystem::path path = std::filesystem::path(folder.path).lexically_normal();
  if (path.filename().empty())
    path = path.parent_path();
  return for_shell(path.string() + ending);
}

std::string command_words(const std::string &verb, const Asked &asked, const std::string &more)
{
  return "lumbarfem " + verb + " " + asked.study + (asked.options.empty() ? "" : " " + joined(asked.options, " ")) +
         more;
}

/// Another preset of the library that was made in the same way ("annulus_calibrated_b"); "" where there is none.
std::string other_annulus(const ResultFolder &folder)
{
  const std::string own = folder.variants.front().setting("materials.annulus.preset");
  const std::string stem = own.substr(0, own.rfind('_') + 1);
  if (stem.empty() || stem == "annulus_")
    return "";
  for (const TissuePreset &preset : tissue_library())
    if (preset.tissue == "annulus" && preset.name != own && starts_with(preset.name, stem))
      return preset.name;
  return "";
}
} // namespace

std::string convergence_command_words(const ResultFolder &folder)
{
  // Bands are those of the two finer meshes: this one is to be among them.
  const double own = parse_number(folder.variants.front().setting("mesh.resolution")).value_or(0);
  const std::string sizes = own == 9 || own == 6 || own <= 0
                                ? ""
                                : formatted(" --size %.3g --size %g --size %.3g", own * 4 / 3, own, own * 3 / 4);
  return command_words("convergence", read_command_line(folder, {"mesh.resolution"}),
                       sizes + " --output " + folder_beside(folder, "-convergence"));
}

std::string spread_command_words(const ResultFolder &folder)
{
  const std::string annulus = other_annulus(folder);
  const std::string preset = annulus.empty() ? "PRESET" : annulus;
  return "`" +
         command_words("run", read_command_line(folder, {"materials.annulus"}),
                       " --set materials.annulus=" + preset + " --output " + folder_beside(folder, "-" + preset)) +
         "` and then `lumbarfem report " + folder_beside(folder, "") +
         "` (lumbarfem materials --tissue annulus names the presets; other tissues, ligaments and facets in the same "
         "way)";
}
} // namespace lumbarfem
