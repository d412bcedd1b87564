#include "solver/cord_and_spacer.h"

namespace lumbarfem
{
namespace
{
constexpr double smoothing_N = 1;
constexpr double drawn_spacer_share = 0.7; ///< of the distance of the heads

/// With y = x/w: 0 below 0, w (2 y^2 - y^3) between 0 and w, x above. Nothing at rest, exact from w on, and with a
/// continuous slope (whose largest value is 4/3).
double positive_part(double x)
{
  if (x <= 0)
    return 0;
  if (x >= smoothing_N)
    return x;
  const double y = x / smoothing_N;
  return smoothing_N * y * y * (2 - y);
}

double positive_part_slope(double x)
{
  const double y = x / smoothing_N;
  return y <= 0 ? 0 : y >= 1 ? 1 : y * (4 - 3 * y);
}

double positive_part_integral(double x)
{
  if (x <= 0)
    return 0;
  if (x >= smoothing_N)
    return 0.5 * x * x - smoothing_N * smoothing_N / 12;
  const double y = x / smoothing_N;
  return smoothing_N * smoothing_N * y * y * y * (2. / 3 - y / 4);
}
} // namespace

CordAndSpacer::CordAndSpacer(PartId link, AttachedPoint upper_head, AttachedPoint lower_head, Properties properties)
    : Contribution(link.object, Role::implant), link_(std::move(link)), upper_(std::move(upper_head)),
      lower_(std::move(lower_head)), properties_(properties),
      rest_distance_((upper_.reference - lower_.reference).norm())
{
}

double CordAndSpacer::distance_change(const State &state) const
{
  return (upper_.position(state) - lower_.position(state)).norm() - rest_distance_;
}

double CordAndSpacer::cord_force(const State &state) const
{
  return positive_part(installation_ * properties_.pretension_N +
                       properties_.cord_stiffness_N_per_mm * distance_change(state));
}

double CordAndSpacer::spacer_force(const State &state) const
{
  return positive_part(installation_ * properties_.pretension_N -
                       properties_.spacer_stiffness_N_per_mm *
                           (distance_change(state) - installation_ * properties_.spacer_offset_mm));
}

std::vector<std::vector<int>> CordAndSpacer::couplings() const { return {blocks_of({&upper_, &lower_})}; }

double CordAndSpacer::energy(const State &state) const
{
  const double d = distance_change(state);
  const auto &p = properties_;
  return positive_part_integral(installation_ * p.pretension_N + p.cord_stiffness_N_per_mm * d) /
             p.cord_stiffness_N_per_mm +
         positive_part_integral(installation_ * p.pretension_N -
                                p.spacer_stiffness_N_per_mm * (d - installation_ * p.spacer_offset_mm)) /
             p.spacer_stiffness_N_per_mm;
}

void CordAndSpacer::assemble(const State &state, AssemblySink &sink, bool tangent) const
{
  const Vector3 span = lower_.position(state) - upper_.position(state);
  const double length = span.norm(), d = length - rest_distance_;
  const Vector3 direction = span / length;
  const auto &p = properties_;
  const double cord = installation_ * p.pretension_N + p.cord_stiffness_N_per_mm * d;
  const double spacer =
      installation_ * p.pretension_N - p.spacer_stiffness_N_per_mm * (d - installation_ * p.spacer_offset_mm);
  const double force = positive_part(cord) - positive_part(spacer);
  Eigen::VectorXd gradient(6);
  gradient << -force * direction, force * direction;
  Eigen::MatrixXd hessian(6, 6);
  const Matrix3 along = direction * direction.transpose();
  const double stiffness =
      p.cord_stiffness_N_per_mm * positive_part_slope(cord) + p.spacer_stiffness_N_per_mm * positive_part_slope(spacer);
  const Matrix3 block = stiffness * along + force / length * (Matrix3::Identity() - along);
  hessian << block, -block, -block, block;
  scatter({&upper_, &lower_}, gradient, tangent ? &hessian : nullptr, sink);
}

std::vector<LineSegment> CordAndSpacer::lines(const State &state) const
{
  const Vector3 upper = upper_.position(state), lower = lower_.position(state);
  const Vector3 end = 0.5 * (1 - drawn_spacer_share) * (lower - upper);
  LineSegment cord, spacer;
  cord.part = spacer.part = link_;
  cord.part.kind = PartKind::cord;
  cord.axial_force_N = cord_force(state);
  cord.start = upper;
  cord.end = upper + end;
  spacer.part.kind = PartKind::spacer;
  spacer.axial_force_N = -spacer_force(state);
  spacer.start = cord.end;
  spacer.end = lower - end;
  LineSegment below = cord;
  below.start = spacer.end;
  below.end = lower;
  return {cord, spacer, below};
}
} // namespace lumbarfem
