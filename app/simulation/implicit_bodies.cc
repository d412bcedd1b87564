#include "app/simulation/cement_identity.h"
#include "base/formatted.h"
#include "base/key.h"
#include "base/user_error.h"
#include "solver/attachment.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <sstream>

namespace lumbarfem
{
namespace
{
/// Largest share of a core that cement can fill: what is left between the edge and the shell.
constexpr double largest_filling = 0.95;
constexpr double volume_tolerance = 0.01;
constexpr double footprint_tolerance = 0.02;
/// Share of the region round a screw that the shell may cut off, and above which it is told.
constexpr double largest_cut = 0.25, told_cut = 0.02;

std::vector<char> flag_regions(const SpineMesh &mesh, const std::function<bool(const Region &)> &takes)
{
  std::vector<char> flags(mesh.regions.size(), 0);
  for (const int region : mesh.regions_where(takes))
    flags[region] = 1;
  return flags;
}

std::vector<char> flag_disc(const SpineMesh &mesh, Level upper)
{
  return flag_regions(mesh, [=](const Region &region) { return region.is_of_disc(upper); });
}

std::string material_text(const TissueChoice &choice)
{
  std::string text = choice.preset;
  for (const auto &[key, value] : choice.overrides.numbers)
    text += "," + key + "=" + format_number(value);
  for (const auto &[key, value] : choice.overrides.words)
    text += "," + key + "=" + value;
  return text;
}

const DiscFrame &frame_of(const Cage &cage, const SpineMesh &mesh)
{
  const auto disc =
      std::find_if(mesh.discs.begin(), mesh.discs.end(), [&](const DiscFrame &d) { return d.upper == cage.disc; });
  if (disc == mesh.discs.end())
    throw UserError("surgery.cage." + cage.name + ": the mesh has no disc " + disc_name(cage.disc));
  return *disc;
}

SignedDistance cage_distance(const Cage &cage, const DiscFrame &disc)
{
  const Vector3 centre = disc.origin + disc.axes * Vector3(cage.offset_lateral_mm, cage.offset_posterior_mm, 0);
  const Matrix3 axes = disc.axes;
  const double half_width = cage.width_mm / 2, half_depth = cage.depth_mm / 2;
  if (cage.box)
    return [=](const Vector3 &reference) {
      const Vector3 local = axes.transpose() * (reference - centre);
      return std::max(std::abs(local[0]) - half_width, std::abs(local[1]) - half_depth);
    };
  return [=](const Vector3 &reference) {
    const Vector3 local = axes.transpose() * (reference - centre);
    const double a = local[0] / half_width, b = local[1] / half_depth, r = std::hypot(a, b);
    const double slope = std::hypot(a / half_width, b / half_depth) / std::max(r, 1e-9);
    return r < 1e-6 ? -std::min(half_width, half_depth) : (r - 1) / slope;
  };
}

/// Ellipsoid with its axes along those of a vertebra.
SignedDistance ellipsoid_distance(const Matrix3 &axes, const Vector3 &centre, const Vector3 &semi, double scale)
{
  return [=](const Vector3 &reference) {
    const Vector3 x = (axes.transpose() * (reference - centre)).cwiseQuotient(semi);
    const double r = x.norm();
    const double slope = x.cwiseQuotient(semi).norm() / std::max(r, 1e-9);
    return r < 1e-6 ? -scale * semi.minCoeff() : (r - scale) / slope;
  };
}

/// Volume of a body's own shares; its parts make one body.
double integrate(const ImplicitBody &body, const SpineMesh &mesh, const std::vector<IntegrationPoint> &points)
{
  double volume = 0;
  const ImplicitRegions alone = ImplicitRegions::alone(body);
  for (const IntegrationPoint &point : points) {
    PointMaterial material;
    alone.fill(material, mesh.cells[point.cell].region, point.position);
    for (const Filling &filling : material.fillings)
      volume += point.volume_mm3 * filling.share;
  }
  return volume - body.room_mm3;
}

/// The size at which a body's integrated volume is the expected one, by bisection between @p low and @p high; @p
/// set_size gives it a size and integrates it, and has done so with the one returned.
double fit_volume(const ImplicitBody &body, double low, double high, const std::function<void(double)> &set_size)
{
  for (int iteration = 0; iteration < 60 && high - low > 1e-9; ++iteration) {
    const double size = 0.5 * (low + high);
    set_size(size);
    (body.integrated_mm3 < body.expected_mm3 ? low : high) = size;
  }
  const double size = 0.5 * (low + high);
  set_size(size);
  return size;
}

/// What the last of some bodies adds to those before it, which take their shares first.
double integrate_last(const std::vector<ImplicitBody> &bodies, const SpineMesh &mesh,
                      const std::vector<IntegrationPoint> &points)
{
  double volume = 0;
  const int last = static_cast<int>(bodies.size()) - 1;
  const ImplicitRegions together = ImplicitRegions::unchecked(bodies);
  for (const IntegrationPoint &point : points) {
    PointMaterial material;
    together.fill(material, mesh.cells[point.cell].region, point.position);
    for (const Filling &filling : material.fillings)
      if (filling.body == last)
        volume += point.volume_mm3 * filling.share;
  }
  return volume;
}

void set_material(ImplicitBody &body, const TissueChoice &choice, const std::string &where)
{
  const Tissue tissue = make_tissue(choice.preset, choice.overrides, where);
  body.law = tissue.law;
  body.shear_modulus_MPa = tissue.modulus_MPa / (2 * (1 + tissue.poisson_ratio));
  body.material = material_text(choice);
}

std::vector<char> flag_core(const SpineMesh &mesh, Level level)
{
  return flag_regions(
      mesh, [=](const Region &region) { return region.is_of(level) && region.tissue == TissueKind::cancellous; });
}

/// All points nearer than @p radius_mm to a segment.
SignedDistance capsule_distance(const Vector3 &start, const Vector3 &end, double radius_mm)
{
  return [=](const Vector3 &reference) {
    const Vector3 span = end - start;
    const double along = std::clamp((reference - start).dot(span) / span.squaredNorm(), 0., 1.);
    return (reference - start - along * span).norm() - radius_mm;
  };
}

/// The part of a capsule between the planes through its ends.
SignedDistance cylinder_distance(const Vector3 &start, const Vector3 &end, double radius_mm)
{
  const SignedDistance capsule = capsule_distance(start, end, radius_mm);
  return [=](const Vector3 &reference) {
    const Vector3 span = end - start;
    const double along = (reference - start).dot(span.normalized());
    return std::max({capsule(reference), -along, along - span.norm()});
  };
}
} // namespace

ImplicitBody make_cage(const Cage &cage, const SpineMesh &mesh, ElementType element)
{
  ImplicitBody body;
  body.name = cage.name;
  set_material(body, cage.material, "surgery.cage." + cage.name);
  body.priority = cage.priority;
  body.parts = {cage_distance(cage, frame_of(cage, mesh))};
  body.acts_in_region = flag_disc(mesh, cage.disc);
  const std::vector<IntegrationPoint> points = integration_points(mesh, element, body.acts_in_region);
  body.edge_mm = mean_spacing(points);
  body.expected_mm3 = shape_volume(mesh, body.acts_in_region, body.parts.front());
  if (!(body.expected_mm3 > 0))
    throw UserError("surgery.cage." + cage.name + ": no tissue of " + disc_name(cage.disc) +
                    " lies inside its footprint; change its offset");
  body.integrated_mm3 = integrate(body, mesh, points);
  return body;
}

std::string footprint_warning(const Cage &cage, const SpineMesh &mesh)
{
  // The section at mid-height decides.
  const DiscFrame &disc = frame_of(cage, mesh);
  const std::vector<char> regions = flag_disc(mesh, cage.disc);
  const SignedDistance footprint = cage_distance(cage, disc);
  const double half_slab_mm = 0.5;
  const double area = shape_volume(mesh, regions,
                                   [&](const Vector3 &x) {
                                     const double height = disc.axes.col(2).dot(x - disc.origin);
                                     return std::max(footprint(x), std::abs(height) - half_slab_mm);
                                   }) /
                      (2 * half_slab_mm);
  const double full = cage.width_mm * cage.depth_mm * (cage.box ? 1 : pi / 4);
  if (area > (1 - footprint_tolerance) * full)
    return "";
  return "of the footprint of cage \"" + cage.name + "\" " + formatted("%.0f", 100 * (1 - area / full)) +
         " % lie outside the disc " + disc_name(cage.disc) + " and hold nothing";
}

namespace
{
/// One of the ellipsoids that cement is made of, along the axes of its vertebra.
struct CementEllipsoid {
  Vector3 centre, semi;
};

const VertebraFrame &frame_of(const Cement &cement, const SpineMesh &mesh)
{
  const auto vertebra = std::find_if(mesh.vertebrae.begin(), mesh.vertebrae.end(),
                                     [&](const VertebraFrame &v) { return v.level == cement.level; });
  if (vertebra == mesh.vertebrae.end())
    throw UserError("surgery.cement." + cement.name + ": the mesh has no cancellous bone of " + name(cement.level));
  return *vertebra;
}

/// Middle and proportions are the same for every element. The frame of a vertebra lies between its two endplates, that
/// of the sacrum in its only one: there the centroid of body and shell is the middle.
std::vector<CementEllipsoid> ellipsoids_of(const Cement &cement, const SpineMesh &mesh, const VertebraFrame &vertebra,
                                           const std::vector<char> &core)
{
  if (cement.pattern == CementPattern::ellipsoids) {
    std::vector<CementEllipsoid> given;
    for (const auto &[left, posterior, superior, a, b, c] : cement.ellipsoids_mm)
      given.push_back({vertebra.origin + vertebra.axes * Vector3(left, posterior, superior), Vector3(a, b, c)});
    return given;
  }
  Vector3 middle = vertebra.origin;
  if (cement.level == Level::S1) {
    std::vector<char> block = core;
    for (const int region : mesh.regions_where(
             [&](const Region &region) { return region.is_of(cement.level) && region.tissue == TissueKind::cortical; }))
      block[region] = 1;
    middle.setZero();
    double volume = 0;
    for (const IntegrationPoint &point : integration_points(mesh, ElementType::q2p1, block)) {
      middle += point.volume_mm3 * point.position;
      volume += point.volume_mm3;
    }
    middle /= volume;
  }
  Vector3 half = Vector3::Zero();
  for (const IntegrationPoint &point : integration_points(mesh, ElementType::q2p1, core))
    half = half.cwiseMax((vertebra.axes.transpose() * (point.position - middle)).cwiseAbs());
  // One-sided fills lie at half of the half-width.
  const Vector3 beside = 0.5 * half[0] * vertebra.axes.col(0), narrow(0.5 * half[0], half[1], half[2]);
  switch (cement.pattern) {
  case CementPattern::left:
    return {{middle + beside, narrow}};
  case CementPattern::right:
    return {{middle - beside, narrow}};
  case CementPattern::bilateral:
    return {{middle + beside, narrow}, {middle - beside, narrow}};
  case CementPattern::crossing:
    return {{middle, Vector3(half[0], 0.5 * half[1], 0.5 * half[2])}};
  case CementPattern::clumped:
    return {{middle, Vector3::Constant(half.minCoeff())}};
  default:
    return {{middle, half}};
  }
}

void require_centres_in_core(const Cement &cement, const std::vector<CementEllipsoid> &ellipsoids,
                             const SpineMesh &mesh, const std::vector<char> &core)
{
  const std::string where = "surgery.cement." + cement.name + ".ellipsoids_mm: ";
  const Discretization shape = shape_of(mesh);
  const std::vector<int> cells = cells_of_level(mesh, cement.level);
  for (std::size_t k = 0; k < ellipsoids.size(); ++k) {
    int host = -1;
    double beside = 0;
    attach_in_cell(mesh, shape, cells, ellipsoids[k].centre, 1e3, where, &host, &beside);
    if (beside > 1e-6 || !core[mesh.cells[host].region])
      throw UserError(where + "the centre of ellipsoid " + std::to_string(k + 1) + " lies outside of the cancellous " +
                      "core of " + name(cement.level) + "; move it inside");
  }
}
} // namespace

double asked_mm3(const Cement &cement, const SpineMesh &mesh)
{
  const VertebraFrame &vertebra = frame_of(cement, mesh);
  return cement.volume_mL > 0 ? 1000 * cement.volume_mL
                              : cement.volume_percent / 100 *
                                    (cement.is_percent_of_body ? vertebra.volume_mm3 : vertebra.inner_volume_mm3);
}

ImplicitBody make_cement(const Cement &cement, const SpineMesh &mesh, ElementType element,
                         const std::vector<ImplicitBody> &others)
{
  const VertebraFrame &vertebra = frame_of(cement, mesh);
  const std::string where = "surgery.cement." + cement.name;
  ImplicitBody body;
  body.name = cement.name;
  set_material(body, cement.material, where);
  body.acts_in_region = flag_core(mesh, cement.level);
  const std::vector<IntegrationPoint> points = integration_points(mesh, element, body.acts_in_region);
  if (points.empty())
    throw UserError(where + ": the mesh has no cancellous bone of " + name(cement.level));
  body.edge_mm = mean_spacing(points);
  double core_volume = 0, held_by_others = 0;
  for (const IntegrationPoint &point : points)
    core_volume += point.volume_mm3;
  std::vector<ImplicitBody> together; // those that it lies round, and itself
  for (const ImplicitBody &other : others)
    if (other.acts_in_region == body.acts_in_region && other.material == body.material) {
      together.push_back(other);
      held_by_others += other.integrated_mm3 + other.room_mm3;
    }
  body.is_fitted = !together.empty();
  body.is_asked = true;
  body.expected_mm3 = asked_mm3(cement, mesh);
  std::ostringstream fault;
  if (body.expected_mm3 + held_by_others > largest_filling * core_volume) {
    fault << where << ": " << body.expected_mm3 / 1000 << " mL do not fit into " << name(cement.level)
          << ", whose cancellous core holds " << core_volume / 1000 << " mL";
    if (body.is_fitted)
      fault << ", " << held_by_others / 1000 << " mL of them other cement";
    fault << "; give less";
    throw UserError(fault.str());
  }

  const std::vector<CementEllipsoid> ellipsoids = ellipsoids_of(cement, mesh, vertebra, body.acts_in_region);
  const bool are_given = cement.pattern == CementPattern::ellipsoids;
  if (are_given)
    require_centres_in_core(cement, ellipsoids, mesh, body.acts_in_region);
  const auto set_scale = [&](double scale) {
    body.parts.clear();
    for (const CementEllipsoid &ellipsoid : ellipsoids)
      body.parts.push_back(ellipsoid_distance(vertebra.axes, ellipsoid.centre, ellipsoid.semi, scale));
    if (!body.is_fitted) {
      body.integrated_mm3 = integrate(body, mesh, points);
      return;
    }
    together.push_back(body);
    body.integrated_mm3 = integrate_last(together, mesh, points);
    together.pop_back();
  };
  double high = 3;
  const double largest_scale = 1e3;
  if (are_given)
    for (set_scale(high); body.integrated_mm3 < body.expected_mm3 && high < largest_scale; set_scale(high))
      high *= 2;
  const double scale = fit_volume(body, 0, high, set_scale);
  if (std::abs(body.integrated_mm3 - body.expected_mm3) > volume_tolerance * body.expected_mm3) {
    fault << where << ": the volume found is " << body.integrated_mm3 / 1000 << " mL instead of "
          << body.expected_mm3 / 1000 << " mL; use a finer mesh.resolution or another pattern";
    throw UserError(fault.str());
  }
  body.low.setConstant(1e300);
  body.high.setConstant(-1e300);
  for (const CementEllipsoid &ellipsoid : ellipsoids) {
    const Vector3 reach = scale * (vertebra.axes * ellipsoid.semi.asDiagonal()).rowwise().norm();
    body.low = body.low.cwiseMin(ellipsoid.centre - reach);
    body.high = body.high.cwiseMax(ellipsoid.centre + reach);
  }
  body.cement = cement_identity(body, cement.level, mesh);
  const double inside = shape_volume(mesh, body.acts_in_region, [&](const Vector3 &x) { return body.distance(x); });
  const double cut = body.cement->clipped_mm3 / (inside + body.cement->clipped_mm3);
  if (are_given && cut > largest_cut)
    throw UserError(where +
                    formatted(".ellipsoids_mm: of the ellipsoids that hold %.2f mL (their semi-axes times %.2f) "
                              "%.0f %% would lie outside of the cancellous core of ",
                              body.expected_mm3 / 1000, scale, 100 * cut) +
                    name(cement.level) +
                    formatted(", allowed are %.0f %%; give less, or move or reshape them", 100 * largest_cut));
  return body;
}

ImplicitBody make_screw_cement(const Screw &screw, const ScrewAxis &axis, const SpineMesh &mesh, ElementType element,
                               std::vector<std::string> &warnings)
{
  const std::string where = "surgery.screw." + screw.name + ": ";
  ImplicitBody body;
  body.name = screw.name + "_cement";
  set_material(body, screw.cement_material, "surgery.screw." + screw.name + ".cement_material");
  body.acts_in_region = flag_core(mesh, screw.level);
  const std::vector<IntegrationPoint> points = integration_points(mesh, element, body.acts_in_region);
  body.edge_mm = mean_spacing(points);
  // The last part of the thread that lies in the core.
  const Discretization shape = shape_of(mesh);
  const std::vector<int> cells = cells_of_level(mesh, screw.level);
  const Vector3 forward = (axis.tip - axis.head).normalized();
  const double step = 0.25;
  double from = -1, to = -1;
  for (double along = screw.length_mm; along >= 0; along -= step) {
    int host = -1;
    double beside = 0;
    attach_in_cell(mesh, shape, cells, axis.head + along * forward, 1e3, where, &host, &beside);
    const bool is_inside = beside < 1e-6 && body.acts_in_region[mesh.cells[host].region];
    if (is_inside && to < 0)
      to = along;
    if (is_inside)
      from = along;
    else if (to >= 0)
      break;
  }
  if (screw.is_fenestrated)
    from = std::max(from, screw.length_mm * 2 / 3);
  const double least_length_mm = 3;
  if (to - from < least_length_mm)
    throw UserError(
        where + "no cement can lie round " + (screw.is_fenestrated ? "the last third of its thread" : "its thread") +
        formatted(", of which %.1f mm lie in the cancellous core of ", std::max(0., to - from)) + name(screw.level) +
        formatted(" (at least %g are needed); change its path or length, or cement_mL = 0", least_length_mm));
  const Vector3 start = axis.head + from * forward, end = axis.head + to * forward;
  body.room_mm3 = shape_volume(mesh, body.acts_in_region, cylinder_distance(start, end, screw.diameter_mm / 2));
  body.is_asked = true;
  body.expected_mm3 = 1000 * screw.cement_mL;
  const auto set_radius = [&](double radius) {
    body.parts = {capsule_distance(start, end, radius)};
    body.integrated_mm3 = integrate(body, mesh, points);
  };
  const double radius = fit_volume(body, 0, 40, set_radius);
  body.low = start.cwiseMin(end) - Vector3::Constant(radius);
  body.high = start.cwiseMax(end) + Vector3::Constant(radius);
  body.cement = cement_identity(body, screw.level, mesh);
  const double whole = pi * radius * radius * ((to - from) + 4. / 3 * radius);
  const double cut = 1 - shape_volume(mesh, body.acts_in_region, body.parts.front()) / whole;
  if (cut > largest_cut)
    throw UserError(where +
                    formatted("%g mL do not fit round %.0f mm of its thread: of a region that held them (radius "
                              "%.1f mm) %.0f %% would lie outside of the cancellous core of ",
                              screw.cement_mL, to - from, radius, 100 * cut) +
                    name(screw.level) +
                    formatted(", allowed are %.0f %%; give less or change the path", 100 * largest_cut));
  if (std::abs(body.integrated_mm3 - body.expected_mm3) > volume_tolerance * body.expected_mm3)
    throw UserError(where + formatted("the volume of cement found is %.3f mL instead of %g mL; use a finer "
                                      "mesh.resolution",
                                      body.integrated_mm3 / 1000, screw.cement_mL));
  if (cut > told_cut)
    warnings.push_back(
        formatted("%.2f mL of the region round screw \"%s\" (radius %.1f mm) lie outside of the cancellous "
                  "core of ",
                  cut * whole / 1000, screw.name.c_str(), radius) +
        name(screw.level) + " and hold nothing; the radius makes up for them");
  return body;
}

std::vector<char> cells_reached(const std::vector<Cage> &cages, const SpineMesh &mesh)
{
  std::vector<char> reached(mesh.cells.size(), 0);
  const int n_steps = 4;
  for (const Cage &cage : cages) {
    const std::vector<char> regions = flag_disc(mesh, cage.disc);
    const SignedDistance distance = cage_distance(cage, frame_of(cage, mesh));
    // Half of the edge would do; the other half is for the straight edges of linear elements.
    const double edge_mm = mean_spacing(integration_points(mesh, ElementType::q1p0, regions));
    for (int cell = 0; cell < static_cast<int>(mesh.cells.size()); ++cell) {
      if (!regions[mesh.cells[cell].region])
        continue;
      for (int k = 0; k <= n_steps; ++k)
        for (int j = 0; j <= n_steps; ++j)
          for (int i = 0; i <= n_steps; ++i)
            if (!reached[cell] && distance(position(mesh, cell, Vector3(i, j, k) / n_steps)) < edge_mm)
              reached[cell] = 1;
    }
  }
  return reached;
}
} // namespace lumbarfem
