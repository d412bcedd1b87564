#include "meshes/mesh_anatomy.h"

#include "base/formatted.h"
#include "meshes/dimension_names.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lumbarfem
{
namespace
{
constexpr int most_dimensions_named = 3;

bool shapes_the_mesh(const std::string &key) { return key.rfind("follower_", 0) != 0; }

/// Screws alone look for the pedicles of the sacrum, of which the mesh has none.
bool is_of_sacral_pedicle(const std::string &key) { return key.rfind("spine.vertebra.S1.pedicle_", 0) == 0; }

std::string range(const std::vector<Level> &levels)
{
  return levels.empty() ? "nothing" : name(levels.front()) + "-" + name(levels.back());
}
} // namespace

bool operator==(const PartRemoval &a, const PartRemoval &b)
{
  return a.part == b.part && a.window_centre_deg == b.window_centre_deg && a.window_width_deg == b.window_width_deg &&
         a.window_height_share == b.window_height_share;
}

std::string describe(const PartRemoval &removal)
{
  return removal.window_width_deg > 0 ? removal.part + formatted(" (window of %g deg at %g deg)",
                                                                 removal.window_width_deg, removal.window_centre_deg)
                                      : removal.part;
}

MeshAnatomy anatomy_of(const SpineGeometry &geometry, double resolution_mm)
{
  MeshAnatomy anatomy;
  anatomy.preset = geometry.preset;
  anatomy.single_disc = geometry.single_disc;
  anatomy.posterior_elements = geometry.posterior_elements && !geometry.single_disc;
  anatomy.levels = geometry.levels;
  anatomy.resolution_mm = resolution_mm;
  const auto add = [&](const std::string &table, const std::vector<std::pair<std::string, double>> &values) {
    for (const auto &[key, value] : values)
      if (shapes_the_mesh(key))
        anatomy.dimensions.emplace_back(table + "." + key, value);
  };
  add("spine", dimensions(geometry));
  if (geometry.single_disc)
    add("spine.single_disc", dimensions(geometry.single));
  for (const auto &[level, vertebra] : geometry.vertebrae)
    add("spine.vertebra." + name(level), dimensions(vertebra));
  for (const auto &[level, disc] : geometry.discs)
    add("spine.disc." + disc_name(level), dimensions(disc));
  return anatomy;
}

std::vector<std::string> differences(const MeshAnatomy &mesh, const MeshAnatomy &study)
{
  std::vector<std::string> result;
  if (mesh.single_disc != study.single_disc)
    return {mesh.single_disc ? "it holds a single disc between plates, the study asks for a spine"
                             : "it holds a spine, the study asks for a single disc between plates"};
  if (mesh.preset != study.preset)
    result.push_back("it was made from spine.preset \"" + mesh.preset + "\", the study asks for \"" + study.preset +
                     "\"");
  if (mesh.levels != study.levels)
    result.push_back("it holds " + range(mesh.levels) + ", the study asks for " + range(study.levels));
  if (mesh.posterior_elements != study.posterior_elements)
    result.push_back(mesh.posterior_elements ? "it has posterior elements, the study has none"
                                             : "it has no posterior elements, the study has them");
  if (!result.empty()) // the dimensions then differ anyway
    return result;
  const std::map<std::string, double> of_mesh(mesh.dimensions.begin(), mesh.dimensions.end());
  const std::map<std::string, double> of_study(study.dimensions.begin(), study.dimensions.end());
  std::vector<std::string> unequal;
  for (const auto &[key, value] : of_study) {
    if (is_of_sacral_pedicle(key))
      continue;
    const auto found = of_mesh.find(key);
    if (found == of_mesh.end())
      unequal.push_back(key + " is not known");
    else if (std::abs(found->second - value) > 1e-9 * std::max(1., std::abs(value)))
      unequal.push_back(key + formatted(" is %.9g, in the study %.9g", found->second, value));
  }
  for (const auto &entry : of_mesh)
    if (!of_study.count(entry.first) && !is_of_sacral_pedicle(entry.first))
      unequal.push_back(entry.first + " is not known to the study");
  for (std::size_t k = 0; k < unequal.size() && k < most_dimensions_named; ++k)
    result.push_back("its " + unequal[k]);
  if (unequal.size() > most_dimensions_named)
    result.push_back("and " + std::to_string(unequal.size() - most_dimensions_named) + " more dimensions differ");
  return result;
}
} // namespace lumbarfem
