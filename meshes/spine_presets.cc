#include "meshes/spine_geometry.h"

#include "base/user_error.h"
#include "meshes/mesh_report.h"

#include <algorithm>
#include <toml++/toml.h>

namespace lumbarfem
{
namespace data
{
extern const char *const spine_presets_toml;
}

namespace
{
/// The shipped file is wrong: a programming error, which the tests would show.
[[noreturn]] void faulty(const std::string &where)
{
  throw std::logic_error("spine_presets.toml: " + where + " is missing or not a number");
}

const toml::table &presets()
{
  static const toml::table table = toml::parse(data::spine_presets_toml);
  return table;
}

double value(const toml::table &table, const std::string &key)
{
  const auto number = table[key].value<double>();
  if (!number)
    faulty(key);
  return *number;
}

/// Entry of a key in a table of arrays with one entry per level.
double value(const toml::table &table, const std::string &key, size_t index)
{
  const toml::array *array = table[key].as_array();
  if (!array || index >= array->size() || !(*array)[index].value<double>())
    faulty(key);
  return *(*array)[index].value<double>();
}

const toml::table &part(const toml::table &table, const std::string &name)
{
  const toml::table *found = table[name].as_table();
  if (!found)
    faulty(name);
  return *found;
}

SpineGeometry single_disc(const toml::table &table)
{
  SpineGeometry geometry;
  geometry.single_disc = true;
  geometry.levels = {Level::L4, Level::L5};
  for (const Key &key : single_disc_keys())
    set_dimension(geometry, key.name, value(part(table, "single"), key.name));
  DiscDimensions disc{};
  for (const Key &key : disc_keys())
    set_dimension(disc, key.name, value(part(table, "disc"), key.name));
  geometry.discs[Level::L4] = disc;
  return geometry;
}

SpineGeometry whole_spine(const toml::table &table)
{
  SpineGeometry geometry;
  for (int level = 0; level <= int(Level::S1); ++level)
    geometry.levels.push_back(Level(level));
  for (size_t level = 0; level < size_t(Level::S1); ++level) {
    VertebraDimensions vertebra{};
    for (const Key &key : vertebra_keys())
      set_dimension(vertebra, key.name, value(part(table, "vertebrae"), key.name, level));
    geometry.vertebrae[Level(level)] = vertebra;
    DiscDimensions disc{};
    for (const Key &key : disc_keys())
      set_dimension(disc, key.name, value(part(table, "discs"), key.name, level));
    geometry.discs[Level(level)] = disc;
  }
  VertebraDimensions sacrum{}; // only the upper endplate and the follower load's guides have a meaning
  for (const auto &[key, number] : part(table, "sacrum"))
    if (!number.value<double>() || !set_dimension(sacrum, std::string(key.str()), *number.value<double>()))
      faulty("sacrum." + std::string(key.str()));
  sacrum.waist_ratio = sacrum.waist_depth_ratio = 1;
  geometry.vertebrae[Level::S1] = sacrum;
  return geometry;
}
} // namespace

std::vector<std::string> spine_preset_names() { return {"male_subject", "population_mean", "calibration_disc"}; }

SpineGeometry spine_preset(const std::string &name)
{
  const std::vector<std::string> names = spine_preset_names();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    const std::string near = nearest_match(name, names);
    throw UserError("geometry preset \"" + name + "\" is not known" +
                    (near.empty() ? "" : " (did you mean \"" + near + "\"?)") + ": give " + join_alternatives(names));
  }
  const toml::table &table = part(presets(), name);
  SpineGeometry geometry = table.contains("single") ? single_disc(table) : whole_spine(table);
  geometry.preset = name;
  for (const Key &key : spine_keys())
    set_dimension(geometry, key.name, value(part(table, "spine"), key.name));
  return geometry;
}

std::map<std::string, std::vector<double>> preset_reference(const std::string &preset)
{
  std::map<std::string, std::vector<double>> result;
  if (const toml::table *reference = presets()[preset]["reference"].as_table())
    for (const auto &[key, list] : *reference)
      for (size_t i = 0; i < list.as_array()->size(); ++i)
        result[std::string(key.str())].push_back(value(*reference, std::string(key.str()), i));
  return result;
}
} // namespace lumbarfem
