#include "cases/screw_reader.h"

#include "base/formatted.h"
#include "cases/screw_line.h"
#include "meshes/sacral_pedicle.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
/// So far a thread may reach into the canal: the inner wall of a pedicle is no plane.
constexpr double canal_tolerance_mm = 1;
/// Articular and spinous processes reach so far beyond the body (above and below, behind the canal).
constexpr double processes_height_mm = 18, processes_depth_mm = 45;
/// Of the body's outline, which this check knows by its largest width and depth only.
constexpr double body_tolerance_mm = 1;

/// Where the point lies outside of a box about the vertebra, in words; empty when it does not.
std::string outside(const Vector3 &point, const Vector3 &low, const Vector3 &high)
{
  const char *const words[3][2] = {{"right of", "left of"}, {"in front of", "behind"}, {"below", "above"}};
  std::string text;
  for (int i = 0; i < 3; ++i) {
    const double beyond = std::max(low[i] - point[i], point[i] - high[i]);
    if (beyond > 0)
      text += (text.empty() ? "" : " and ") + formatted("%.1f mm %s", beyond, words[i][point[i] > high[i]]);
  }
  return text;
}

void check_place(const Screw &screw, const VertebraDimensions &vertebra, const SpineGeometry &geometry,
                 const std::function<void(const std::string &)> &fault)
{
  const bool is_sacrum = screw.level == Level::S1;
  const double half_width = std::max(vertebra.superior_width_mm, vertebra.inferior_width_mm) / 2 + body_tolerance_mm;
  const double half_depth = std::max(vertebra.superior_depth_mm, vertebra.inferior_depth_mm) / 2 + body_tolerance_mm;
  const double height = std::max(vertebra.anterior_height_mm, vertebra.posterior_height_mm);
  const double above = (is_sacrum ? 0 : height / 2) + body_tolerance_mm;
  const double below = -(is_sacrum ? geometry.sacrum_height_mm : height / 2) - body_tolerance_mm;
  const ScrewLine line = screw_line(screw, vertebra);
  // The endplates are bent: the back of the body stands farther out at the sides.
  const Vector3 low(-half_width, -half_depth, below), high(half_width, half_depth + 4, above);
  if (const std::string text = outside(line.tip, low, high); !text.empty())
    fault("the tip lies " + text + " the body of " + name(screw.level) + "; make length_mm smaller or change the path");
  if (screw.path != ScrewPath::free)
    return;
  const Vector3 entry_low(-60, low.y(), below - processes_height_mm);
  const Vector3 entry_high(60, half_depth + vertebra.canal_depth_mm + processes_depth_mm, above + processes_height_mm);
  if (const std::string text = outside(screw_origin(screw, vertebra), entry_low, entry_high); !text.empty())
    fault("the entry point lies " + text + " all bone of " + name(screw.level) + "; change entry_*_mm");
}
} // namespace

void describe_sacral_pedicle(const Node &tree, SpineGeometry &geometry)
{
  const auto child = [](const Node *node, const char *key) {
    return node && node->is_table() ? node->find(key) : nullptr;
  };
  const Node *screws = child(child(&tree, "surgery"), "screw");
  if (!screws || screws->kind != Node::Kind::list || geometry.single_disc || geometry.vertebrae.count(Level::S1) == 0)
    return;
  const bool is_asked = std::any_of(screws->items.begin(), screws->items.end(), [&](const Node &screw) {
    const Node *level = child(&screw, "level");
    return level && level->kind == Node::Kind::text && level->text == name(Level::S1);
  });
  if (!is_asked)
    return;
  const Node *given = child(child(child(&tree, "spine"), "vertebra"), "S1");
  // The effective study of a sacrum without pedicles has an angle and a height of 0 and no place.
  const bool has_place = child(given, "pedicle_lateral_mm") != nullptr;
  for (const auto &[key, value] : sacral_pedicle(geometry)) {
    const Node *own = child(given, key.c_str());
    if (!own || (own->number == 0 && !has_place))
      set_dimension(geometry.vertebrae.at(Level::S1), key, value);
  }
}

void read_screw_path(const CheckedTable &table, bool combinations, Screw &screw)
{
  const std::string word = table.text("path");
  const std::vector<const char *> angles = {"convergence_angle_deg", "cranial_angle_deg"};
  const std::vector<const char *> entry = {"entry_lateral_mm", "entry_posterior_mm", "entry_superior_mm"};
  const auto value = [&](const char *key, double standard) { return table.given(key) ? table.number(key) : standard; };
  if (word == name(ScrewPath::cortical_bone_trajectory)) {
    screw.path = ScrewPath::cortical_bone_trajectory;
    screw.length_mm = value("length_mm", cortical_length_mm);
    screw.convergence_angle_deg = value(angles[0], cortical_convergence_deg);
    screw.cranial_angle_deg = value(angles[1], cortical_cranial_deg);
  } else if (word == name(ScrewPath::free)) {
    screw.path = ScrewPath::free;
    screw.head_offset_mm = value("head_offset_mm", free_head_offset_mm);
    screw.convergence_angle_deg = value(angles[0], 0);
    screw.cranial_angle_deg = value(angles[1], 0);
    screw.entry_lateral_mm = value(entry[0], 0);
    screw.entry_posterior_mm = value(entry[1], 0);
    screw.entry_superior_mm = value(entry[2], 0);
  }
  screw.is_bedded_by_bone = table.text("bedding") == "from_bone";
  screw.bedding_layer_mm = table.number("bedding_layer_mm");
  screw.bedding_factor = table.number("bedding_factor");
  screw.cement_mL = table.number("cement_mL");
  screw.is_fenestrated = table.text("cement_kind") == "fenestrated";
  if (!combinations || table.has_faults())
    return;
  const bool is_free = screw.path == ScrewPath::free;
  for (const char *key : entry) {
    if (is_free && !table.given(key))
      table.fault(key, "is missing; path = \"free\" needs entry_lateral_mm, entry_posterior_mm and entry_superior_mm");
    if (!is_free && table.given(key))
      table.fault(key, "is for path = \"free\" (given: \"" + word + "\")");
  }
  for (const char *key : angles) {
    if (is_free && !table.given(key))
      table.fault(key, "is missing; path = \"free\" needs convergence_angle_deg and cranial_angle_deg");
    if (screw.path == ScrewPath::pedicle_axis && table.given(key))
      table.fault(key, "is for path = \"free\" or \"cortical_bone_trajectory\" (given: \"" + word +
                           "\", whose direction is pedicle_angle_deg of the vertebra)");
  }
}

void check_screw_paths(const std::vector<Screw> &screws, const std::vector<Place> &places,
                       const SpineGeometry &geometry, Faults &faults)
{
  for (std::size_t i = 0; i < screws.size(); ++i) {
    const Screw &screw = screws[i];
    const auto found = geometry.vertebrae.find(screw.level);
    if (found == geometry.vertebrae.end())
      continue;
    const VertebraDimensions &vertebra = found->second;
    const auto fault = [&](const std::string &text) {
      faults.add_combination(places[i], "surgery.screw." + screw.name, text);
    };
    // The axis of a pedicle passes no canal; where its thread ends the mesh decides, as it always did.
    if (screw.path == ScrewPath::cortical_bone_trajectory && screw.level == Level::S1)
      fault("path = \"cortical_bone_trajectory\" is described for L1 to L5; choose \"free\" or \"pedicle_axis\" in S1");
    else if (screw.path != ScrewPath::pedicle_axis) {
      check_place(screw, vertebra, geometry, fault);
      if (const double breach = canal_breach_mm(screw, vertebra); breach > canal_tolerance_mm)
        fault(formatted("the thread reaches %.1f mm into the spinal canal of ", breach) + name(screw.level) +
              "; move the entry point outward, change convergence_angle_deg or take a thinner screw");
    }
    const ScrewLine line = screw_line(screw, vertebra);
    for (std::size_t j = 0; j < i; ++j) {
      const Screw &other = screws[j];
      if (other.level != screw.level)
        continue;
      const double room = (screw.diameter_mm + other.diameter_mm) / 2;
      if (const double gap = distance(line, screw_line(other, vertebra)); gap < room)
        fault(
            formatted("comes so near to \"%s\" that they overlap: their axes pass each other at %.1f mm, their threads "
                      "need %.1f mm; move or shorten one of them",
                      other.name.c_str(), gap, room));
    }
  }
}
} // namespace lumbarfem
