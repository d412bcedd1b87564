#include "app/simulation/implant_builder.h"

#include "app/simulation/screw_axis.h"
#include "base/user_error.h"
#include "solver/beam.h"
#include "solver/cord_and_spacer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

namespace lumbarfem
{
namespace
{
constexpr double node_spacing_mm = 5;
constexpr int n_round = 8;                 ///< lines along the surface of a screw that the bedding acts on
constexpr double line_step_mm = 0.5;       ///< in which a line is searched for bone
constexpr int n_samples = 6;               ///< of the bone along the piece of a line that a spring stands for
constexpr double line_tolerance_mm = 1e-6; ///< of the places where it enters and leaves
/// Between an arch and its body, which are tied there: a gap of the mesh and not of the bone.
constexpr double bridged_gap_mm = 2;
constexpr double rotation_row_scale = 0.1; ///< 1/mm: a nodal moment counts as its force at 10 mm

const VertebraFrame &frame_of(const SpineMesh &mesh, Level level)
{
  return *std::find_if(mesh.vertebrae.begin(), mesh.vertebrae.end(),
                       [&](const VertebraFrame &v) { return v.level == level; });
}

/// Those of the cells that a point of a screw's surface can lie in or be bridged to: far ones need not be searched
/// again for each point.
std::vector<int> cells_near(const Screw &screw, const ScrewAxis &axis, const SpineMesh &mesh,
                            const std::vector<int> &cells)
{
  const Vector3 margin = Vector3::Constant(0.5 * screw.diameter_mm + bridged_gap_mm + line_step_mm);
  const Vector3 low = axis.head.cwiseMin(axis.tip) - margin, high = axis.head.cwiseMax(axis.tip) + margin;
  std::vector<int> near;
  for (const int cell : cells) {
    Vector3 least = mesh.nodes[mesh.cells[cell].nodes[0]], largest = least;
    for (const int node : mesh.cells[cell].nodes) {
      least = least.cwiseMin(mesh.nodes[node]);
      largest = largest.cwiseMax(mesh.nodes[node]);
    }
    if ((least.array() <= high.array()).all() && (largest.array() >= low.array()).all())
      near.push_back(cell);
  }
  return near.empty() ? cells : near; // no cells would mean all of the mesh
}

BeamSection section_of(double diameter_mm, const TissueChoice &material, const std::string &where)
{
  const Tissue tissue = make_tissue(material.preset, material.overrides, where);
  return {diameter_mm, tissue.modulus_MPa, tissue.poisson_ratio};
}

/// Is the point inside the bone? (closest point of the level's cells within @p tolerance)
bool find_bone(const SpineMesh &mesh, const Discretization &field, const std::vector<int> &cells, const Vector3 &point,
               double tolerance_mm, AttachedPoint &bone)
{
  try {
    bone = attach_in_cell(mesh, field, cells, point, tolerance_mm, "");
    return true;
  } catch (const UserError &) {
    return false;
  }
}

Side side_of(bool left) { return left ? Side::left : Side::right; }

/// The part of a line that lies in bone, by the distance from the line's start.
struct Interval {
  double from, to;
};

/// The parts of a line that lie in the cells; small gaps are bridged.
std::vector<Interval> intervals_in_bone(const SpineMesh &mesh, const Discretization &field,
                                        const std::vector<int> &cells, const Vector3 &start, const Vector3 &direction,
                                        double length)
{
  AttachedPoint bone;
  const auto is_inside = [&](double along) {
    return find_bone(mesh, field, cells, start + along * direction, 1e-6, bone);
  };
  const int n = static_cast<int>(std::ceil(length / line_step_mm));
  std::vector<Interval> intervals;
  bool was_inside = is_inside(0);
  if (was_inside)
    intervals.push_back({0, length});
  for (int k = 1; k <= n; ++k) {
    const double before = length * (k - 1) / n, after = length * k / n;
    const bool now_inside = is_inside(after);
    if (now_inside == was_inside)
      continue;
    double outside = now_inside ? before : after, inside = now_inside ? after : before;
    while (std::abs(inside - outside) > line_tolerance_mm) {
      const double middle = 0.5 * (inside + outside);
      (is_inside(middle) ? inside : outside) = middle;
    }
    if (!now_inside)
      intervals.back().to = inside;
    else if (!intervals.empty() && inside - intervals.back().to <= bridged_gap_mm)
      intervals.back().to = length;
    else
      intervals.push_back({inside, length});
    was_inside = now_inside;
  }
  return intervals;
}

/// Builder of the beam nodes and elements of all screws and rods.
class ConstructBuilder
{
public:
  ConstructBuilder(const Study &study, Model &model, int &next_block, std::vector<double> &row_scale,
                   std::vector<BodyMotion::Follower> &followers, const BoneLookup &bone_at)
      : study_(study), model_(model), next_block_(next_block), row_scale_(row_scale), followers_(followers),
        bone_at_(bone_at)
  {
  }

  void add_screw(const Screw &screw)
  {
    const ScrewAxis axis = screw_axis(screw, model_.anatomy, model_.mesh);
    const Vector3 span = axis.tip - axis.head;
    const int n = std::max(2, static_cast<int>(std::lround(span.norm() / node_spacing_mm)));
    const BeamSection section = section_of(screw.diameter_mm, screw.material, "surgery.screw." + screw.name);
    const std::vector<int> cells = cells_near(screw, axis, model_.mesh, cells_of_level(model_.mesh, screw.level));
    const Vector3 forward = span.normalized();
    const Vector3 side = forward.cross(Vector3::UnitZ()).normalized(), up = side.cross(forward);
    const PartId part{PartKind::screw, screw.name, LevelSpan{screw.level, screw.level}, side_of(screw.left)};
    const int first = static_cast<int>(nodes_.size());
    heads_[{screw.level, screw.left}].push_back(first);
    const int body = static_cast<int>(&frame_of(model_.mesh, screw.level) - model_.mesh.vertebrae.data());
    for (int k = 0; k <= n; ++k) {
      const int node = add_node(axis.head + span * (static_cast<double>(k) / n), {body, -1, 0});
      if (k > 0)
        elements_.push_back({node - 1, node, section, part});
    }
    std::vector<ScrewBedding::Spring> springs;
    ScrewBedding::Contact contact;
    for (int line = 0; line < n_round; ++line) {
      const double angle = 2 * pi * line / n_round;
      add_springs(screw, cells, first, n, span,
                  0.5 * screw.diameter_mm * (std::cos(angle) * side + std::sin(angle) * up), springs, contact);
    }
    beddings_.push_back(std::make_unique<ScrewBedding>(part, std::move(springs), std::move(contact)));
    if (beddings_.back()->stiffness() <= 0)
      throw UserError("surgery.screw." + screw.name +
                      ": the bone along its thread has no stiffness, so that nothing "
                      "holds it; change its path or leave the screw out");
  }

  void add_rod(const Rod &rod)
  {
    const BeamSection section = section_of(rod.diameter_mm, rod.material, "surgery.rod." + rod.name);
    const PartId part{PartKind::rod, rod.name, LevelSpan{rod.upper, rod.lower}, side_of(rod.left)};
    int previous = -1;
    for (int level = static_cast<int>(rod.upper); level <= static_cast<int>(rod.lower); ++level) {
      const auto found = heads_.find({static_cast<Level>(level), rod.left});
      if (found == heads_.end())
        continue;
      std::vector<int> heads = found->second;
      const Vector3 upward = frame_of(model_.mesh, static_cast<Level>(level)).axes.col(2);
      std::stable_sort(heads.begin(), heads.end(),
                       [&](int a, int b) { return upward.dot(nodes_[a].reference) > upward.dot(nodes_[b].reference); });
      for (const int head : heads) {
        if (previous >= 0)
          connect(previous, head, section, part);
        previous = head;
      }
    }
  }

  /// Where there is one screw.
  AttachedPoint head(Level level, bool left) const
  {
    const BeamNode &node = nodes_[heads_.at({level, left}).front()];
    return extra_point(node.displacement_block, node.reference);
  }

  void finish()
  {
    if (nodes_.empty())
      return;
    model_.add(std::make_unique<BeamStructure>("screws_and_rods", nodes_, elements_));
    for (auto &bedding : beddings_)
      model_.add(std::move(bedding));
  }

private:
  int add_node(const Vector3 &reference, const BodyMotion::Share &share)
  {
    followers_.push_back({next_block_, reference, share});
    nodes_.push_back({reference, next_block_, next_block_ + 1});
    next_block_ += 2;
    row_scale_.push_back(1);
    row_scale_.push_back(rotation_row_scale);
    return static_cast<int>(nodes_.size()) - 1;
  }

  /// Bedding along one line of a screw's surface, at @p out from its axis: integrated by two Gauss points over each
  /// part of the line that lies in bone and is nearest to one node, which carries it rigidly. Where bone begins and
  /// ends the parts shrink to nothing, so that the stiffness changes smoothly as the screw moves.
  void add_springs(const Screw &screw, const std::vector<int> &cells, int first_node, int n, const Vector3 &span,
                   const Vector3 &out, std::vector<ScrewBedding::Spring> &springs, ScrewBedding::Contact &contact) const
  {
    const double length = span.norm(), spacing = length / n;
    const Vector3 forward = span / length, start = nodes_[first_node].reference + out;
    for (const Interval &part : intervals_in_bone(model_.mesh, model_.field, cells, start, forward, length))
      for (int k = 0; k <= n; ++k) {
        const double from = std::max(part.from, (k - 0.5) * spacing), to = std::min(part.to, (k + 0.5) * spacing);
        if (to <= from)
          continue;
        const double area = pi * screw.diameter_mm / n_round * (to - from) / 2;
        for (const double side : {-1., 1.}) {
          const double along = 0.5 * (from + to) + side * (to - from) / (2 * std::sqrt(3.));
          int host = -1;
          const AttachedPoint bone = attach_in_cell(model_.mesh, model_.field, cells, start + along * forward,
                                                    bridged_gap_mm, "surgery.screw." + screw.name, &host);
          double bedding = screw.bone_stiffness_N_per_mm3;
          if (screw.is_bedded_by_bone) {
            const double end = side < 0 ? from : to, middle = 0.5 * (from + to);
            bedding = bedding_from_bone(screw, cells, start + std::min(end, middle) * forward,
                                        start + std::max(end, middle) * forward, area, contact);
          } else
            contact[bone_at_(host, bone.reference).tissue] += area;
          springs.push_back({nodes_[first_node + k], out + (along - k * spacing) * forward, bone,
                             screw.bedding_factor * bedding * area, area});
        }
      }
  }

  /// Mean over a piece of a line of G / (r ln(R / r)), see BoneLookup.
  double bedding_from_bone(const Screw &screw, const std::vector<int> &cells, const Vector3 &start, const Vector3 &end,
                           double area, ScrewBedding::Contact &contact) const
  {
    const double radius = screw.diameter_mm / 2;
    const double per_shear_modulus = 1 / (radius * std::log1p(screw.bedding_layer_mm / radius));
    double sum = 0;
    for (int k = 0; k < n_samples; ++k) {
      const Vector3 point = start + (k + 0.5) / n_samples * (end - start);
      int host = -1;
      attach_in_cell(model_.mesh, model_.field, cells, point, bridged_gap_mm, "surgery.screw." + screw.name, &host);
      const BoneAt bone = bone_at_(host, point);
      sum += bone.shear_modulus_MPa / n_samples;
      contact[bone.tissue] += area / n_samples;
    }
    return per_shear_modulus * sum;
  }

  void connect(int first, int last, const BeamSection &section, const PartId &part)
  {
    const int bodies[] = {body_of_node(first), body_of_node(last)};
    const Vector3 start = nodes_[first].reference, span = nodes_[last].reference - start;
    const int n = std::max(4, static_cast<int>(std::lround(span.norm() / node_spacing_mm)));
    int previous = first;
    for (int k = 1; k <= n; ++k) {
      const double along = static_cast<double>(k) / n;
      const int node = k == n ? last : add_node(start + span * along, {bodies[0], bodies[1], along});
      elements_.push_back({previous, node, section, part});
      previous = node;
    }
  }

  /// Body of a screw's node.
  int body_of_node(int node) const
  {
    return std::find_if(followers_.begin(), followers_.end(),
                        [&](const BodyMotion::Follower &f) { return f.block == nodes_[node].displacement_block; })
        ->share.first;
  }

  const Study &study_;
  Model &model_;
  int &next_block_;
  std::vector<double> &row_scale_;
  std::vector<BodyMotion::Follower> &followers_;
  const BoneLookup &bone_at_;
  std::vector<BeamNode> nodes_;
  std::vector<BeamElement> elements_;
  std::map<std::pair<Level, bool>, std::vector<int>> heads_;
  std::vector<std::unique_ptr<ScrewBedding>> beddings_;
};
} // namespace

void add_implants(const Study &study, Model &model, int &next_block, std::vector<double> &row_scale,
                  std::vector<BodyMotion::Follower> &followers, const BoneLookup &bone_at)
{
  ConstructBuilder builder(study, model, next_block, row_scale, followers, bone_at);
  for (const Screw &screw : study.surgery.screws)
    builder.add_screw(screw);
  for (const Rod &rod : study.surgery.rods)
    builder.add_rod(rod);
  builder.finish();
  for (const DynamicLink &link : study.surgery.links) {
    model.add(std::make_unique<CordAndSpacer>(
        PartId{PartKind::link, link.name, LevelSpan{link.upper, link.lower}, side_of(link.left)},
        builder.head(link.upper, link.left), builder.head(link.lower, link.left),
        CordAndSpacer::Properties{link.cord_pretension_N, link.cord_stiffness_N_per_mm, link.spacer_stiffness_N_per_mm,
                                  link.spacer_offset_mm}));
  }
}
} // namespace lumbarfem
