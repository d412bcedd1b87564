#include "cases/tissue_choice_reader.h"
#include "cases/checked_table.h"
#include "cases/study_keys.h"
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
  std::vector<Key> keys = override_keys(*preset);
  for (Key &key : keys)
    key.required = false;
  const CheckedTable table(node, path, keys, faults, node->place, {"preset"});
  for (const Key &key : keys) {
    if (!table.given(key.name))
      continue;
    if (key.type == KeyType::text)
      choice.overrides.words[key.name] = table.text(key.name);
    else
      choice.overrides.numbers[key.name] = table.number(key.name);
  }
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
