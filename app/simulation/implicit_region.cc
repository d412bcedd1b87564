#include "app/simulation/implicit_region.h"

#include "base/user_error.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace lumbarfem
{
namespace
{
/// 1 inside, 0 outside, cubic over the width of the edge. @p distance is negative inside.
double smooth_share(double distance, double edge_mm)
{
  const double t = std::clamp(0.5 - distance / edge_mm, 0., 1.);
  return t * t * (3 - 2 * t);
}

struct IntegrationPoint {
  Vector3 position;
  double volume_mm3;
};

/// 3 x 3 x 3 Gauss points of the cells in the flagged regions.
std::vector<IntegrationPoint> integration_points(const SpineMesh &mesh, const std::vector<char> &regions,
                                                 double *mean_spacing)
{
  const double x[3] = {0.5 - std::sqrt(0.15), 0.5, 0.5 + std::sqrt(0.15)}, w[3] = {5. / 18, 8. / 18, 5. / 18};
  std::vector<IntegrationPoint> points;
  Eigen::Matrix<double, 27, 1> value;
  Eigen::Matrix<double, 27, 3> gradient;
  double volume = 0;
  for (const Cell &cell : mesh.cells) {
    if (!regions[cell.region])
      continue;
    for (int k = 0; k < 3; ++k)
      for (int j = 0; j < 3; ++j)
        for (int i = 0; i < 3; ++i) {
          lattice_shape({x[i], x[j], x[k]}, value, &gradient);
          Vector3 position = Vector3::Zero();
          Matrix3 jacobian = Matrix3::Zero();
          for (int a = 0; a < 27; ++a) {
            position += value(a) * mesh.nodes[cell.nodes[a]];
            jacobian += mesh.nodes[cell.nodes[a]] * gradient.row(a);
          }
          points.push_back({position, jacobian.determinant() * w[i] * w[j] * w[k]});
          volume += points.back().volume_mm3;
        }
  }
  *mean_spacing = std::cbrt(volume / std::max<std::size_t>(1, points.size()));
  return points;
}

double integrate(const std::vector<IntegrationPoint> &points, const std::function<double(const Vector3 &)> &share)
{
  double volume = 0;
  for (const IntegrationPoint &point : points)
    volume += point.volume_mm3 * share(point.position);
  return volume;
}

std::vector<char> flag_regions(const SpineMesh &mesh, const std::vector<std::string> &prefixes)
{
  std::vector<char> flags(mesh.region_names.size(), 0);
  for (const std::string &prefix : prefixes)
    for (const int region : mesh.regions_with_prefix(prefix))
      flags[region] = 1;
  return flags;
}
} // namespace

ImplicitRegion make_cage(const Cage &cage, const SpineMesh &mesh)
{
  const auto disc =
      std::find_if(mesh.discs.begin(), mesh.discs.end(), [&](const DiscFrame &d) { return d.upper == cage.disc; });
  ImplicitRegion region;
  region.name = cage.name;
  region.law = make_tissue(cage.material.preset, cage.material.overrides, "surgery.cage." + cage.name).law;
  region.acts_in_region = flag_regions(mesh, {disc_name(cage.disc) + "."});
  double spacing = 0;
  const std::vector<IntegrationPoint> points = integration_points(mesh, region.acts_in_region, &spacing);
  const Vector3 centre = disc->origin + disc->axes * Vector3(cage.offset_lateral_mm, cage.offset_posterior_mm, 0);
  const Matrix3 axes = disc->axes;
  const double half_width = cage.width_mm / 2, half_depth = cage.depth_mm / 2;
  const bool box = cage.box;
  region.share_ = [=](const Vector3 &reference) {
    const Vector3 local = axes.transpose() * (reference - centre);
    double distance;
    if (box) {
      distance = std::max(std::abs(local[0]) - half_width, std::abs(local[1]) - half_depth);
    } else {
      const double a = local[0] / half_width, b = local[1] / half_depth, r = std::hypot(a, b);
      const double slope = std::hypot(a / half_width, b / half_depth) / std::max(r, 1e-9);
      distance = r < 1e-6 ? -std::min(half_width, half_depth) : (r - 1) / slope;
    }
    return smooth_share(distance, spacing);
  };
  region.integrated_volume_mm3 = integrate(points, region.share_);
  return region;
}

ImplicitRegion make_cement(const Cement &cement, const SpineMesh &mesh)
{
  const auto vertebra = std::find_if(mesh.vertebrae.begin(), mesh.vertebrae.end(),
                                     [&](const VertebraFrame &v) { return v.level == cement.level; });
  ImplicitRegion region;
  region.name = cement.name;
  region.law = make_tissue(cement.material.preset, cement.material.overrides, "surgery.cement." + cement.name).law;
  region.acts_in_region = flag_regions(mesh, {name(cement.level) + ".cancellous"});
  double spacing = 0;
  const std::vector<IntegrationPoint> points = integration_points(mesh, region.acts_in_region, &spacing);
  double core_volume = 0;
  Vector3 half = Vector3::Zero();
  for (const IntegrationPoint &point : points) {
    core_volume += point.volume_mm3;
    half = half.cwiseMax((vertebra->axes.transpose() * (point.position - vertebra->origin)).cwiseAbs());
  }
  region.asked_volume_mm3 =
      cement.volume_mL > 0 ? 1000 * cement.volume_mL : cement.volume_percent / 100 * vertebra->inner_volume_mm3;
  std::ostringstream fault;
  if (region.asked_volume_mm3 > 0.95 * core_volume) {
    fault << "surgery.cement." << cement.name << ": " << region.asked_volume_mm3 / 1000 << " mL do not fit into "
          << name(cement.level) << ", whose cancellous core holds " << core_volume / 1000 << " mL; give less";
    throw UserError(fault.str());
  }

  // Semi-axes in proportion to the core; one-sided fills lie at half of the half-width.
  std::vector<Vector3> centres;
  Vector3 semi = half;
  const bool central = cement.pattern == CementPattern::central;
  if (central)
    centres.push_back(Vector3::Zero());
  if (cement.pattern == CementPattern::left || cement.pattern == CementPattern::bilateral)
    centres.emplace_back(0.5 * half[0], 0, 0);
  if (cement.pattern == CementPattern::right || cement.pattern == CementPattern::bilateral)
    centres.emplace_back(-0.5 * half[0], 0, 0);
  if (!central)
    semi[0] *= 0.5;
  const Matrix3 axes = vertebra->axes;
  const Vector3 origin = vertebra->origin;
  const auto share_at = [=](double scale) {
    return [=](const Vector3 &reference) {
      const Vector3 local = axes.transpose() * (reference - origin);
      double largest = 0;
      for (const Vector3 &centre : centres) {
        const Vector3 x = (local - centre).cwiseQuotient(semi);
        const double r = x.norm();
        const double slope = x.cwiseQuotient(semi).norm() / std::max(r, 1e-9);
        const double distance = r < 1e-6 ? -scale * semi.minCoeff() : (r - scale) / slope;
        largest = std::max(largest, smooth_share(distance, spacing));
      }
      return largest;
    };
  };
  double low = 0, high = 3;
  for (int iteration = 0; iteration < 60; ++iteration) {
    const double middle = 0.5 * (low + high);
    (integrate(points, share_at(middle)) < region.asked_volume_mm3 ? low : high) = middle;
  }
  region.share_ = share_at(0.5 * (low + high));
  region.integrated_volume_mm3 = integrate(points, region.share_);
  if (std::abs(region.integrated_volume_mm3 - region.asked_volume_mm3) > 0.01 * region.asked_volume_mm3) {
    fault << "surgery.cement." << cement.name << ": the volume found is " << region.integrated_volume_mm3 / 1000
          << " mL instead of " << region.asked_volume_mm3 / 1000
          << " mL; use a finer mesh.resolution or another pattern";
    throw UserError(fault.str());
  }
  return region;
}
} // namespace lumbarfem
