#include "app/simulation/facet_builder.h"

#include "base/formatted.h"
#include "solver/facet_contact.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace lumbarfem
{
namespace
{
/// Nodes farthest out along a symmetric set of directions: enough to carry a point rigidly, few enough for a sparse
/// tangent, and the mirror image of the set is the set.
std::vector<int> spread_nodes(const Discretization &field, const std::vector<int> &nodes, const Matrix3 &axes)
{
  const double directions[3][3] = {{1, 1, 1}, {1, 0.3, 1}, {0.3, 1, 1}};
  std::vector<int> result;
  for (const auto &direction : directions)
    for (int octant = 0; octant < 8; ++octant) {
      const Vector3 along = axes * Vector3((octant & 1 ? -1 : 1) * direction[0], (octant & 2 ? -1 : 1) * direction[1],
                                           (octant & 4 ? -1 : 1) * direction[2]);
      result.push_back(*std::max_element(nodes.begin(), nodes.end(), [&](int a, int b) {
        return field.node_position[a].dot(along) < field.node_position[b].dot(along);
      }));
    }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

/// Bone that carries a facet: its articular process where the mesh has one, else the body.
std::vector<int> carrier_nodes(const Model &model, const VertebraFrame &vertebra, const std::string &process)
{
  const int region = model.mesh.region(name(vertebra.level) + "." + process);
  const std::vector<int> nodes = region >= 0
                                     ? nodes_of_cells(model.field, cells_of_regions(model.mesh, {region}))
                                     : corner_nodes_of_surface(model.mesh, model.field, name(vertebra.level) + ".wall");
  return spread_nodes(model.field, nodes, vertebra.axes);
}

std::size_t place_of(const Model &model, Level level)
{
  std::size_t place = 0;
  while (model.mesh.vertebrae[place].level != level)
    ++place;
  return place;
}

bool is_removed(const Study &study, const FacetJoint &joint)
{
  const std::string side = joint.left ? "left" : "right", above = name(joint.upper),
                    below = name(static_cast<Level>(static_cast<int>(joint.upper) + 1));
  const std::vector<PartRemoval> parts = study.surgery.removed_parts();
  if (removes_region(parts, above + ".inferior_articular_process_" + side) ||
      removes_region(parts, below + ".superior_articular_process_" + side))
    return true;
  const auto &list = study.surgery.facetectomies;
  return std::any_of(list.begin(), list.end(), [&](const Facetectomy &facetectomy) {
    return facetectomy.joint == joint.upper && (joint.left ? facetectomy.left : facetectomy.right);
  });
}

std::vector<FacetJoint> joints_of(const Study &study, const Model &model)
{
  return study.facets.contact ? model.anatomy.facets : std::vector<FacetJoint>();
}

const FacetContact *find_contact(const Model &model, const FacetJoint &joint)
{
  for (const FacetContact *contact : model.all<FacetContact>())
    if (contact->joint().name() == joint.name())
      return contact;
  return nullptr;
}

/// A line of the start table: its cells in the order of start_columns, all as text.
using StartLine = std::array<std::string, 8>;
const StartLine start_columns = {
    "joint", "side", "active", "least_gap_mm", "mean_gap_mm", "area_mm2", "angle_of_normals_deg", "sagittal_angle_deg"};

std::vector<StartLine> start_lines(const Study &study, const Model &model)
{
  std::vector<StartLine> lines;
  const State start(static_cast<std::size_t>(model.system->n_unknowns()), 0.);
  for (const FacetJoint &joint : joints_of(study, model)) {
    StartLine line = {disc_name(joint.upper), joint.left ? "left" : "right", "removed"};
    const VertebraFrame &below = model.mesh.vertebrae[place_of(model, joint.upper) + 1];
    const Vector3 normal = below.axes.transpose() * joint.axes.col(2);
    if (const FacetContact *contact = find_contact(model, joint)) {
      const FacetContact::Resultant resultant = contact->resultant(start);
      line[2] = "yes";
      line[3] = formatted("%.4f", resultant.least_gap_mm);
      line[4] = formatted("%.4f", resultant.mean_gap_mm);
      line[5] = formatted("%.1f", contact->area_mm2());
      line[6] = formatted("%.2f", std::acos(std::clamp(resultant.normals_cosine, -1., 1.)) * 180 / pi);
    }
    line[7] = formatted("%.1f", std::atan2(normal.y(), std::abs(normal.x())) * 180 / pi);
    lines.push_back(line);
  }
  return lines;
}
} // namespace

void add_facets(const Study &study, Model &model)
{
  const Facets &facets = study.facets;
  // Both layers in series.
  const CartilageBed bed(facets.cartilage_modulus_MPa / (2 * facets.layer_thickness_mm), facets.onset_mm);
  for (const FacetJoint &joint : joints_of(study, model)) {
    if (is_removed(study, joint))
      continue;
    const std::size_t upper = place_of(model, joint.upper);
    const std::string side = joint.left ? "left" : "right";
    const auto carried_by = [&](const VertebraFrame &vertebra, const std::string &process) {
      const std::vector<int> nodes = carrier_nodes(model, vertebra, process + "_" + side);
      return [&model, nodes](const Vector3 &point) { return attach_affine(model.field, nodes, point); };
    };
    const VertebraFrame &above = model.mesh.vertebrae[upper], &below = model.mesh.vertebrae[upper + 1];
    model.add(std::make_unique<FacetContact>(joint, facets.gap_mm, bed, carried_by(below, "superior_articular_process"),
                                             carried_by(above, "inferior_articular_process")));
  }
}

std::string facet_start_csv(const Study &study, const Model &model)
{
  std::vector<StartLine> lines = start_lines(study, model);
  lines.insert(lines.begin(), start_columns);
  std::string text;
  for (const StartLine &line : lines)
    for (std::size_t column = 0; column < line.size(); ++column)
      text += line[column] + (column + 1 < line.size() ? "," : "\n");
  return text;
}

std::string facet_start_text(const Study &study, const Model &model)
{
  const std::vector<StartLine> lines = start_lines(study, model);
  if (lines.empty())
    return "";
  std::string text =
      "  facet joint     active   gap least, mean (mm)   area (mm2)   normals (deg)   to sagittal (deg)\n";
  for (const StartLine &line : lines)
    text +=
        formatted("  %-5s %-8s  %-8s %10s %10s   %10s   %13s   %17s\n", line[0].c_str(), line[1].c_str(),
                  line[2].c_str(), line[3].c_str(), line[4].c_str(), line[5].c_str(), line[6].c_str(), line[7].c_str());
  return text;
}

std::vector<std::string> facet_warnings(const Study &study, const Model &model, const std::vector<ResultRow> &rows)
{
  std::vector<std::string> texts;
  for (const FacetContact *contact : model.all<FacetContact>()) {
    const FacetJoint &joint = contact->joint();
    const std::string level = disc_name(joint.upper), side = joint.left ? "left" : "right";
    double area = 0, gap = std::numeric_limits<double>::infinity();
    bool any = false;
    for (const ResultRow &row : rows) {
      if (row.level != level || row.side != side)
        continue;
      if (row.quantity == "facet_area") {
        any = true;
        area = std::max(area, row.value);
      }
      if (row.quantity == "facet_gap" && row.statistic == "minimum")
        gap = std::min(gap, row.value);
    }
    const std::string name = "facet joint " + level + " " + side;
    if (any && area == 0)
      texts.push_back(name + " never touches (least gap " + formatted("%.2f", gap) + " mm)");
    if (gap < -study.facets.layer_thickness_mm)
      texts.push_back(name + ": overclosure of " + formatted("%.2f", -gap) + " mm, more than half of both layers (" +
                      formatted("%g", 2 * study.facets.layer_thickness_mm) +
                      " mm together); its pressure is an extrapolation");
  }
  return texts;
}
} // namespace lumbarfem
