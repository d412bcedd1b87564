#include "materials/tissue_library.h"

#include "base/user_error.h"
#include "materials/law_parameters.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace data
{
extern const char *const tissue_library_toml;
}

namespace
{
std::string required_text(const toml::table &preset, const char *name, const std::string &where)
{
  const auto text = preset[name].value<std::string>();
  if (!text || text->empty())
    throw UserError(where + ": " + name + " is missing");
  return *text;
}

/// Nested rows to one region-major list; sets or checks the size of the table.
std::vector<double> read_rows(const toml::table &fibres, const char *name, FibreTable &table, const std::string &where)
{
  const toml::array *rows = fibres[name].as_array();
  std::vector<double> values;
  bool is_regular = rows != nullptr && !rows->empty();
  if (is_regular && table.n_regions == 0) {
    table.n_regions = static_cast<int>(rows->size());
    table.n_layers = rows->front().as_array() ? static_cast<int>(rows->front().as_array()->size()) : 0;
  }
  is_regular = is_regular && table.n_layers > 0 && static_cast<int>(rows->size()) == table.n_regions;
  if (is_regular)
    for (const toml::node &row : *rows) {
      const toml::array *entries = row.as_array();
      is_regular = is_regular && entries && static_cast<int>(entries->size()) == table.n_layers;
      if (!is_regular)
        break;
      for (const toml::node &entry : *entries)
        values.push_back(entry.value<double>().value_or(std::nan("")));
    }
  const bool is_finite = std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
  if (!is_regular || !is_finite)
    throw UserError(where + ": fibres." + name + " must be rows of numbers of equal length");
  return values;
}

/// A table of its own, or that of another preset with factors on k1 and k2.
FibreTable read_fibres(const toml::table &fibres, const toml::table &library, const std::string &where)
{
  FibreTable table;
  const auto origin = fibres["scaled_from"].value<std::string>();
  const toml::table *rows = origin ? library[*origin]["fibres"].as_table() : &fibres;
  if (!rows)
    throw UserError(where + ": fibres.scaled_from: \"" + *origin + "\" is no preset with fibres");
  table.k1_MPa = read_rows(*rows, "k1_MPa", table, where);
  table.k2 = read_rows(*rows, "k2", table, where);
  table.angle_deg = read_rows(*rows, "angle_deg", table, where);
  if (origin) {
    for (double &k1 : table.k1_MPa)
      k1 *= fibres["k1_scale"].value_or(1.);
    for (double &k2 : table.k2)
      k2 *= fibres["k2_scale"].value_or(1.);
  }
  return table;
}

TissuePreset read_preset(const std::string &name, const toml::table &text, const toml::table &library)
{
  const std::string where = "tissue library, " + name;
  TissuePreset preset;
  preset.name = name;
  preset.tissue = required_text(text, "tissue", where);
  preset.title = required_text(text, "title", where);
  preset.law = required_text(text, "law", where);
  preset.source = required_text(text, "source", where);
  preset.confidence = required_text(text, "confidence", where);
  if (const toml::table *constants = text["constants"].as_table())
    for (const auto &[key, value] : *constants) {
      if (const auto number = value.value<double>())
        preset.parameters.numbers[std::string(key.str())] = *number;
      else
        preset.parameters.words[std::string(key.str())] = value.value_or(std::string());
    }
  if (const toml::table *fibres = text["fibres"].as_table())
    preset.fibres = read_fibres(*fibres, library, where);
  const auto law = make_law(preset.law, preset.parameters, where);
  if (law->has_fibres() != preset.fibres.has_value())
    throw UserError(where + ": fibres must be given for laws with fibres and for no others");
  return preset;
}

std::vector<TissuePreset> read_library()
{
  std::vector<TissuePreset> presets;
  const toml::table library = toml::parse(data::tissue_library_toml);
  for (const auto &[name, preset] : library)
    presets.push_back(read_preset(std::string(name.str()), *preset.as_table(), library));
  return presets;
}

/// Factors that a preset with a fibre table takes beside the constants of its law.
std::vector<Key> fibre_keys()
{
  Key k1_scale{"k1_scale", KeyType::number, "-", "1", "Factor on k1 of all fibres."};
  k1_scale.minimum = 0;
  Key k2_scale{"k2_scale", KeyType::number, "-", "1", "Factor on k2 of all fibres."};
  k2_scale.minimum = 0;
  k2_scale.minimum_excluded = true;
  Key shift{"fibre_angle_shift_deg", KeyType::number, "deg", "0",
            "Added to the angle of all fibres to the disc's plane."};
  shift.minimum = -30;
  shift.maximum = 45;
  return {k1_scale, k2_scale, shift};
}

/// Young's modulus (MPa) along z and Poisson's ratio of load along z, contraction along x, at F = 1: from the inverse
/// of the law's own tangent, so that no law has to state them. Equals 9 K mu/(3 K + mu) for isotropic laws.
void small_strain_constants(const Law &law, double &modulus_MPa, double &poisson_ratio)
{
  Vector6 tau;
  Matrix6 tangent;
  law.stress(Matrix3::Identity(), nullptr, tau, &tangent);
  if (law.volumetric())
    tangent.topLeftCorner<3, 3>().array() += law.volumetric()->second(1);
  const Matrix6 compliance = tangent.inverse();
  modulus_MPa = 1 / compliance(2, 2);
  poisson_ratio = -compliance(0, 2) / compliance(2, 2);
}
} // namespace

FibreConstants interpolate(const FibreTable &table, double angle_from_anterior_deg, double depth)
{
  // Regions lie at both ends of 0 .. 180 degrees, layers at the centres of equal parts of the depth; constant beyond.
  const auto place = [](double position, int n, int &lower, int &upper) {
    const double inside = std::min(std::max(position, 0.), n - 1.);
    lower = static_cast<int>(inside);
    upper = std::min(lower + 1, n - 1);
    return inside - lower;
  };
  int region, next_region, layer, next_layer;
  const double s = place(angle_from_anterior_deg / 180 * (table.n_regions - 1), table.n_regions, region, next_region);
  const double t = place(depth * table.n_layers - 0.5, table.n_layers, layer, next_layer);
  const auto value = [&](const std::vector<double> &values) {
    const auto at = [&](int i, int j) { return values[i * table.n_layers + j]; };
    return (1 - s) * ((1 - t) * at(region, layer) + t * at(region, next_layer)) +
           s * ((1 - t) * at(next_region, layer) + t * at(next_region, next_layer));
  };
  return {value(table.k1_MPa), value(table.k2), value(table.angle_deg)};
}

const std::vector<TissuePreset> &tissue_library()
{
  static const std::vector<TissuePreset> presets = read_library();
  return presets;
}

std::string tissue_library_text() { return data::tissue_library_toml; }

const TissuePreset &find_preset(const std::string &name)
{
  std::vector<std::string> names;
  for (const TissuePreset &preset : tissue_library()) {
    if (preset.name == name)
      return preset;
    names.push_back(preset.name);
  }
  throw UserError("unknown tissue preset \"" + name + "\"; allowed: " + alternatives_with_hint(name, names));
}

std::vector<Key> override_keys(const TissuePreset &preset)
{
  std::vector<Key> keys = find_law(preset.law).keys;
  if (preset.fibres)
    for (const Key &key : fibre_keys())
      keys.push_back(key);
  return keys;
}

Tissue make_tissue(const std::string &preset_name, const LawParameters &overrides, const std::string &where)
{
  const TissuePreset *preset = nullptr;
  try {
    preset = &find_preset(preset_name);
  } catch (const UserError &error) {
    throw UserError(where + ": " + error.what());
  }
  LawParameters given = preset->parameters;
  for (const auto &[name, value] : overrides.numbers)
    given.numbers[name] = value;
  for (const auto &[name, value] : overrides.words)
    given.words[name] = value;

  const std::string place = where + " (preset " + preset_name + ")";
  std::vector<std::string> faults;
  Tissue tissue;
  tissue.preset = preset_name;
  tissue.parameters = complete_parameters(override_keys(*preset), given, faults);
  throw_faults(place, faults);

  LawParameters of_law = tissue.parameters;
  if (preset->fibres) {
    for (const Key &key : fibre_keys())
      of_law.numbers.erase(key.name);
    tissue.fibres = preset->fibres;
    const auto &numbers = tissue.parameters.numbers;
    for (double &k1 : tissue.fibres->k1_MPa)
      k1 *= numbers.at("k1_scale");
    for (double &k2 : tissue.fibres->k2)
      k2 *= numbers.at("k2_scale");
    for (double &angle : tissue.fibres->angle_deg)
      angle += numbers.at("fibre_angle_shift_deg");
  }
  tissue.law = make_law(preset->law, of_law, place);
  small_strain_constants(*tissue.law, tissue.modulus_MPa, tissue.poisson_ratio);
  return tissue;
}
} // namespace lumbarfem
