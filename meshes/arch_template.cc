#include "meshes/arch_template.h"

#include "meshes/landmarks.h"
#include "meshes/posterior_landmarks.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
/// Length of each articular process' neck as a share of the distance between the upper and the lower facet.
constexpr double neck_share = 0.2;
/// Least height of the superior process' neck at its outer side.
constexpr double least_neck_mm = 3;

Vector3 mean(const Vector3 &a, const Vector3 &b) { return (a + b) / 2; }

/// Horizontal unit vector.
Vector3 level(const Vector3 &direction) { return Vector3(direction.x(), direction.y(), 0).normalized(); }

/// Builds the corners of one arch part by part; later parts use the corners of the earlier ones.
class ArchBuilder
{
public:
  ArchBuilder(const SpineGeometry &geometry, Level vertebra, const BonyFacetJoint &above, const BonyFacetJoint *below)
      : geometry_(geometry), level_(vertebra), marks_(posterior_landmarks(vertebra)), above_(above), below_(below)
  {
  }

  ArchTemplate build()
  {
    place_superior_facet();
    if (!below_) {
      place_stub();
      return result_;
    }
    place_inferior_facet();
    place_column();
    place_lamina();
    place_inferior_process();
    place_pedicle();
    place_pars();
    place_spinous_process();
    place_transverse_process();
    return result_;
  }

private:
  const SpineGeometry &geometry_;
  Level level_;
  const PosteriorLandmarks &marks_;
  const BonyFacetJoint &above_;
  const BonyFacetJoint *below_;
  ArchTemplate result_;

  Vector3 &at(int a, int b, int c) { return result_.corners[{a, b, c}]; }
  Vector3 place(const Vector3 &measured) const { return landmark_position(geometry_, level_, measured); }

  /// Facet on the inside, and as far outside as the process is wide; narrower toward its tip.
  void place_superior_facet()
  {
    const Vector3 outward = -level(above_.normal);
    for (int b = 1; b <= 3; ++b) {
      const double back = b - 2;
      // The facet's lower front corner is cut off, as on the rounded facets of the bone: the pedicle comes in there.
      at(2, b, 5) = above_.superior_facet(back, back < 0 ? -0.4 : back > 0 ? -1 : -0.8);
      at(2, b, 6) = above_.superior_facet(back, 1);
      at(3, b, 5) = at(2, b, 5) + superior_thickness() * outward;
      at(3, b, 6) = above_.superior_facet(0.9 * back, 1) - 0.9 * superior_thickness() * above_.normal;
    }
  }

  double superior_thickness() const
  {
    const Vector3 side = place(marks_.superior_middle + Vector3(marks_.superior_width / 2, 0, 0));
    return (above_.superior_facet(0, 0) - side).dot(above_.normal);
  }

  /// Carries the process of the sacrum: 8 mm below the facet, where it is clamped.
  void place_stub()
  {
    for (int a = 2; a <= 3; ++a)
      for (int b = 1; b <= 3; ++b)
        at(a, b, 4) = at(a, b, 5) - 8 * Vector3::UnitZ();
  }

  void place_inferior_facet()
  {
    for (int b = 1; b <= 3; ++b) {
      at(2, b, 1) = below_->inferior_facet(b - 2, b == 1 ? 0.6 : 1); // the pars comes in at the front corner
      at(2, b, 0) = below_->inferior_facet(b - 2, -1);
    }
  }

  /// The line of the facets between them: roots of both processes and the middle of the column.
  void place_column()
  {
    const double neck = neck_share * (at(2, 2, 5).z() - at(2, 2, 1).z());
    const auto direction = [](const BonyFacetJoint &joint, double weight) {
      return level(level(joint.backward) + weight * Vector3::UnitY());
    };
    const Vector3 upper = at(2, 2, 5), lower = at(2, 2, 1);
    for (int b = 1; b <= 3; ++b) {
      const double back = b - 2;
      at(2, b, 4) = upper + 0.9 * back * above_.half_width * direction(above_, 2);
      at(2, b, 4).z() = at(2, b, 5).z() - neck;
      at(2, b, 2) = lower + 0.8 * back * below_->half_width * direction(*below_, 1) + neck * Vector3::UnitZ();
      at(2, b, 3) = mean(at(2, b, 4), at(2, b, 2));
    }
  }

  /// Sagittal sections at the mid-plane and beside the spinous process; the back is that of the source, the front makes
  /// room for the canal. At the edges the lamina is thinner than in the middle.
  void place_lamina()
  {
    static const SpineGeometry subject = spine_preset("male_subject");
    const double filled = subject.vertebrae.at(level_).canal_depth_mm - marks_.wrapped_canal_depth;
    const double thickness = marks_.lamina_thickness - filled;
    const Vector3 back(0, marks_.lamina_axis.z(), -marks_.lamina_axis.y());
    Vector3 centre[] = {marks_.lamina_inferior_edge + filled / 2 * back, marks_.lamina_centre + filled / 2 * back,
                        marks_.lamina_superior_edge + filled / 2 * back};
    // The section's lower edge is the root of the inferior process too, which lies further in front.
    centre[0].y() = (centre[0].y() + marks_.inferior_middle.y()) / 2;
    for (int c = 2; c <= 4; ++c)
      for (int b = 1; b <= 3; ++b) {
        const Vector3 point = centre[c - 2] + (c == 3 ? 0.5 : 0.3) * (b - 2) * thickness * back;
        at(1, b, c) = place(point);
        if (c == 2)
          at(1, b, c).z() = (at(1, b, c).z() + at(2, 2, 1).z()) / 2;
        at(0, b, c) = Vector3(0, at(1, b, c).y(), at(1, b, c).z());
      }
  }

  void place_inferior_process()
  {
    const Vector3 side = place(marks_.inferior_middle - Vector3(marks_.inferior_width / 2, 0, 0));
    const double thickness = (below_->inferior_facet(0, 0) - side).dot(-below_->normal);
    // Inward along the facet's normal, but level: the tip is blunt.
    const Vector3 inward = thickness * level(below_->normal);
    for (int b = 1; b <= 3; ++b) {
      at(1, b, 0) = below_->inferior_facet(0.8 * (b - 2), -1) + 0.8 * inward;
      at(1, b, 1) = (at(1, b, 0) + 2 * at(1, b, 2)) / 3;
    }
  }

  /// Rear end of the pedicle and the column behind it, between the superior and the inferior process.
  void place_pedicle()
  {
    const VertebraDimensions &body = geometry_.vertebrae.at(level_);
    const PedicleAxis axis = pedicle_axis(body);
    const Vector3 rear = axis.centre + marks_.neck_behind_isthmus * axis.direction;
    const Vector3 outward = body.pedicle_width_mm / 2 * Vector3(axis.direction.y(), -axis.direction.x(), 0);
    const Vector3 upward = body.pedicle_height_mm / 2 * Vector3::UnitZ();
    const Vector3 side = superior_thickness() * level(2 * Vector3::UnitX() - level(above_.normal));
    at(3, 3, 4) = at(2, 3, 4) + side;
    // In front the outer edge lies between the pedicle and the superior process.
    at(3, 1, 4) = mean(rear + outward, at(2, 1, 4) + side);
    at(3, 1, 3) = at(3, 1, 4);
    at(3, 1, 4).z() = (rear.z() + upward.z() + at(2, 1, 5).z()) / 2;
    at(3, 1, 3).z() = rear.z() - upward.z();
    at(3, 2, 4) = mean(at(3, 1, 4), at(3, 3, 4));
    at(2, 1, 3) = mean(at(2, 1, 3), rear - outward - upward);
    for (int i = 0; i < 2; ++i)
      at(3, 1, 5)[i] = (at(3, 1, 5)[i] + at(3, 1, 4)[i]) / 2;
    for (int b = 1; b <= 3; ++b)
      at(3, b, 5).z() = std::max(at(3, b, 5).z(), at(3, b, 4).z() + least_neck_mm);
  }

  void place_pars()
  {
    const Vector3 border = place(marks_.pars_border);
    const double forward = std::max(0., at(2, 2, 2).y() - border.y());
    for (int b = 1; b <= 3; ++b) {
      // Beside the root of the inferior process, neither below nor behind it.
      const Vector3 &root = at(2, b, 2);
      at(3, b, 2) = Vector3(std::max(border.x(), root.x() + 3), root.y() - forward, std::max(border.z(), root.z() + 1));
    }
    at(3, 3, 3) = mean(at(3, 3, 4), at(3, 3, 2));
    at(3, 2, 3) = mean(at(3, 1, 3), at(3, 3, 3));
  }

  void place_spinous_process()
  {
    Vector3 upper[3], lower[3];
    for (int end = 0; end < 2; ++end) {
      upper[2 * end] = place(marks_.spinous_superior[end]);
      lower[2 * end] = place(marks_.spinous_inferior[end]);
    }
    upper[1] = mean(upper[0], upper[2]);
    // The lower root may lie in front of the lamina's back: the first station is further along the edge then.
    const double behind = at(0, 3, 2).y() + 5;
    if (lower[0].y() < behind)
      lower[0] += (behind - lower[0].y()) / (lower[2].y() - lower[0].y()) * (lower[2] - lower[0]);
    lower[1] = mean(lower[0], lower[2]);
    for (int station = 0; station < 3; ++station)
      for (int c = 2; c <= 4; ++c) {
        const Vector3 centre = lower[station] + (c - 2) / 2. * (upper[station] - lower[station]);
        at(0, 4 + station, c) = centre;
        at(1, 4 + station, c) = centre + marks_.spinous_thickness[station] / 2 * Vector3::UnitX();
      }
  }

  void place_transverse_process()
  {
    for (int station = 0; station < 3; ++station) {
      const Vector3 centre = place(marks_.transverse_centre[station]);
      // The tip is rounded.
      const double size = station == 2 ? 0.7 : 1;
      const double depth = size * marks_.transverse_depth[std::min(station, 1)] / 2;
      const double height = size * marks_.transverse_height[std::min(station, 1)] / 2;
      for (int b = 1; b <= 2; ++b)
        for (int c = 3; c <= 4; ++c)
          at(4 + station, b, c) = centre + Vector3(0, b == 1 ? -depth : depth, c == 3 ? -height : height);
    }
  }
};
} // namespace

Vector3 ArchTemplate::line(int a, int c, int b, double share) const
{
  if (b >= 1 && b <= 2 && corners.count({a, 1, c}) && corners.count({a, 3, c})) {
    const double t = b - 2 + share;
    return t * (t - 1) / 2 * corners.at({a, 1, c}) + (1 - t * t) * corners.at({a, 2, c}) +
           t * (t + 1) / 2 * corners.at({a, 3, c});
  }
  return (1 - share) * corners.at({a, b, c}) + share * corners.at({a, b + 1, c});
}

Vector3 ArchTemplate::point(const Index &block, const Vector3 &unit) const
{
  const auto [a, b, c] = block;
  Vector3 sum = Vector3::Zero();
  for (int i = 0; i < 2; ++i)
    for (int k = 0; k < 2; ++k) {
      const double weight = (i ? unit.x() : 1 - unit.x()) * (k ? unit.z() : 1 - unit.z());
      sum += weight * (b == 0 ? unit.y() * corners.at({a + i, 1, c + k}) : line(a + i, c + k, b, unit.y()));
    }
  return b == 0 ? Vector3(sum + (1 - unit.y()) * pedicle_front(unit.x(), unit.z())) : sum;
}

PedicleAxis pedicle_axis(const VertebraDimensions &dimensions)
{
  const double angle = dimensions.pedicle_angle_deg * pi / 180;
  return {{dimensions.pedicle_lateral_mm, dimensions.pedicle_posterior_mm, dimensions.pedicle_superior_mm},
          {std::sin(angle), std::cos(angle), 0}};
}

ArchTemplate arch_template(const SpineGeometry &geometry, Level level, const BonyFacetJoint &above,
                           const BonyFacetJoint *below)
{
  return ArchBuilder(geometry, level, above, below).build();
}
} // namespace lumbarfem
