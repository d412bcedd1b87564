#include "postprocess/report/scene_parts.h"

#include "base/formatted.h"
#include "base/number.h"
#include "postprocess/field_arrays.h"
#include "postprocess/report/plots.h"

#include <algorithm>
#include <limits>

namespace lumbarfem
{
namespace
{
/// Numbers of the nodes of a quadratic cell by their place in the lattice of 3 x 3 x 3.
std::array<int, 27> node_at_lattice()
{
  std::array<int, 27> node{};
  for (int k = 0; k < 27; ++k)
    node[static_cast<std::size_t>(vtk_lattice_27[k])] = k;
  return node;
}

/// The eight linear cells of a quadratic one, or the cell itself.
std::vector<std::array<std::int32_t, 8>> linear_cells(const std::vector<std::int32_t> &cell)
{
  std::vector<std::array<std::int32_t, 8>> result;
  if (cell.size() == 8) {
    result.emplace_back();
    std::copy(cell.begin(), cell.end(), result.back().begin());
    return result;
  }
  static const std::array<int, 27> node = node_at_lattice();
  for (int child = 0; child < 8; ++child) {
    result.emplace_back();
    const int start = (child & 1) + 3 * ((child >> 1) & 1) + 9 * (child >> 2);
    for (int corner = 0; corner < 8; ++corner) {
      // The corners of a cell of two lattice steps, halved.
      const int wide = vtk_lattice_8[corner];
      const int step = (wide % 3) / 2 + 3 * ((wide / 3 % 3) / 2) + 9 * ((wide / 9) / 2);
      result.back()[static_cast<std::size_t>(corner)] =
          cell[static_cast<std::size_t>(node[static_cast<std::size_t>(start + step)])];
    }
  }
  return result;
}

ScenePart &find_or_add(std::vector<ScenePart> &parts, const ScenePart &part)
{
  for (ScenePart &other : parts)
    if (other.name == part.name)
      return other;
  parts.push_back(part);
  return parts.back();
}

/// Name and group of the implicit region that a level holds, from the study: cement in a vertebra, a graft or cage in a
/// disc.
ScenePart part_of_implicit_region(const std::string &level, const VariantRecord &variant)
{
  ScenePart part;
  part.level = level;
  part.kind = "hexahedra";
  const bool is_disc = level.find('-') != std::string::npos;
  part.group = is_disc ? "implant" : "cement";
  part.name = level + (is_disc ? " cage or graft" : " cement");
  std::vector<std::string> names;
  for (const auto &[key, value] : variant.settings)
    if (value == level &&
        ((starts_with(key, "surgery.cage.") && key.size() > 5 && key.substr(key.size() - 5) == ".disc") ||
         (starts_with(key, "surgery.cement.") && key.substr(key.size() - 6) == ".level"))) {
      const std::size_t begin = std::string("surgery.").size() + (is_disc ? 5 : 7);
      names.push_back(key.substr(begin, key.rfind('.') - begin));
    }
  if (!names.empty())
    part.name += " (" + joined(names) + ")";
  return part;
}

/// Cells of which an implicit region holds at least half. Where no cell of a level does (the region is smaller than the
/// cells) those that hold most of it.
std::vector<bool> implicit_cells(const SolidFrame &frame)
{
  std::vector<bool> inside(frame.cells.size(), false);
  const auto share = frame.fields.find("implicit region share");
  if (share == frame.fields.end())
    return inside;
  std::map<std::string, double> largest;
  for (std::size_t k = 0; k < frame.cells.size(); ++k) {
    double &own = largest[frame.region_of(k).place_name()];
    own = std::max(own, share->second[k]);
  }
  for (std::size_t k = 0; k < frame.cells.size(); ++k) {
    const double most = largest[frame.region_of(k).place_name()];
    inside[k] = most > 0.01 && share->second[k] >= 0.5 * std::min(1., most);
  }
  return inside;
}

void add_solid(const SolidFrame &frame, const VariantRecord &variant, std::vector<ScenePart> &parts)
{
  const std::vector<bool> inside = implicit_cells(frame);
  std::vector<std::size_t> part_of(frame.cells.size());
  std::map<std::string, std::size_t> known; // by region, or region of an implicit cell
  for (std::size_t k = 0; k < frame.cells.size(); ++k) {
    const Region &region = frame.region_of(k);
    const std::string word = inside[k] ? "implicit " + region.place_name() : region.name;
    auto found = known.find(word);
    if (found == known.end()) {
      ScenePart part = inside[k] ? part_of_implicit_region(region.place_name(), variant) : scene_part_of_region(region);
      part.has_stress = !(frame.bone_is_rigid && part.group == "bone");
      find_or_add(parts, part);
      std::size_t place = 0;
      while (parts[place].name != part.name)
        ++place;
      found = known.emplace(word, place).first;
    }
    part_of[k] = found->second;
  }
  std::vector<std::map<std::int32_t, std::uint32_t>> numbers(parts.size());
  for (std::size_t k = 0; k < frame.cells.size(); ++k) {
    ScenePart &part = parts[part_of[k]];
    for (const auto &cell : linear_cells(frame.cells[k])) {
      for (const std::int32_t node : cell) {
        const auto [entry, is_new] = numbers[part_of[k]].emplace(node, static_cast<std::uint32_t>(part.sources.size()));
        if (is_new) {
          part.sources.push_back(node);
          const Vector3 &point = frame.points[static_cast<std::size_t>(node)];
          part.points.insert(part.points.end(), {point[0], point[1], point[2]});
        }
        part.cells.push_back(entry->second);
      }
      part.cell_sources.push_back(static_cast<std::int32_t>(k)); // the children of a cell share its values
    }
  }
}

/// Displacement of the solid's node that is nearest to a place in the current state: lines and facets are written at
/// their current places only.
class NearestNode
{
public:
  explicit NearestNode(const SolidFrame &frame) : frame_(frame) {}
  Vector3 displacement(const Vector3 &place) const
  {
    double least = std::numeric_limits<double>::max();
    Vector3 found = Vector3::Zero();
    for (std::size_t k = 0; k < frame_.points.size(); ++k) {
      const double distance = (frame_.points[k] + frame_.displacement[k] - place).squaredNorm();
      if (distance < least) {
        least = distance;
        found = frame_.displacement[k];
      }
    }
    return found;
  }

private:
  const SolidFrame &frame_;
};

void add_point(ScenePart &part, const Vector3 &place, const NearestNode &nearest, std::int32_t source)
{
  const Vector3 point = place - nearest.displacement(place);
  part.points.insert(part.points.end(), {point[0], point[1], point[2]});
  part.sources.push_back(source);
}

void add_lines(const LineFrame &frame, const NearestNode &nearest, std::vector<ScenePart> &parts)
{
  for (std::size_t k = 0; k < frame.ends.size(); ++k) {
    ScenePart &part = find_or_add(parts, scene_part_of_line(frame.part[k]));
    if (frame.diameter_mm[k] > 0)
      part.radius_mm = frame.diameter_mm[k] / 2;
    for (std::size_t end = 0; end < 2; ++end) {
      part.cells.push_back(static_cast<std::uint32_t>(part.sources.size()));
      add_point(part, frame.ends[k][end], nearest, static_cast<std::int32_t>(2 * k + end));
    }
    part.cell_sources.push_back(static_cast<std::int32_t>(k));
  }
}

void add_facets(const FacetFrame &frame, const NearestNode &nearest, std::vector<ScenePart> &parts)
{
  const std::size_t first = parts.size();
  for (const std::string &joint : frame.names) { // "L4-L5.left"
    ScenePart part;
    part.level = joint.substr(0, joint.find('.'));
    part.name = part.level + " " + joint.substr(joint.find('.') + 1) + " facet";
    part.group = "facet";
    part.kind = "triangles";
    parts.push_back(part);
  }
  std::vector<std::uint32_t> number(frame.points.size());
  for (std::size_t k = 0; k < frame.points.size(); ++k) {
    ScenePart &part = parts[first + static_cast<std::size_t>(frame.joint[k])];
    number[k] = static_cast<std::uint32_t>(part.sources.size());
    add_point(part, frame.points[k], nearest, static_cast<std::int32_t>(k));
  }
  for (const auto &triangle : frame.triangles)
    for (const std::uint32_t point : triangle)
      parts[first + static_cast<std::size_t>(frame.joint[triangle[0]])].cells.push_back(number[point]);
}

/// Beyond what an eye sees on a spine of 200 mm, also when displacements are magnified.
constexpr double point_resolution_mm = 0.005;

Vector3 place_of(const ScenePart &part, const StateFrame &frame, std::int32_t source)
{
  const auto k = static_cast<std::size_t>(source);
  return part.kind == "lines" ? frame.lines->ends[k / 2][k % 2] : frame.facets->points[k];
}

/// The frame holds the part as it was when its geometry was made.
bool matches(const ScenePart &part, const StateFrame &frame)
{
  if (part.kind == "hexahedra")
    return std::all_of(part.sources.begin(), part.sources.end(),
                       [&](std::int32_t k) { return static_cast<std::size_t>(k) < frame.solid.points.size(); }) &&
           std::all_of(part.cell_sources.begin(), part.cell_sources.end(),
                       [&](std::int32_t k) { return static_cast<std::size_t>(k) < frame.solid.cells.size(); });
  if (part.kind == "triangles")
    return frame.facets && std::all_of(part.sources.begin(), part.sources.end(), [&](std::int32_t k) {
             return static_cast<std::size_t>(k) < frame.facets->points.size();
           });
  return frame.lines && std::all_of(part.cell_sources.begin(), part.cell_sources.end(), [&](std::int32_t k) {
           return static_cast<std::size_t>(k) < frame.lines->part.size() &&
                  scene_part_of_line(frame.lines->part[static_cast<std::size_t>(k)]).name == part.name;
         });
}

/// Fields that a part is shown with: those of facets have names of their own, and what no line of a part has (bending
/// of a ligament) is left out.
void add_fields(const std::map<std::string, std::vector<double>> &fields, const std::vector<std::int32_t> &sources,
                const ScenePart &part, PartState &state)
{
  for (const auto &[name, values] : fields) {
    if (name == "implicit region share")
      continue;
    std::vector<double> own;
    bool any = false;
    for (const std::int32_t k : sources) {
      own.push_back(values[static_cast<std::size_t>(k)]);
      any = any || std::isfinite(own.back());
    }
    // Only the annulus has fibres: elsewhere their stress is not zero but does not exist.
    const bool exists = name.find("fibre") == std::string::npos || part.group == "disc";
    if (part.kind == "lines" ? any : exists)
      state.fields[(part.kind == "triangles" ? "facet " : "") + name] = own;
  }
}
} // namespace

ScenePart scene_part_of_region(const Region &region)
{
  ScenePart part;
  part.level = region.place_name();
  part.kind = "hexahedra";
  part.group = region.is_bone() ? "bone" : region.tissue == TissueKind::cartilage_endplate ? "cartilage" : "disc";
  switch (region.tissue) {
  case TissueKind::annulus:
  case TissueKind::nucleus:
  case TissueKind::posterior_elements:
    part.name = part.level + " " + spoken(name(region.tissue));
    break;
  case TissueKind::cancellous:
  case TissueKind::cortical:
    part.name = part.level + " " + region.part + " bone";
    break;
  default:
    part.name = part.level + " " + spoken(region.part);
  }
  return part;
}

ScenePart scene_part_of_line(const PartId &line)
{
  static const std::map<std::string, std::string> ligaments = {{"ALL", "anterior longitudinal ligament"},
                                                               {"PLL", "posterior longitudinal ligament"},
                                                               {"LF", "ligamentum flavum"},
                                                               {"CL", "capsular ligaments"},
                                                               {"ISL", "interspinous ligament"},
                                                               {"SSL", "supraspinous ligament"},
                                                               {"ITL", "intertransverse ligaments"}};
  ScenePart part;
  part.kind = "lines";
  switch (line.kind) {
  case PartKind::follower_load:
    part.name = "follower load";
    part.group = "load";
    part.opacity = 0;
    part.radius_mm = 0.5;
    break;
  case PartKind::weight:
    part.name = "weights";
    part.group = "load";
    part.radius_mm = 1;
    break;
  case PartKind::ligament: {
    const auto known = ligaments.find(line.object);
    part.level = line.level_name();
    part.name = part.level + " " + (known == ligaments.end() ? line.object + " ligament" : known->second);
    part.group = "ligament";
    part.radius_mm = 0.5;
    break;
  }
  case PartKind::muscle:
    part.name = spoken(line.object) + " " + name(line.side);
    part.group = "muscle";
    part.radius_mm = 0.7;
    break;
  case PartKind::screw:
  case PartKind::rod:
  case PartKind::link:
    part.name = spoken(line.object);
    part.level = line.level_name();
    part.group = "implant";
    part.radius_mm = 2;
    break;
  case PartKind::cord:
  case PartKind::spacer:
    part.name = spoken(line.object) + " " + name(line.kind);
    part.level = line.level_name();
    part.group = "implant";
    part.radius_mm = drawn_radius_mm(line.kind);
    break;
  }
  return part;
}

std::vector<ScenePart> scene_parts(const StateFrame &frame, const VariantRecord &variant)
{
  std::vector<ScenePart> parts;
  add_solid(frame.solid, variant, parts);
  const NearestNode nearest(frame.solid);
  if (frame.lines)
    add_lines(*frame.lines, nearest, parts);
  if (frame.facets)
    add_facets(*frame.facets, nearest, parts);
  return parts;
}

Json geometry_json(const std::vector<ScenePart> &parts, SceneBuffers &buffers)
{
  Json geometry = {{"parts", Json::array()}};
  for (const ScenePart &part : parts) {
    const int n_nodes = part.kind == "hexahedra" ? 8 : part.kind == "triangles" ? 3 : 2;
    Json json = {{"name", part.name},
                 {"level", part.level},
                 {"group", part.group},
                 {"kind", part.kind},
                 {"points", buffers.add_lengths(part.points, 3, point_resolution_mm)},
                 {"cells", buffers.add_indices(part.cells, n_nodes)},
                 {"opacity", part.opacity}};
    if (part.kind == "lines")
      json["radius"] = part.radius_mm;
    geometry["parts"].push_back(json);
  }
  return geometry;
}

std::optional<PartState> part_state(const ScenePart &part, const StateFrame &frame)
{
  if (!matches(part, frame))
    return {};
  PartState state;
  state.displacement.reserve(part.points.size());
  for (std::size_t k = 0; k < part.sources.size(); ++k) {
    Vector3 moved = Vector3::Zero();
    if (part.kind == "hexahedra")
      moved = frame.solid.displacement[static_cast<std::size_t>(part.sources[k])];
    else
      moved = place_of(part, frame, part.sources[k]) -
              Vector3(part.points[3 * k], part.points[3 * k + 1], part.points[3 * k + 2]);
    state.displacement.insert(state.displacement.end(), {moved[0], moved[1], moved[2]});
  }
  if (part.kind == "hexahedra" && part.has_stress)
    add_fields(frame.solid.fields, part.cell_sources, part, state);
  else if (part.kind == "lines")
    add_fields(frame.lines->fields, part.cell_sources, part, state);
  else if (part.kind == "triangles")
    add_fields(frame.facets->fields, part.sources, part, state);
  return state;
}
} // namespace lumbarfem
