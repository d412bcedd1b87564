#include "base/formatted.h"
#include "base/number.h"
#include "postprocess/report/plots.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace lumbarfem
{
namespace
{
bool is_number(const std::string &text, double &value)
{
  value = parse_number(text).value_or(std::nan(""));
  return std::isfinite(value);
}

bool tells_nothing(const std::string &key) { return starts_with(key, "variant.") || starts_with(key, "study."); }

bool is_cement_volume(const std::string &key)
{
  return starts_with(key, "surgery.cement.") && key.find(".volume_") != std::string::npos;
}

/// All settings but one, as a text to compare; without a cement of no volume, which is the same as none.
std::string rest_of(const VariantRecord &variant, const std::string &key)
{
  const std::string cement = is_cement_volume(key) ? key.substr(0, key.rfind('.') + 1) : "";
  std::string text;
  for (const auto &[name, value] : variant.settings)
    if (name != key && !tells_nothing(name) && (cement.empty() || !starts_with(name, cement)))
      text += name + "=" + value + "\n";
  return text;
}

/// Where the cement itself differs in more than its volume, the curve would mix two changes.
std::string cement_of(const VariantRecord &variant, const std::string &key)
{
  const std::string cement = key.substr(0, key.rfind('.') + 1);
  std::string text;
  for (const auto &[name, value] : variant.settings)
    if (name != key && starts_with(name, cement))
      text += name + "=" + value + "\n";
  return text;
}

/// By what the sweep over @p key that @p own belongs to differs from the others over it: "loading.moment_Nm = 2".
std::string others_of(const VariantRecord &own, const std::vector<const VariantRecord *> &all, const std::string &key)
{
  std::set<std::string> names;
  for (const VariantRecord *variant : all)
    for (const auto &[name, value] : variant->settings)
      if (name != key && !tells_nothing(name))
        names.insert(name);
  std::string text;
  for (const std::string &name : names) {
    const auto differs = [&](const VariantRecord *other) { return other->setting(name) != own.setting(name); };
    if (std::none_of(all.begin(), all.end(), differs))
      continue;
    const std::string value = own.setting(name);
    text += (text.empty() ? "" : ", ") + name + " = " + (value.empty() ? "not given" : value);
  }
  return text;
}

/// Where the unit begins in "cord_stiffness_N_per_mm"; npos in words without a fraction.
std::size_t start_of_fraction(const std::string &word)
{
  const std::size_t per = word.find("_per_");
  return per == std::string::npos || per == 0 ? std::string::npos : word.rfind('_', per - 1);
}

std::string unit_of(const std::string &key)
{
  const std::string word = key.substr(key.rfind('.') + 1);
  if (const std::size_t start = start_of_fraction(word); start != std::string::npos) {
    std::string unit = word.substr(start + 1);
    return unit.replace(unit.find("_per_"), 5, "/");
  }
  const std::string suffix = word.find('_') == std::string::npos ? "" : word.substr(word.rfind('_') + 1);
  if (suffix == "percent")
    return "%";
  for (const char *unit : {"mm", "N", "MPa", "Nm", "mL", "deg", "kg"})
    if (suffix == unit)
      return unit;
  return "";
}

std::string label_of(const std::string &key)
{
  if (is_cement_volume(key))
    return "Cement volume";
  std::string word = key.substr(key.rfind('.') + 1);
  const std::string unit = unit_of(key);
  if (!unit.empty())
    word = word.substr(0, std::min(word.rfind('_'), start_of_fraction(word)));
  const std::string place = key.substr(0, key.rfind('.'));
  return spoken(word) +
         (place.find('.') == std::string::npos ? "" : " of " + spoken(place.substr(place.rfind('.') + 1)));
}

/// A measure that a sweep is drawn for.
struct Swept {
  std::string name, axis, unit, level;
  Measure measure;
  std::string label; ///< of its line of the comparison
};

std::vector<Swept> swept_measures(const ResultSeries &series)
{
  std::vector<Swept> list;
  for (const std::string &level : series.vertebrae())
    for (const char *side : {"superior", "inferior"}) {
      const std::string object = std::string(side) + "_endplate", place = level + " " + side + " endplate";
      list.push_back({"endplate stress (von Mises, p95 of the patches)",
                      "Von Mises stress, p95 of the patches",
                      "MPa",
                      place,
                      {"endplate_patch_stress", level, object, "inner", "von_mises", "p95", ""},
                      place + ", patch von Mises p95"});
      list.push_back({"endplate deflection",
                      "Largest deflection into the vertebra",
                      "mm",
                      place,
                      {"endplate_deflection", level, object, "", "into_vertebra", "maximum", ""},
                      place + ", deflection maximum"});
    }
  for (const std::string &disc : series.discs()) {
    list.push_back(
        {"range of motion", "Rotation", "deg", disc, {"rom", disc, "", "", "primary", "value", ""}, "ROM " + disc});
    list.push_back({"pressure of the nucleus",
                    "Mean pressure of the nucleus",
                    "MPa",
                    disc,
                    {"idp", disc, "nucleus", "", "", "mean", ""},
                    disc + " pressure of the nucleus"});
    list.push_back({"posterior annulus stress (max. principal, p95)",
                    "Max. principal stress, p95",
                    "MPa",
                    disc,
                    {"annulus_stress", disc, "annulus", "posterior_outer", "maximum_principal", "p95", ""},
                    disc + " posterior annulus, max. principal p95"});
  }
  return list;
}
} // namespace

std::vector<Sweep> find_sweeps(const std::vector<VariantRecord> &variants)
{
  std::vector<std::string> keys;
  for (const VariantRecord &variant : variants)
    for (const auto &[key, value] : variant.settings) {
      double number = 0;
      if (!tells_nothing(key) && is_number(value, number) && std::find(keys.begin(), keys.end(), key) == keys.end())
        keys.push_back(key);
    }
  std::vector<Sweep> sweeps;
  for (const std::string &key : keys) {
    std::map<std::string, std::vector<std::pair<double, const VariantRecord *>>> groups;
    std::vector<const VariantRecord *> firsts; // one of each sweep over this key
    for (const VariantRecord &variant : variants) {
      double number = 0;
      const bool is_given = is_number(variant.setting(key), number);
      // A variant without this cement stands at zero.
      if (is_given || (is_cement_volume(key) && cement_of(variant, key).empty()))
        groups[rest_of(variant, key)].emplace_back(is_given ? number : 0, &variant);
    }
    for (auto &[rest, group] : groups) {
      std::stable_sort(group.begin(), group.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
      Sweep sweep{key, label_of(key), unit_of(key), {}, ""};
      std::string cement;
      bool is_one_change = true;
      for (const auto &[number, variant] : group) {
        const std::string own = is_cement_volume(key) ? cement_of(*variant, key) : "";
        is_one_change = is_one_change && (own.empty() || cement.empty() || own == cement);
        cement = own.empty() ? cement : own;
        if (sweep.points.empty() || number != sweep.points.back().first)
          sweep.points.emplace_back(number, variant->name);
      }
      if (is_one_change && sweep.points.size() >= 3) {
        sweeps.push_back(sweep);
        firsts.push_back(group.back().second);
      }
    }
    const std::size_t n = sweeps.size() - firsts.size();
    for (std::size_t k = 0; k < firsts.size(); ++k)
      sweeps[n + k].others = others_of(*firsts[k], firsts, key);
  }
  return sweeps;
}

void add_sweep_plots(const ResultSeries &series, const std::vector<Sweep> &sweeps, const KnownBands &bands, Json &plots)
{
  for (const Sweep &sweep : sweeps)
    for (const Swept &swept : swept_measures(series))
      for (const std::string &direction : series.directions())
        for (const std::string &protocol : series.protocols(direction)) {
          if (protocol == "hybrid" && sweep.key == "loading.moment_Nm")
            continue; // all turn as far as the reference; how far is not their own moment's doing
          std::vector<std::pair<std::string, std::string>> filters = {
              {"measure", swept.name}, {"level", swept.level}, {"direction", direction}, {"protocol", protocol}};
          if (!sweep.others.empty())
            filters.emplace_back("where", sweep.others);
          Json plot =
              make_plot("sweep-" + sweep.key, "Sweep", "line",
                        swept.level + ": " + swept.name + " against " + spoken(sweep.label) + ", " + spoken(direction) +
                            " (" + spoken(protocol) + ")" + (sweep.others.empty() ? "" : ", where " + sweep.others),
                        filters);
          set_axes(plot, sweep.label, sweep.unit, swept.axis, swept.unit);
          plot["note"] = "At the full load; " + sweep.key + " is all by which these variants differ" +
                         (sweep.others.empty() ? "." : "; of all of them holds " + sweep.others + ".");
          Json line = {{"name", swept.level}, {"x", Json::array()}, {"y", Json::array()}};
          Json low = Json::array(), high = Json::array();
          std::size_t n_bands = 0;
          for (const auto &[number, variant] : sweep.points) {
            const DirectionRun *run = series.find(variant, direction, protocol);
            const auto value = run && run->is_complete() ? run->last().value(swept.measure) : std::optional<double>();
            if (!value)
              continue;
            line["x"].push_back(number);
            line["y"].push_back(*value);
            const std::optional<double> band = bands.of(variant, direction, protocol, swept.label);
            n_bands += band.has_value();
            low.push_back(band ? Json(*value - *band * std::abs(*value)) : Json(nullptr));
            high.push_back(band ? Json(*value + *band * std::abs(*value)) : Json(nullptr));
          }
          if (line["x"].size() < 2)
            continue;
          if (swept.unit == "MPa" && swept.measure.quantity == "endplate_patch_stress")
            plot["reference"] = {{"y", 7.5}, {"label", "published stress level of normal bone, 7.5 MPa"}};
          if (n_bands > 0) {
            line["low"] = low;
            line["high"] = high;
          }
          plot["note"] =
              plot["note"].get<std::string>() +
              (n_bands == 0                  ? " No error band of the mesh is known for these values."
               : n_bands == line["x"].size() ? " Band: error of the mesh (grid convergence index)."
                                             : " Band: error of the mesh (grid convergence index), where it is known.");
          plot["series"].push_back(line);
          plots.push_back(plot);
        }
}
} // namespace lumbarfem
