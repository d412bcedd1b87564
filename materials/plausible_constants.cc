#include "materials/plausible_constants.h"

#include "base/formatted.h"
#include "base/user_error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lumbarfem
{
namespace
{
constexpr double unusual_factor = 100, impossible_factor = 1e5;

/// What the presets of a tissue have for one quantity.
struct LibraryRange {
  double least = std::numeric_limits<double>::infinity(), largest = 0;
  std::string of_least, of_largest;
  void add(double value, const std::string &preset)
  {
    if (value > 0 && value < least)
      least = value, of_least = preset;
    if (value > largest)
      largest = value, of_largest = preset;
  }
};

template <typename Value>
LibraryRange library_range(const std::string &tissue, const Value &value)
{
  LibraryRange range;
  for (const TissuePreset &preset : tissue_library())
    if (preset.tissue == tissue)
      range.add(value(preset), preset.name);
  return range;
}

/// Adds a finding when @p value lies far outside the range.
void compare(const std::string &key, const std::string &what, double value, const std::string &unit,
             const std::string &tissue, const LibraryRange &range, std::vector<ImplausibleConstant> &found)
{
  if (!(value > 0) || !(range.largest > 0) || (value <= range.largest && value >= range.least))
    return;
  const bool is_more = value > range.largest;
  const double end = is_more ? range.largest : range.least, factor = is_more ? value / end : end / value;
  if (factor < unusual_factor)
    return;
  const std::string with_unit = unit == "-" ? "" : " " + unit;
  ImplausibleConstant result;
  result.key = key;
  result.is_impossible = factor >= impossible_factor;
  result.message = what + formatted("%.6g", value) + with_unit + " is " +
                   (is_more ? formatted("%.2g times the largest", factor) : formatted("1/%.2g of the least", factor)) +
                   " of the library for " + tissue + " (" + formatted("%.6g", end) + with_unit + ", preset " +
                   (is_more ? range.of_largest : range.of_least) + ")" + unit_question(unit, value / end);
  found.push_back(result);
}

double largest(const std::vector<double> &values)
{
  return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

/// A scale of the fibre table is judged by the constants that come out.
void compare_scale(const TissuePreset &preset, const std::string &key, double scale,
                   std::vector<double> FibreTable::*member, const std::string &unit,
                   std::vector<ImplausibleConstant> &found)
{
  const LibraryRange range = library_range(
      preset.tissue, [&](const TissuePreset &other) { return other.fibres ? largest((*other.fibres).*member) : 0.; });
  compare(key, format_number(scale) + " makes the fibres' " + key.substr(0, 2) + " up to ",
          scale * largest((*preset.fibres).*member), unit, preset.tissue, range, found);
}
} // namespace

std::vector<ImplausibleConstant> implausible_constants(const TissuePreset &preset, const LawParameters &overrides)
{
  std::vector<ImplausibleConstant> found;
  const std::vector<Key> keys = override_keys(preset);
  std::string last_stress;
  for (const auto &[name, value] : overrides.numbers) {
    const Key *key = find_key(keys, name);
    if (!key)
      continue;
    if (name == "k1_scale" && preset.fibres)
      compare_scale(preset, name, value, &FibreTable::k1_MPa, "MPa", found);
    else if (name == "k2_scale" && preset.fibres)
      compare_scale(preset, name, value, &FibreTable::k2, "-", found);
    else if (key->unit == "MPa") {
      last_stress = name;
      const LibraryRange range = library_range(preset.tissue, [&, &constant = name](const TissuePreset &other) {
        const auto number = other.parameters.numbers.find(constant);
        return number == other.parameters.numbers.end() ? 0. : number->second;
      });
      compare(name, "", value, key->unit, preset.tissue, range, found);
    }
  }
  if (!found.empty() || last_stress.empty())
    return found;
  // A constant that no other preset has shows in the stiffness.
  const auto modulus = [](const TissuePreset &tissue, const LawParameters &changes) {
    try {
      return make_tissue(tissue.name, changes, "").modulus_MPa;
    } catch (const UserError &) { // constants that exclude each other: told elsewhere
      return 0.;
    }
  };
  compare(last_stress, "Young's modulus of ", modulus(preset, overrides), "MPa", preset.tissue,
          library_range(preset.tissue, [&](const TissuePreset &other) { return modulus(other, {}); }), found);
  return found;
}
} // namespace lumbarfem
