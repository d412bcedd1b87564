#include "cases/tissue_choice_reader.h"
#include "base/formatted.h"
#include "cases/checked_table.h"
#include "cases/key_makers.h"
#include "cases/study_keys.h"
#include "materials/bone_density.h"
#include "materials/plausible_constants.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
bool contains(const std::vector<std::string> &words, const std::string &word)
{
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Tissues of the spine itself (and the potting plate, and what is left of removed tissue) are no implants.
bool is_body_tissue(const std::string &tissue)
{
  return find_key(tissue_keys(), tissue) || tissue == "posterior_elements" || tissue == "facet_cartilage" ||
         tissue == "ligament" || tissue == "void";
}

/// The presets that may stand at this place.
std::vector<std::string> fitting_presets(const std::string &slot)
{
  std::vector<std::string> names;
  for (const TissuePreset &preset : tissue_library())
    if (slot.empty() ? !is_body_tissue(preset.tissue) : preset.tissue == slot)
      names.push_back(preset.name);
  return names;
}

const TissuePreset *find_fitting_preset(const std::string &name, const std::string &slot, const Place &place,
                                        const std::string &path, Faults &faults)
{
  const std::vector<std::string> fitting = fitting_presets(slot);
  for (const TissuePreset &preset : tissue_library())
    if (preset.name == name) {
      if (contains(fitting, name))
        return &preset;
      faults.add(place, path,
                 "\"" + name + "\" is a preset for " + preset.tissue + ", not for " +
                     (slot.empty() ? "an implant" : slot) + "; allowed: " + alternatives_with_hint(name, fitting));
      return nullptr;
    }
  faults.add(place, path,
             "\"" + name +
                 "\" is not a preset of the tissue library; allowed: " + alternatives_with_hint(name, fitting));
  return nullptr;
}

/// Cancellous bone of one modulus may be given by its density.
bool takes_density(const TissuePreset &preset)
{
  return preset.tissue == "cancellous" && preset.parameters.numbers.count("modulus_MPa") > 0;
}

/// Replaces a density, CT number or T-score by the modulus that it means.
void apply_density(const CheckedTable &table, const TissuePreset &preset, TissueChoice &choice, Faults &faults)
{
  std::string given = table.given("modulus_MPa") ? "modulus_MPa" : "";
  for (const Key &key : bone_density_keys()) {
    if (!table.given(key.name))
      continue;
    if (!given.empty()) {
      table.fault(key.name, "cannot stand beside " + given + ": both decide the modulus; give one of them");
      continue;
    }
    given = key.name;
    const double of_preset = preset.parameters.numbers.at("modulus_MPa");
    const double modulus = modulus_of_density_key(key.name, table.number(key.name), of_preset);
    choice.overrides.numbers["modulus_MPa"] = modulus;
    // The presets are softer than the laws by an order of magnitude: who mixes them compares two sources, not two
    // bones.
    if (key.name != "t_score" && (modulus > 3 * of_preset || 3 * modulus < of_preset))
      faults.warn(
          table.place(key.name), table.path() + "." + key.name,
          formatted("means a modulus of %.0f MPa, %.2g times the %.0f MPa of preset %s; compare it with bone of "
                    "the same law only",
                    modulus, modulus / of_preset, of_preset, preset.name.c_str()));
  }
}
} // namespace

TissueChoice read_tissue(const Node *node, const std::string &path, const std::string &slot,
                         const TissueChoice &inherited, Faults &faults)
{
  if (!node)
    return inherited;
  if (node->kind == Node::Kind::text) {
    find_fitting_preset(node->text, slot, node->place, path, faults);
    return {node->text, {}};
  }
  if (!node->is_table()) {
    faults.add(node->place, path, "must be a preset's name or a table { preset = \"...\" }, not " + describe(*node));
    return inherited;
  }
  TissueChoice choice = inherited;
  const Node *preset_node = node->find("preset");
  if (preset_node) {
    choice = {};
    if (preset_node->kind != Node::Kind::text) {
      faults.add(preset_node->place, path + ".preset", "must be a text, not " + describe(*preset_node));
      return inherited;
    }
    choice.preset = preset_node->text;
  }
  const TissuePreset *preset = find_fitting_preset(choice.preset, slot, preset_node ? preset_node->place : node->place,
                                                   preset_node ? path + ".preset" : path, faults);
  if (!preset)
    return choice;
  const std::vector<Key> own_keys = override_keys(*preset);
  std::vector<Key> keys = own_keys;
  if (takes_density(*preset))
    keys = keys::joined(keys, bone_density_keys());
  for (Key &key : keys)
    key.required = false;
  const CheckedTable table(node, path, keys, faults, node->place, {"preset"});
  for (const Key &key : own_keys) {
    if (!table.given(key.name))
      continue;
    if (key.type == KeyType::text)
      choice.overrides.words[key.name] = table.text(key.name);
    else
      choice.overrides.numbers[key.name] = table.number(key.name);
  }
  if (takes_density(*preset) && !table.has_faults())
    apply_density(table, *preset, choice, faults);
  if (table.has_faults())
    return choice;
  for (const ImplausibleConstant &constant : implausible_constants(*preset, choice.overrides)) {
    if (constant.is_impossible)
      faults.add(table.place(constant.key), path + "." + constant.key, constant.message);
    else
      faults.warn(table.place(constant.key), path + "." + constant.key, constant.message);
  }
  try {
    make_tissue(choice.preset, choice.overrides, path);
  } catch (const UserError &error) {
    // The law itself knows which constants exclude each other.
    std::string message = error.what();
    if (message.rfind(path + ": ", 0) == 0)
      message.erase(0, path.size() + 2);
    faults.add(node->place, path, message);
  }
  return choice;
}
} // namespace lumbarfem
