#include "postprocess/comparison_quantities.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
std::vector<Level> discs_of(const Rows &rows)
{
  std::vector<Level> discs;
  for (const std::string &disc : disc_names())
    if (std::any_of(rows.begin(), rows.end(), [&](const ResultRow *row) { return row->level == disc; }))
      discs.push_back(parse_disc(disc));
  return discs;
}

namespace
{
/// Discs whose annulus, and discs whose endplates, a printed table shows.
struct ShownDiscs {
  std::vector<Level> annulus, endplates;
};

ShownDiscs shown_discs(const TreatedLevels &treated, const std::vector<Level> &discs)
{
  const auto [above, below] = neighbours(treated, discs);
  if (!above && !below)
    return {discs, discs};
  if (treated.discs.empty()) {
    std::vector<Level> both;
    for (const std::optional<Level> &disc : {above, below})
      if (disc)
        both.push_back(*disc);
    return {both, both};
  }
  const Level next = above ? *above : *below;
  const auto further = static_cast<Level>(static_cast<int>(next) + (above ? -1 : 1));
  std::vector<Level> facing = {next};
  if (std::find(discs.begin(), discs.end(), further) != discs.end())
    facing.push_back(further);
  std::sort(facing.begin(), facing.end());
  return {{next}, facing};
}

void add_endplate(Level level, const std::string &side, std::vector<Quantity> &list)
{
  const std::string object = side + "_endplate", label = name(level) + " " + side + " endplate, ";
  list.push_back(
      {label + "patch von Mises p95", "endplate_patch_stress", name(level), object, "inner", "von_mises", "p95"});
  list.push_back(
      {label + "normal traction mean", "endplate_stress", name(level), object, "", "normal_traction", "mean"});
}

/// " (L4-L5 left)" of a part.
std::string place_words(const ResultRow &row)
{
  const std::string words = row.level + (row.level.empty() || row.side.empty() ? "" : " ") + row.side;
  return words.empty() ? "" : " (" + words + ")";
}
} // namespace

std::optional<double> find(const Rows &rows, const std::string &variant, const Quantity &wanted)
{
  for (const ResultRow *row : rows)
    if (row->context.variant == variant && row->quantity == wanted.quantity && row->level == wanted.level &&
        row->object == wanted.object && row->region == wanted.region && row->component == wanted.component &&
        row->statistic == wanted.statistic && (wanted.side.empty() || row->side == wanted.side) &&
        std::isfinite(row->value))
      return row->value;
  return {};
}

std::string find_unit(const Rows &rows, const Quantity &wanted)
{
  for (const ResultRow *row : rows)
    if (row->quantity == wanted.quantity && row->component == wanted.component)
      return row->unit;
  return "";
}

std::vector<Quantity> comparison_quantities(const Rows &rows, const TreatedLevels &treated)
{
  const std::vector<Level> present = discs_of(rows);
  const ShownDiscs shown = shown_discs(treated, present);
  std::vector<std::string> discs;
  for (const Level disc : present)
    discs.push_back(disc_name(disc));
  const auto has_primary = [&](const ResultRow *row) { return row->quantity == "rom" && row->component == "primary"; };
  const std::string motion = std::any_of(rows.begin(), rows.end(), has_primary) ? "primary" : "flexion";
  std::vector<Quantity> list = {
      {"moment", "applied_moment", "", "", "", "", "value"},
      {"compression", "axial_force", "", "axial_load", "", "", "value"},
      {"approach of the ends", "axial_displacement", "", "axial_load", "", "from_preload", "value"},
      {"ROM total", "rom", "", "", "", motion, "value"}};
  for (const std::string &disc : discs)
    list.push_back({"ROM " + disc, "rom", disc, "", "", motion, "value"});
  for (const char *component : {"lost", "gained", "closure"})
    list.push_back({std::string(component) + (component == std::string("closure") ? " of the lost motion" : " motion"),
                    "lost_motion", "", "", "", component, "value"});
  for (const Level disc : shown.annulus)
    list.push_back({disc_name(disc) + " posterior annulus, max. principal p95", "annulus_stress", disc_name(disc),
                    "annulus", "posterior_outer", "maximum_principal", "p95"});
  for (const std::string &disc : discs)
    list.push_back({disc + " pressure of the nucleus", "idp", disc, "nucleus", "", "", "mean"});
  for (const std::string &disc : discs)
    for (const char *side : {"left", "right"})
      list.push_back(
          {disc + " facet force " + side, "facet_force", disc, std::string("facet_") + side, "", "resultant", "value"});
  if (std::any_of(rows.begin(), rows.end(), [](const ResultRow *row) { return row->quantity == "axial_force"; }))
    for (const std::string &disc : discs) {
      list.push_back({disc + " IDP x area / force", "idp_factor", disc, "nucleus", "", "", "value"});
      for (const char *region : {"anterior", "posterior", "left"})
        list.push_back({disc + " bulge, " + region, "disc_bulge", disc, "annulus", region, "from_preload", "maximum"});
    }
  for (const Level disc : shown.endplates) {
    add_endplate(disc, "inferior", list);
    add_endplate(static_cast<Level>(static_cast<int>(disc) + 1), "superior", list);
  }
  return list;
}

void add_further_quantities(const Rows &rows, std::vector<Quantity> &list)
{
  const auto add = [&](const Quantity &quantity) {
    for (const Quantity &other : list)
      if (other.quantity == quantity.quantity && other.level == quantity.level && other.object == quantity.object &&
          other.region == quantity.region && other.component == quantity.component &&
          other.statistic == quantity.statistic && other.side == quantity.side)
        return;
    list.push_back(quantity);
  };
  for (const Level disc : discs_of(rows))
    for (const char *region : {"posterior", "anterior", "left", "right"})
      add({disc_name(disc) + " " + region + " annulus, max. principal p95", "annulus_stress", disc_name(disc),
           "annulus", std::string(region) + "_outer", "maximum_principal", "p95"});
  for (const std::string &level : level_names())
    for (const char *side : {"superior", "inferior"}) {
      const std::string object = std::string(side) + "_endplate", label = level + " " + side + " endplate, ";
      std::vector<Quantity> stresses;
      add_endplate(parse_level(level), side, stresses);
      for (const Quantity &stress : stresses)
        add(stress);
      add({label + "surface von Mises p95", "endplate_stress", level, object, "", "von_mises", "p95"});
      add({label + "share beyond yield strain", "endplate_strain", level, object, "", "beyond_yield", "area_share"});
      add({label + "deflection maximum", "endplate_deflection", level, object, "", "into_vertebra", "maximum"});
    }
  // Parts that the surgery or the ligament set names.
  for (const ResultRow *row : rows)
    if ((row->quantity == "implant_stress" && row->statistic == "maximum") || row->quantity == "link_force" ||
        (row->quantity == "screw_bone_force" && row->component == "resultant") || row->quantity == "ligament_force")
      add({row->object + place_words(*row) +
               (row->quantity == "implant_stress"     ? ", largest stress"
                : row->quantity == "screw_bone_force" ? ", force on bone"
                : row->quantity == "link_force"       ? ", " + row->component
                                                      : ", force"),
           row->quantity, row->level, row->object, row->region, row->component, row->statistic, row->side});
}
} // namespace lumbarfem
