#include "postprocess/measures/endplate_patches.h"

#include "postprocess/measures/mesh_topology.h"
#include "postprocess/measures/sample_statistics.h"
#include "postprocess/measures/stress_invariants.h"

#include <limits>
#include <map>

namespace lumbarfem
{
namespace
{
using Vector2 = Eigen::Vector2d;

/// The plane in which patches are round.
struct Plane {
  Vector3 origin, first, second;
  Vector2 of(const Vector3 &point) const { return {(point - origin).dot(first), (point - origin).dot(second)}; }
};

Plane make_plane(const Vector3 &origin, const Vector3 &left, const Vector3 &normal)
{
  const Vector3 up = normal.normalized(), first = (left - left.dot(up) * up).normalized();
  return {origin, first, up.cross(first)};
}

/// The faces of an endplate as they lie in the plane.
class FlatFaces
{
public:
  FlatFaces(const Discretization &field, const std::vector<CellFace> &faces, const Plane &plane)
      : field_(field), faces_(faces), plane_(plane)
  {
    for (const CellFace &face : faces) {
      Eigen::AlignedBox2d box;
      for (const double s : {0., 0.5, 1.})
        for (const double t : {0., 0.5, 1.})
          box.extend(at(face, {s, t}).head<2>());
      const Vector2 margin = 0.1 * box.sizes(); // of curved edges
      boxes_.push_back({box.min() - margin, box.max() + margin});
    }
  }

  /// The face that lies over a point of the plane, and where; false beside all of them.
  bool find(const Vector2 &point, CellFace &face, Vector2 &place) const
  {
    const double slack = 1e-9;
    for (std::size_t k = 0; k < faces_.size(); ++k) {
      if (!boxes_[k].contains(point))
        continue;
      Vector2 guess(0.5, 0.5);
      for (int iteration = 0; iteration < 20; ++iteration) {
        Eigen::Matrix2d slope;
        const Vector2 step = [&] {
          const Vector2 here = at(faces_[k], guess, &slope);
          return Vector2(slope.inverse() * (point - here));
        }();
        guess += step;
        if (step.norm() < 1e-12 || !(guess.norm() < 10))
          break;
      }
      if ((guess.array() >= -slack).all() && (guess.array() <= 1 + slack).all()) {
        face = faces_[k];
        place = guess;
        return true;
      }
    }
    return false;
  }

  Vector3 unit_point(const CellFace &face, const Vector2 &place, double depth) const
  {
    const int normal = face.face / 2;
    Vector3 unit;
    unit[normal] = depth;
    unit[(normal + 1) % 3] = place[0];
    unit[(normal + 2) % 3] = place[1];
    return unit;
  }

  Vector2 at(const CellFace &face, const Vector2 &place, Eigen::Matrix2d *slope = nullptr) const
  {
    const CellGeometry point = cell_geometry(field_, face.cell, unit_point(face, place, face.face % 2), State());
    if (slope) {
      const int normal = face.face / 2;
      for (int column = 0; column < 2; ++column) {
        const Vector3 along = point.jacobian.col((normal + 1 + column) % 3);
        slope->col(column) = Vector2(along.dot(plane_.first), along.dot(plane_.second));
      }
    }
    return plane_.of(point.reference);
  }

private:
  const Discretization &field_;
  const std::vector<CellFace> &faces_;
  const Plane &plane_;
  std::vector<Eigen::AlignedBox2d> boxes_;
};

double distance_to_segment(const Vector2 &point, const Vector2 &a, const Vector2 &b)
{
  const Vector2 along = b - a;
  const double share = std::clamp((point - a).dot(along) / std::max(along.squaredNorm(), 1e-30), 0., 1.);
  return (point - a - share * along).norm();
}

/// 19 points of equal area in the unit disc: the middle and rings of 6 and 12.
std::vector<Vector2> disc_points()
{
  std::vector<Vector2> points = {Vector2::Zero()};
  for (const auto &[n, middle_area] : {std::pair<int, double>(6, 4. / 19), {12, 13. / 19}})
    for (int k = 0; k < n; ++k) {
      const double angle = 2 * pi * (k + 0.5) / n;
      points.emplace_back(std::sqrt(middle_area) * std::cos(angle), std::sqrt(middle_area) * std::sin(angle));
    }
  return points;
}
} // namespace

std::vector<EndplatePatch> endplate_patches(const SpineMesh &mesh, const Discretization &field,
                                            const std::vector<CellFace> &faces, const Vector3 &centre,
                                            const Vector3 &left, const Vector3 &normal)
{
  const Plane plane = make_plane(centre, left, normal);
  const FlatFaces flat(field, faces, plane);
  Eigen::AlignedBox2d box;
  std::vector<std::array<Vector2, 2>> outline;
  for (const auto &[from, to] : outline_segments(mesh, field, faces)) {
    outline.push_back({plane.of(field.node_position[from]), plane.of(field.node_position[to])});
    box.extend(outline.back()[0]);
    box.extend(outline.back()[1]);
  }
  static const std::vector<Vector2> rule = disc_points();
  const double position[3] = {0.5 - std::sqrt(0.15), 0.5, 0.5 + std::sqrt(0.15)},
               weight[3] = {5. / 18, 8. / 18, 5. / 18};
  std::vector<EndplatePatch> patches;
  const auto first_of = [&](int i) { return static_cast<int>(std::ceil(box.min()[i] / patch_pitch_mm)); };
  const auto last_of = [&](int i) { return static_cast<int>(std::floor(box.max()[i] / patch_pitch_mm)); };
  for (int j = first_of(1); j <= last_of(1); ++j)
    for (int i = first_of(0); i <= last_of(0); ++i) {
      const Vector2 middle = patch_pitch_mm * Vector2(i, j);
      CellFace face{};
      Vector2 place;
      if (!flat.find(middle, face, place))
        continue;
      EndplatePatch patch;
      patch.centre = cell_geometry(field, face.cell, flat.unit_point(face, place, face.face % 2), State()).reference;
      patch.rim_distance_mm = std::numeric_limits<double>::infinity();
      for (const auto &[a, b] : outline)
        patch.rim_distance_mm = std::min(patch.rim_distance_mm, distance_to_segment(middle, a, b));
      for (const Vector2 &point : rule)
        if (flat.find(middle + patch_diameter_mm / 2 * point, face, place))
          for (int k = 0; k < 3; ++k)
            patch.points.push_back({face.cell, flat.unit_point(face, place, position[k]), weight[k]});
      const std::size_t n_on = patch.points.size() / 3;
      if (2 * n_on <= rule.size())
        continue;
      for (EndplatePatch::Point &point : patch.points)
        point.share /= static_cast<double>(n_on);
      patches.push_back(std::move(patch));
    }
  return patches;
}

std::vector<PatchStress> patch_stresses(const Model &model, const State &state,
                                        const std::vector<EndplatePatch> &patches)
{
  struct Wanted {
    std::vector<Vector3> unit_points;
    std::vector<std::pair<std::size_t, double>> patch; ///< and the share in it
  };
  std::map<int, Wanted> by_cell; // each cell's state is worked out once
  for (std::size_t k = 0; k < patches.size(); ++k)
    for (const EndplatePatch::Point &point : patches[k].points)
      if (model.field.cell_rank[point.cell] == model.field.rank) {
        by_cell[point.cell].unit_points.push_back(point.unit_point);
        by_cell[point.cell].patch.emplace_back(k, point.share);
      }
  std::vector<double> sums(2 * patches.size(), 0.);
  for (const auto &[cell, wanted] : by_cell) {
    std::size_t next = 0;
    model.solid->sample_at(cell, wanted.unit_points, state, [&, &places = wanted.patch](const PointSample &sample) {
      const auto &[patch, share] = places[next++];
      sums[2 * patch] += share * von_mises(sample.cauchy_MPa);
      sums[2 * patch + 1] += share * principal_values(sample.cauchy_MPa)[2];
    });
  }
  sum_over_ranks(sums, model.field.communicator);
  std::vector<PatchStress> stresses;
  for (std::size_t k = 0; k < patches.size(); ++k)
    stresses.push_back({sums[2 * k], sums[2 * k + 1]});
  return stresses;
}
} // namespace lumbarfem
