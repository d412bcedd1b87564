/// Variants are differences: merging, removing, chains of `extends`, settings of the command line.
#pragma once

#include "cases/input_tree.h"

namespace lumbarfem
{
/// The complete tree of one variant: base, its chain of ancestors, its own tables, then the settings.
struct EffectiveVariant {
  std::string name;
  bool reference = false;
  Place place; ///< of its name, for faults that concern the variant as a whole
  Node tree;   ///< without `variant`
};

/// Tables merge, lists of objects merge by `name`, everything else is replaced. In a place for a tissue
/// (materials.*, *.material) a table over a preset's name overrides constants of that preset, and a table with a
/// preset of its own replaces all that was there.
void merge(Node &target, const Node &overlay, const std::string &path = "");

/// Removes the surgery object "surgery.rod_left", or the entry of a dotted key. False when there is none.
bool remove_entry(Node &tree, const std::string &path);

/// Puts a value at a dotted key; objects of lists are found by name. False when an object does not exist.
bool apply_setting(Node &tree, const Setting &setting);

/// All variants in the order of the file (one named "base" when the file has none), those of sweeps in the order of
/// their values. Faults of names, `extends`,
/// `remove` and `reference` are added to @p faults.
std::vector<EffectiveVariant> resolve_variants(const Node &file, const std::vector<Setting> &settings, Faults &faults);
} // namespace lumbarfem
