#include "app/simulation/implicit_region.h"

#include "app/simulation/cement_identity.h"
#include "base/formatted.h"
#include "base/user_error.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
constexpr double touching_mm = 0.5;     ///< so far bodies that touch may reach into one another
constexpr double touching_share = 0.01; ///< of the smaller body: less of it in another one counts as touching, too
constexpr double volume_warning = 0.02; ///< relative difference between shape and quadrature

/// Points spread evenly over the unit ball: those of a low-discrepancy sequence (Roberts 2018: powers of the root of
/// x^4 = x + 1) that lie in one octant of it, mirrored into the others, so that a mirrored body has the mirrored
/// shares.
const std::vector<Vector3> &unit_ball()
{
  static const std::vector<Vector3> points = [] {
    const std::size_t n_points = 8 * 512;
    const double root = 1.2207440846057596;
    std::vector<Vector3> result;
    for (int k = 1; result.size() < n_points; ++k) {
      Vector3 point;
      for (int i = 0; i < 3; ++i) {
        const double value = 0.5 + k * std::pow(root, -(i + 1));
        point[i] = value - std::floor(value);
      }
      if (point.squaredNorm() > 1)
        continue;
      for (int octant = 0; octant < 8; ++octant)
        result.emplace_back((octant & 1 ? -1 : 1) * point[0], (octant & 2 ? -1 : 1) * point[1],
                            (octant & 4 ? -1 : 1) * point[2]);
    }
    return result;
  }();
  return points;
}

/// A part of a body that covers a share of the ball about a point.
struct Met {
  int body;
  const SignedDistance *distance;
  double share;
};

void add_filling(PointMaterial &material, const ImplicitBody &body, int index, double share)
{
  if (share <= 0)
    return;
  for (Filling &filling : material.fillings)
    if (filling.body == index) { // another part of the same body
      filling.share += share;
      material.tissue_share = std::max(0., material.tissue_share - share);
      return;
    }
  material.fill({body.law.get(), share, index});
}
} // namespace

double covered_share(double distance_mm, double diameter_mm)
{
  const double t = std::clamp(0.5 - distance_mm / diameter_mm, 0., 1.);
  return t * t * (3 - 2 * t);
}

double ImplicitBody::distance(const Vector3 &reference) const
{
  double least = parts.front()(reference);
  for (std::size_t k = 1; k < parts.size(); ++k)
    least = std::min(least, parts[k](reference));
  return least;
}

void ImplicitRegions::fill(PointMaterial &material, int region, const Vector3 &reference) const
{
  std::vector<Met> met;
  for (std::size_t b = 0; b < bodies_.size(); ++b) {
    if (!bodies_[b].acts_in_region[region])
      continue;
    for (const SignedDistance &distance : bodies_[b].parts) {
      const double share = covered_share(distance(reference), bodies_[b].edge_mm);
      if (share > 0)
        met.push_back({static_cast<int>(b), &distance, share});
      if (share >= 1)
        break;
    }
    if (!met.empty() && met.back().share >= 1)
      break;
  }
  if (met.empty())
    return;
  const auto add = [&](const Met &part, double share) { add_filling(material, bodies_[part.body], part.body, share); };
  const bool is_full = met.back().share >= 1;
  if (met.size() == 1)
    add(met[0], met[0].share);
  else if (met.size() == 2 && is_full) {
    add(met[0], met[0].share);
    add(met[1], 1 - met[0].share);
  } else {
    const double radius = bodies_[met[0].body].edge_mm / 2;
    std::vector<int> count(met.size(), 0);
    for (const Vector3 &offset : unit_ball()) {
      const Vector3 sample = reference + radius * offset;
      for (std::size_t k = 0; k < met.size(); ++k)
        if (met[k].share >= 1 || (*met[k].distance)(sample) <= 0) {
          ++count[k];
          break;
        }
    }
    for (std::size_t k = 0; k < met.size(); ++k)
      add(met[k], static_cast<double>(count[k]) / static_cast<double>(unit_ball().size()));
  }
  if (material.tissue_share < 1e-12) // rounding: nothing is left
    material.tissue_share = 0;
}

ImplicitRegions::ImplicitRegions(const Surgery &surgery, const SpineMesh &mesh, ElementType element,
                                 const std::vector<ImplicitBody> &more)
    : bodies_(more)
{
  for (const Cage &cage : surgery.cages)
    bodies_.push_back(make_cage(cage, mesh, element));
  // Never in the order of the study: the larger first, smaller ones lie round it.
  std::vector<Cement> cements = surgery.cements;
  std::stable_sort(cements.begin(), cements.end(), [&](const Cement &a, const Cement &b) {
    const double first = asked_mm3(a, mesh), second = asked_mm3(b, mesh);
    return first != second ? first > second : a.name < b.name;
  });
  for (const Cement &cement : cements) {
    bodies_.push_back(make_cement(cement, mesh, element, bodies_));
    if (const std::string text = pattern_warning(cement, *bodies_.back().cement); !text.empty())
      warnings_.push_back(text);
  }
  for (const Cage &cage : surgery.cages)
    if (const std::string text = footprint_warning(cage, mesh); !text.empty())
      warnings_.push_back(text);
  integrate_shares(mesh, element);
  check_overlaps(mesh);
  check_volumes();
}

ImplicitRegions::ImplicitRegions(std::vector<ImplicitBody> bodies, const SpineMesh &mesh, ElementType element)
    : bodies_(std::move(bodies))
{
  integrate_shares(mesh, element);
  check_overlaps(mesh);
  check_volumes();
}

ImplicitRegions ImplicitRegions::unchecked(std::vector<ImplicitBody> bodies)
{
  ImplicitRegions regions;
  regions.bodies_ = std::move(bodies);
  return regions;
}

void ImplicitRegions::integrate_shares(const SpineMesh &mesh, ElementType element)
{
  std::stable_sort(bodies_.begin(), bodies_.end(), [](const ImplicitBody &a, const ImplicitBody &b) {
    if (a.priority != b.priority)
      return a.priority > b.priority;
    if (a.is_fitted != b.is_fitted)
      return b.is_fitted;
    if (a.expected_mm3 != b.expected_mm3)
      return a.expected_mm3 > b.expected_mm3;
    return a.name < b.name;
  });
  std::vector<char> regions(mesh.regions.size(), 0);
  for (ImplicitBody &body : bodies_) {
    body.held_mm3 = 0;
    for (std::size_t region = 0; region < regions.size(); ++region)
      regions[region] = static_cast<char>(regions[region] | body.acts_in_region[region]);
  }
  if (bodies_.empty())
    return;
  for (const IntegrationPoint &point : integration_points(mesh, element, regions)) {
    PointMaterial material;
    fill(material, mesh.cells[point.cell].region, point.position);
    for (const Filling &filling : material.fillings)
      bodies_[filling.body].held_mm3 += point.volume_mm3 * filling.share;
  }
  for (ImplicitBody &body : bodies_)
    body.held_mm3 = std::max(0., body.held_mm3 - body.room_mm3);
}

void ImplicitRegions::check_overlaps(const SpineMesh &mesh)
{
  for (std::size_t i = 0; i < bodies_.size(); ++i)
    for (std::size_t j = i + 1; j < bodies_.size(); ++j) {
      const ImplicitBody &first = bodies_[i], &second = bodies_[j];
      std::vector<char> regions(mesh.regions.size(), 0);
      bool any = false;
      for (std::size_t region = 0; region < regions.size(); ++region) {
        regions[region] = static_cast<char>(first.acts_in_region[region] & second.acts_in_region[region]);
        any = any || regions[region];
      }
      if (!any || first.priority != second.priority)
        continue;
      const auto common_volume = [&](double depth_mm) {
        return shape_volume(mesh, regions, [&](const Vector3 &x) {
          return std::max(first.distance(x), second.distance(x)) + depth_mm / 2;
        });
      };
      if (common_volume(touching_mm) <= touching_share * std::min(first.expected_mm3, second.expected_mm3))
        continue;
      const double common = common_volume(0);
      const std::string names = "\"" + first.name + "\" and \"" + second.name + "\" occupy the same " +
                                formatted("%.2f", common / 1000) + " mL";
      if (first.material != second.material)
        throw UserError("surgery: " + names +
                        " and are of different material; move one of them, or give the one that lies in the other the "
                        "higher priority");
      warnings_.push_back(names + "; of the same material, they count once there" +
                          (second.is_fitted ? ", and \"" + second.name + "\" is larger by them" : ""));
    }
}

void ImplicitRegions::check_volumes()
{
  for (const ImplicitBody &body : bodies_) {
    const double difference = body.integrated_mm3 / body.expected_mm3 - 1;
    if (std::abs(difference) > volume_warning)
      warnings_.push_back("\"" + body.name + "\" computes with " + formatted("%.3f", body.integrated_mm3 / 1000) +
                          " mL instead of the " + formatted("%.3f", body.expected_mm3 / 1000) + " mL " +
                          (body.is_asked ? "asked for" : "of its shape") + " (" + formatted("%+.1f", 100 * difference) +
                          " %); take a finer mesh.resolution or mesh.element = \"q2p1\"");
  }
}
} // namespace lumbarfem
