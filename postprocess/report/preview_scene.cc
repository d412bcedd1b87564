#include "postprocess/report/preview_scene.h"

#include "postprocess/field_arrays.h"
#include "postprocess/report/plots.h"
#include "solver/facet_contact.h"
#include "solver/ligaments.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace lumbarfem
{
namespace
{
const char *const strain_field = "ligament strain at rest [%]", *const tension_field = "tension at rest [N]";

SolidFrame unloaded_solid(const Model &model, const State &state)
{
  SolidFrame frame;
  frame.points = model.field.node_position;
  frame.displacement.assign(frame.points.size(), Vector3::Zero());
  frame.regions = model.mesh.regions;
  frame.bone_is_rigid = model.rigid_bone;
  const bool is_quadratic = model.field.n_cell_nodes == 27;
  std::vector<int> all;
  for (std::size_t c = 0; c < model.mesh.cells.size(); ++c) {
    std::vector<std::int32_t> cell;
    for (int k = 0; k < model.field.n_cell_nodes; ++k)
      cell.push_back(
          model.field.cell_nodes[c][model.field.node_of_lattice(is_quadratic ? vtk_lattice_27[k] : vtk_lattice_8[k])]);
    frame.cells.push_back(cell);
    frame.region.push_back(static_cast<std::size_t>(model.mesh.cells[c].region));
    all.push_back(static_cast<int>(c));
  }
  if (model.implicit_volumes.empty())
    return frame;
  std::vector<double> &share = frame.fields["implicit region share"], volume(all.size(), 0.);
  share.assign(all.size(), 0.);
  model.solid->sample(all, state, [&](const PointSample &sample) {
    share[static_cast<std::size_t>(sample.cell)] += sample.weight_mm3 * sample.filled_share;
    volume[static_cast<std::size_t>(sample.cell)] += sample.weight_mm3;
  });
  for (std::size_t c = 0; c < share.size(); ++c)
    share[c] /= volume[c];
  return frame;
}

void add_line(ScenePart &part, const Vector3 &from, const Vector3 &to)
{
  for (const Vector3 &end : {from, to}) {
    part.cells.push_back(static_cast<std::uint32_t>(part.points.size() / 3));
    part.points.insert(part.points.end(), {end[0], end[1], end[2]});
  }
}

/// Strain of each line of the ligaments, in the order of Ligaments::lines.
std::vector<double> ligament_strains(const Ligaments &ligaments, const State &state)
{
  std::vector<double> strains;
  for (std::size_t s = 0; s < ligaments.strands().size(); ++s)
    strains.insert(strains.end(), ligaments.strands()[s].points.size() - 1, 100 * ligaments.strain(s, state));
  return strains;
}

void add_fields(const Model &model, const State &state, const std::vector<LineSegment> &segments, LineFrame &frame)
{
  const double none = std::numeric_limits<double>::quiet_NaN();
  frame.fields.clear(); // forces of loads that do not act yet
  std::vector<double> &strain = frame.fields[strain_field], &tension = frame.fields[tension_field];
  const Ligaments *const ligaments = model.find<Ligaments>();
  const std::vector<double> strains = ligaments ? ligament_strains(*ligaments, state) : std::vector<double>{};
  std::size_t next = 0;
  for (const LineSegment &segment : segments) {
    const PartKind kind = segment.part.kind;
    strain.push_back(kind == PartKind::ligament ? strains.at(next++) : none);
    const bool has_tension = kind == PartKind::ligament || kind == PartKind::cord || kind == PartKind::spacer;
    tension.push_back(has_tension ? segment.axial_force_N : none);
  }
}

Json values_of(const ScenePart &part, const StateFrame &frame, SceneBuffers &buffers, FieldRanges &ranges)
{
  Json fields = Json::object();
  if (part.kind != "hexahedra" && !part.sources.empty()) // nothing is known of solids, arrows and fibres
    if (const std::optional<PartState> state = part_state(part, frame))
      for (const auto &[name, values] : state->fields) {
        fields[field_key(name)] = buffers.add_field(values);
        ranges.add(name, part.group, values);
      }
  return {{"displacement", nullptr}, {"fields", fields}};
}
} // namespace

StateFrame unloaded_frame(const Model &model, int n_unknowns)
{
  const State state(static_cast<std::size_t>(n_unknowns), 0.);
  StateFrame frame;
  frame.solid = unloaded_solid(model, state);
  StepContext context;
  context.stage = "reference";
  const FieldHeader header{context, 0, {}};
  std::vector<LineSegment> segments;
  for (const auto &contribution : model.contributions)
    for (const LineSegment &segment : contribution->lines(state))
      segments.push_back(segment);
  if (!segments.empty()) {
    frame.lines = line_frame(line_data(segments, header), "the model");
    add_fields(model, state, segments, *frame.lines);
  }
  if (model.find<FacetContact>()) {
    frame.facets = facet_frame(facet_data(model, state, header), "the model");
    frame.facets->fields.erase("pressure [MPa]");
  }
  return frame;
}

std::vector<ScenePart> fibre_parts(const Model &model, int n_unknowns)
{
  constexpr double half_length_mm = 2;
  const SpineMesh &mesh = model.mesh;
  std::vector<int> cells;
  for (std::size_t c = 0; c < mesh.cells.size(); ++c)
    if (const DiscCoordinates &disc = mesh.disc_coordinates[c];
        disc.in_annulus && std::min(disc.depth[0], disc.depth[1]) < 1e-9)
      cells.push_back(static_cast<int>(c));
  struct Middle {
    double distance = std::numeric_limits<double>::infinity();
    Vector3 place;
    FibrePoint fibres;
  };
  std::map<int, Middle> middles; // by cell: its point that is nearest to the middle
  model.solid->sample(cells, State(static_cast<std::size_t>(n_unknowns), 0.), [&](const PointSample &sample) {
    const double distance = (sample.unit_point - Vector3::Constant(0.5)).norm();
    const FibrePoint *fibres = sample.material->fibres();
    if (fibres && fibres->k1_MPa > 0 && sample.is_tissue() && distance < middles[sample.cell].distance)
      middles[sample.cell] = {distance, sample.reference, *fibres};
  });
  std::vector<ScenePart> parts;
  for (const auto &[cell, middle] : middles) {
    if (!std::isfinite(middle.distance))
      continue;
    ScenePart wanted;
    wanted.level = mesh.region_of(cell).place_name();
    wanted.name = wanted.level + " fibres of the outermost ring";
    auto part = std::find_if(parts.begin(), parts.end(), [&](const ScenePart &one) { return one.name == wanted.name; });
    if (part == parts.end()) {
      wanted.group = "fibre";
      wanted.kind = "lines";
      wanted.radius_mm = 0.15;
      part = parts.insert(parts.end(), wanted);
    }
    for (const Vector3 &direction : middle.fibres.direction)
      add_line(*part, middle.place - half_length_mm * direction, middle.place + half_length_mm * direction);
  }
  return parts;
}

ScenePart moment_arrow(const SpineMesh &mesh, Direction direction)
{
  constexpr int n_pieces = 30;
  constexpr double radius_mm = 38, sweep = 4.2, head_mm = 8;
  ScenePart part;
  part.name = "moment " + spoken(name(direction));
  part.group = "load";
  part.kind = "lines";
  part.radius_mm = 0.9;
  part.level = name(mesh.vertebrae.front().level);
  const int axis = moment_axis(direction);
  const double sign = moment_sign(direction);
  // Seen against the axis the arrow turns counter-clockwise for a positive moment; it begins below the vertebra.
  const Vector3 u = Vector3::Unit((axis + 1) % 3), v = Vector3::Unit((axis + 2) % 3);
  const Vector3 centre = mesh.vertebrae.front().origin;
  const auto place = [&](double angle, double radius) -> Vector3 {
    return centre + radius * (std::cos(angle) * u + std::sin(angle) * v);
  };
  const double begin = sign > 0 ? -0.5 : pi + 0.5, step = sign * sweep / n_pieces;
  for (int k = 0; k < n_pieces; ++k)
    add_line(part, place(begin + k * step, radius_mm), place(begin + (k + 1) * step, radius_mm));
  const double end = begin + n_pieces * step, back = end - sign * head_mm / radius_mm;
  for (const double side : {-1., 1.})
    add_line(part, place(end, radius_mm), place(back, radius_mm + side * head_mm / 2));
  return part;
}

ScenePart mark_part(const SceneMark &mark)
{
  constexpr int n_round = 16, n_high = 8;
  constexpr double radius_mm = 4; // more than a screw has
  ScenePart part;
  part.name = mark.name;
  part.level = mark.level;
  part.group = "mark";
  part.kind = "triangles";
  for (int j = 0; j <= n_high; ++j)
    for (int i = 0; i < n_round; ++i) {
      const double round = 2 * pi * i / n_round, down = pi * j / n_high;
      const Vector3 point = mark.place + radius_mm * Vector3(std::cos(round) * std::sin(down),
                                                             std::sin(round) * std::sin(down), std::cos(down));
      part.points.insert(part.points.end(), {point[0], point[1], point[2]});
    }
  const auto index = [](int i, int j) { return static_cast<std::uint32_t>(j * n_round + i % n_round); };
  for (int j = 0; j < n_high; ++j)
    for (int i = 0; i < n_round; ++i) {
      if (j + 1 < n_high)
        part.cells.insert(part.cells.end(), {index(i, j), index(i, j + 1), index(i + 1, j + 1)});
      if (j > 0)
        part.cells.insert(part.cells.end(), {index(i, j), index(i + 1, j + 1), index(i + 1, j)});
    }
  return part;
}

void PreviewScene::add(const Model &model, int n_unknowns, const VariantRecord &record,
                       const std::vector<Direction> &directions)
{
  const StateFrame frame = unloaded_frame(model, n_unknowns);
  std::vector<ScenePart> parts = scene_parts(frame, record);
  for (ScenePart &part : parts)
    if (part.group == "load")
      part.opacity = 1; // what a result hides at first is looked for here
  for (ScenePart &part : fibre_parts(model, n_unknowns))
    parts.push_back(std::move(part));
  for (const Direction direction : directions) {
    parts.push_back(moment_arrow(model.mesh, direction));
    if (direction != directions.front())
      parts.back().opacity = 0;
  }
  Json step = {{"label", "unloaded"}, {"load_factor", 0}, {"moment_Nm", nullptr}, {"values", Json::array()}};
  for (const ScenePart &part : parts)
    step["values"].push_back(values_of(part, frame, buffers_, ranges_));
  runs_.push_back({{"variant", record.name},
                   {"direction", ""},
                   {"protocol", ""},
                   {"geometry", geometries_.size()},
                   {"failed", false},
                   {"steps", Json::array({step})}});
  geometries_.push_back(geometry_json(parts, buffers_));
}

void PreviewScene::add_mark(const std::string &variant, const SceneMark &mark)
{
  for (std::size_t k = 0; k < runs_.size(); ++k)
    if (runs_[k]["variant"] == variant) {
      geometries_[k]["parts"].push_back(geometry_json({mark_part(mark)}, buffers_)["parts"][0]);
      runs_[k]["steps"][0]["values"].push_back({{"displacement", nullptr}, {"fields", Json::object()}});
    }
}

Json PreviewScene::json() const
{
  if (runs_.empty())
    return nullptr;
  return {{"length_unit", "mm"},
          {"fields", ranges_.json()},
          {"runs", runs_},
          {"geometries", geometries_},
          {"buffers", buffers_.json()}};
}
} // namespace lumbarfem
