#include "postprocess/measures/implant_measures.h"

#include "postprocess/measures/sample_statistics.h"
#include "postprocess/measures/stress_invariants.h"
#include "solver/beam.h"
#include "solver/cord_and_spacer.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
MeasureRows::Place place_of(const std::string &quantity, const PartId &part, const std::string &region,
                            const std::string &component)
{
  return {quantity, part.level_name(), part.object, name(part.side), region, component};
}

void add_section(const PartId &part, const std::string &region, const std::string &statistic,
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

/// Distance of a point from a segment.
double distance(const Vector3 &point, const Vector3 &start, const Vector3 &end)
{
  const Vector3 span = end - start;
  const double along = std::clamp((point - start).dot(span) / span.squaredNorm(), 0., 1.);
  return (point - start - along * span).norm();
}

/// Stress of the bone in the shell 1 to 3 mm from the surface of a screw. Nearer the springs of the bedding act on
/// single points and the stress is that of the mesh.
void add_bone_round_screw(const Model &model, const BeamStructure &implants, const State &state, const PartId &screw,
                          MeasureRows &rows)
{
  const double nearest_mm = 1, farthest_mm = 3;
  std::vector<const BeamElement *> elements;
  for (const BeamElement &element : implants.elements())
    if (element.part == screw)
      elements.push_back(&element);
  const auto gap = [&](const Vector3 &point) {
    double least = 1e300;
    for (const BeamElement *element : elements)
      least = std::min(least, distance(point, implants.nodes()[element->first].reference,
                                       implants.nodes()[element->second].reference) -
                                  element->section.diameter_mm / 2);
    return least;
  };
  // A point of a cell is hardly ever farther from the cell's nearest node than this.
  const double cell_reach_mm = 10;
  std::vector<int> cells;
  for (int cell = 0; cell < static_cast<int>(model.mesh.cells.size()); ++cell) {
    const std::vector<int> &nodes = model.field.cell_nodes[cell];
    if (model.mesh.disc_coordinates[cell].disc < 0 && std::any_of(nodes.begin(), nodes.end(), [&](int node) {
          return gap(model.field.node_position[node]) <= farthest_mm + cell_reach_mm;
        }))
      cells.push_back(cell);
  }
  WeightedSamples samples;
  model.solid->sample(cells, state, [&](const PointSample &sample) {
    const double at = gap(sample.reference);
    if (sample.is_tissue() && at >= nearest_mm && at <= farthest_mm) // cement is no bone
      samples.add(von_mises(sample.tissue_cauchy_MPa), sample.J * sample.weight_mm3);
  });
  samples.gather(model.field.communicator);
  if (samples.empty())
    return;
  const MeasureRows::Place place = place_of("screw_bone_stress", screw, "shell_1_to_3_mm", "von_mises");
  rows.add(place, "mean", samples.mean(), "MPa");
  rows.add(place, "p95", samples.percentile(0.95), "MPa");
}
} // namespace

void add_implants(const Model &model, const State &state, MeasureRows &rows)
{
  const BeamStructure *const implants = model.find<BeamStructure>();
  if (implants) {
    std::vector<PartId> parts;
    std::vector<std::vector<LineSegment>> segments;
    for (const LineSegment &segment : implants->lines(state)) {
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
      if (parts[k].kind == PartKind::rod)
        add_section(parts[k], "middle", "value", middle_segment(segments[k]), rows);
    }
  }
  for (const CordAndSpacer *link : model.all<CordAndSpacer>()) {
    const double cord = link->cord_force(state), spacer = link->spacer_force(state);
    rows.add(place_of("link_force", link->link(), "", "cord"), "value", cord, "N");
    rows.add(place_of("link_force", link->link(), "", "spacer"), "value", spacer, "N");
    rows.add(place_of("link_force", link->link(), "", "net_tension"), "value", cord - spacer, "N");
  }
  const char *const axes[3] = {"x", "y", "z"};
  for (const ScrewBedding *bedding : model.all<ScrewBedding>()) {
    for (const auto &[tissue, area_mm2] : bedding->contact_mm2())
      rows.add(place_of("screw_contact", bedding->screw(), "", tissue), "value", area_mm2, "mm2");
    rows.add(place_of("screw_bedding", bedding->screw(), "", ""), "value", bedding->stiffness(), "N/mm");
    const Vector3 force = bedding->force_on_bone(state);
    for (int i = 0; i < 3; ++i)
      rows.add(place_of("screw_bone_force", bedding->screw(), "", axes[i]), "value", force[i], "N");
    rows.add(place_of("screw_bone_force", bedding->screw(), "", "resultant"), "value", force.norm(), "N");
    if (implants && !model.rigid_bone)
      add_bone_round_screw(model, *implants, state, bedding->screw(), rows);
  }
}
} // namespace lumbarfem
