#include "postprocess/measures/implant_measures.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
/// Words of a part's name, cut at "_" and ".".
std::vector<std::string> words_of(const std::string &part)
{
  std::vector<std::string> words(1);
  for (const char character : part) {
    if (character == '_' || character == '.')
      words.emplace_back();
    else
      words.back() += character;
  }
  return words;
}

MeasureRows::Place place_of(const std::string &quantity, const std::string &part, const std::string &region,
                            const std::string &component)
{
  return {quantity, level_of_part(part), part, side_of_part(part), region, component};
}

void add_section(const std::string &part, const std::string &region, const std::string &statistic,
                 const LineSegment &section, MeasureRows &rows)
{
  rows.add(place_of("section_force", part, region, "axial"), statistic, section.axial_force_N, "N");
  rows.add(place_of("section_force", part, region, "shear"), statistic, section.shear_force_N, "N");
  rows.add(place_of("section_moment", part, region, "bending"), statistic, section.bending_moment_Nmm / 1000, "Nm");
  rows.add(place_of("section_moment", part, region, "torsion"), statistic, section.torsion_Nmm / 1000, "Nm");
  rows.add(place_of("implant_stress", part, region, "combined"), statistic, section.stress_MPa, "MPa");
}

/// The larger in size, keeping its sign.
double stronger(double a, double b) { return std::abs(b) > std::abs(a) ? b : a; }

/// Worst values along a part; they may belong to different sections.
LineSegment envelope(const std::vector<LineSegment> &segments)
{
  LineSegment worst;
  for (const LineSegment &segment : segments) {
    worst.axial_force_N = stronger(worst.axial_force_N, segment.axial_force_N);
    worst.shear_force_N = stronger(worst.shear_force_N, segment.shear_force_N);
    worst.bending_moment_Nmm = stronger(worst.bending_moment_Nmm, segment.bending_moment_Nmm);
    worst.torsion_Nmm = stronger(worst.torsion_Nmm, segment.torsion_Nmm);
    worst.stress_MPa = stronger(worst.stress_MPa, segment.stress_MPa);
  }
  return worst;
}

/// The element that holds the middle of the part's length.
const LineSegment &middle_segment(const std::vector<LineSegment> &segments)
{
  double length = 0, passed = 0;
  for (const LineSegment &segment : segments)
    length += (segment.end - segment.start).norm();
  for (const LineSegment &segment : segments) {
    passed += (segment.end - segment.start).norm();
    if (passed >= length / 2)
      return segment;
  }
  return segments.back();
}

/// Screws are the parts that have a bedding in bone; the rest are rods.
bool is_screw(const Model &model, const std::string &part)
{
  return std::any_of(model.beddings.begin(), model.beddings.end(),
                     [&](const ScrewBedding *bedding) { return bedding->name() == part; });
}
} // namespace

std::string side_of_part(const std::string &part)
{
  for (const std::string &word : words_of(part))
    if (word == "left" || word == "right")
      return word;
  return "";
}

std::string level_of_part(const std::string &part)
{
  const std::vector<std::string> levels = level_names(), discs = disc_names();
  for (const std::string &word : words_of(part))
    if (std::find(levels.begin(), levels.end(), word) != levels.end() ||
        std::find(discs.begin(), discs.end(), word) != discs.end())
      return word;
  return "";
}

void add_implants(const Model &model, const State &state, MeasureRows &rows)
{
  if (model.implants) {
    std::vector<std::string> parts;
    std::vector<std::vector<LineSegment>> segments;
    for (const LineSegment &segment : model.implants->lines(state)) {
      const auto found = std::find(parts.begin(), parts.end(), segment.part);
      if (found == parts.end()) {
        parts.push_back(segment.part);
        segments.push_back({segment});
      } else {
        segments[found - parts.begin()].push_back(segment);
      }
    }
    for (std::size_t k = 0; k < parts.size(); ++k) {
      add_section(parts[k], "", "maximum", envelope(segments[k]), rows);
      if (!is_screw(model, parts[k]))
        add_section(parts[k], "middle", "value", middle_segment(segments[k]), rows);
    }
  }
  for (const CordAndSpacer *link : model.links) {
    const double cord = link->cord_force(state), spacer = link->spacer_force(state);
    rows.add(place_of("link_force", link->name(), "", "cord"), "value", cord, "N");
    rows.add(place_of("link_force", link->name(), "", "spacer"), "value", spacer, "N");
    rows.add(place_of("link_force", link->name(), "", "net_tension"), "value", cord - spacer, "N");
  }
  const char *const axes[3] = {"x", "y", "z"};
  for (const ScrewBedding *bedding : model.beddings) {
    const Vector3 force = bedding->force_on_bone(state);
    for (int i = 0; i < 3; ++i)
      rows.add(place_of("screw_bone_force", bedding->name(), "", axes[i]), "value", force[i], "N");
    rows.add(place_of("screw_bone_force", bedding->name(), "", "resultant"), "value", force.norm(), "N");
  }
}
} // namespace lumbarfem
