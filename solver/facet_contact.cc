#include "solver/facet_contact.h"

#include "solver/local_energy.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lumbarfem
{
namespace
{
using Matrix2 = Eigen::Matrix2d;
using Controls = Eigen::Matrix<double, 3, 4>;

/// Control points lie so far (mm) from the joint's centre along its axes.
constexpr double control_distance_mm = 10;
/// Width of the rounded edge over the half axes.
constexpr double margin_share = 0.2;

/// Columns: along @p first, at right angles in the plane of @p first and @p second, normal to both.
template <typename Scalar>
void frame_columns(const Scalar *first, const Scalar *second, Scalar axes[3][3])
{
  const auto cross = [](const Scalar *a, const Scalar *b, Scalar *c) {
    for (int i = 0; i < 3; ++i)
      c[i] = a[(i + 1) % 3] * b[(i + 2) % 3] - a[(i + 2) % 3] * b[(i + 1) % 3];
  };
  const auto normalize = [](Scalar *a) {
    using std::sqrt;
    const Scalar length = sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2]);
    for (int i = 0; i < 3; ++i)
      a[i] = a[i] / length;
  };
  for (int i = 0; i < 3; ++i)
    axes[0][i] = first[i];
  normalize(axes[0]);
  cross(first, second, axes[2]);
  normalize(axes[2]);
  cross(axes[2], axes[0], axes[1]);
}

/// The frame contracted with a matrix, as a function of its two edges.
struct FrameContraction {
  const Matrix3 &weights;
  template <typename Scalar>
  Scalar operator()(const Scalar *edges) const
  {
    Scalar axes[3][3], sum = 0.;
    frame_columns(edges, edges + 3, axes);
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j)
        sum += axes[j][i] * weights(i, j);
    return sum;
  }
};
} // namespace

double CartilageBed::slope(double overclosure_mm) const
{
  const double t = std::clamp((overclosure_mm + onset_) / (2 * onset_), 0., 1.);
  return stiffness_ * t * t * (3 - 2 * t);
}

double CartilageBed::pressure(double overclosure_mm) const
{
  if (overclosure_mm >= onset_)
    return stiffness_ * overclosure_mm;
  const double t = std::max((overclosure_mm + onset_) / (2 * onset_), 0.);
  return 2 * onset_ * stiffness_ * t * t * t * (1 - t / 2);
}

double CartilageBed::energy(double overclosure_mm) const
{
  if (overclosure_mm >= onset_)
    return stiffness_ * (overclosure_mm * overclosure_mm / 2 + onset_ * onset_ / 10);
  const double t = std::max((overclosure_mm + onset_) / (2 * onset_), 0.);
  return 4 * onset_ * onset_ * stiffness_ * t * t * t * t * (0.25 - t / 10);
}

FacetContact::FacetContact(const FacetJoint &joint, double gap_mm, const CartilageBed &bed, const Attach &attach_lower,
                           const Attach &attach_upper)
    : Contribution("facet." + joint.name(), Role::facet), joint_(joint), gap_mm_(gap_mm), bed_(bed)
{
  for (int k = 0; k < 4; ++k) {
    Vector3 control = joint.centre;
    if (k > 0)
      control += control_distance_mm * joint.axes.col(k - 1);
    if (k < 3)
      lower_[k] = attach_lower(control);
    upper_[k] = attach_upper(control);
  }
  add_points();
}

double FacetContact::height(double x, double y) const
{
  return 0.5 * (joint_.horizontal_curvature_per_mm * x * x + joint_.vertical_curvature_per_mm * y * y);
}

void FacetContact::add_points()
{
  // Gauss points in the square of the radius, which is even in area; equal angles.
  const double gauss[n_rings] = {0.5 - 0.5 * 0.9061798459386640, 0.5 - 0.5 * 0.5384693101056831, 0.5,
                                 0.5 + 0.5 * 0.5384693101056831, 0.5 + 0.5 * 0.9061798459386640};
  const double weight[n_rings] = {0.5 * 0.2369268850561891, 0.5 * 0.4786286704993665, 0.5 * 0.5688888888888889,
                                  0.5 * 0.4786286704993665, 0.5 * 0.2369268850561891};
  const double kx = joint_.horizontal_curvature_per_mm, ky = joint_.vertical_curvature_per_mm;
  for (int ring = 0; ring < n_rings; ++ring)
    for (int sector = 0; sector < n_sectors; ++sector) {
      const double angle = 2 * pi * (sector + 0.5) / n_sectors, radius = std::sqrt(gauss[ring]);
      const double x = joint_.half_width_mm * radius * std::cos(angle);
      const double y = joint_.half_height_mm * radius * std::sin(angle);
      Vector3 normal(-kx * x, -ky * y, 1);
      const double stretch = normal.norm();
      normal /= stretch;
      const Vector3 local = Vector3(x, y, height(x, y)) + gap_mm_ / 2 * normal;
      FacetPoint point;
      point.share << 0, local / control_distance_mm;
      point.share[0] = 1 - point.share.sum();
      point.area_mm2 = pi * joint_.half_width_mm * joint_.half_height_mm * weight[ring] / n_sectors * stretch;
      point.normal = normal;
      area_mm2_ += point.area_mm2;
      points_.push_back(point);
    }
}

FacetContact::Frame FacetContact::frame(const State &state) const
{
  const Vector3 origin = lower_[0].position(state);
  const Vector3 first = lower_[1].position(state) - origin, second = lower_[2].position(state) - origin;
  double columns[3][3];
  frame_columns(first.data(), second.data(), columns);
  Frame frame;
  frame.origin = origin;
  for (int j = 0; j < 3; ++j)
    frame.axes.col(j) = Eigen::Map<const Vector3>(columns[j]);
  return frame;
}

Controls FacetContact::local_controls(const State &state, const Frame &frame) const
{
  Controls controls;
  for (int k = 0; k < 4; ++k)
    controls.col(k) = frame.axes.transpose() * (upper_[k].position(state) - frame.origin);
  return controls;
}

FacetContact::Distance FacetContact::distance(const Vector3 &local) const
{
  const double kx = joint_.horizontal_curvature_per_mm, ky = joint_.vertical_curvature_per_mm;
  // Newton's method for the nearest point; the points in question lie much nearer than a radius of curvature.
  Eigen::Vector2d at(local.x(), local.y());
  for (int iteration = 0; iteration < 30; ++iteration) {
    const double above = height(at.x(), at.y()) - local.z();
    const Eigen::Vector2d slope(kx * at.x(), ky * at.y());
    const Eigen::Vector2d residual = at - local.head<2>() + above * slope;
    Matrix2 matrix = Matrix2::Identity() + slope * slope.transpose();
    matrix(0, 0) += kx * above;
    matrix(1, 1) += ky * above;
    const Eigen::Vector2d step = matrix.inverse() * residual;
    at -= step;
    if (step.norm() < 1e-13 * (1 + at.norm()))
      break;
  }
  const double sx = kx * at.x(), sy = ky * at.y(), stretch = std::sqrt(1 + sx * sx + sy * sy);
  Distance result;
  result.normal = Vector3(-sx, -sy, 1) / stretch;
  result.value = (local - Vector3(at.x(), at.y(), height(at.x(), at.y()))).dot(result.normal);
  // The normal's derivative: the shape operator of the parallel surface through the point.
  Eigen::Matrix<double, 3, 2> tangents;
  tangents << 1, 0, 0, 1, sx, sy;
  const Matrix2 metric = tangents.transpose() * tangents;
  Matrix2 second = Matrix2::Zero();
  second.diagonal() << kx / stretch, ky / stretch;
  // -T S (1 - d S)^-1 I^-1 T^T with S = I^-1 II equals -T I^-1 II (I - d II)^-1 T^T.
  const Matrix2 inner = metric.inverse() * second * (metric - result.value * second).inverse();
  result.hessian = -tangents * inner * tangents.transpose();
  result.hessian = (0.5 * (result.hessian + result.hessian.transpose())).eval();
  return result;
}

FacetContact::Margin FacetContact::margin(const Vector3 &local) const
{
  const Vector3 scaled(local.x() / std::pow(joint_.half_width_mm, 2), local.y() / std::pow(joint_.half_height_mm, 2),
                       0);
  const double radius = std::sqrt(local.dot(scaled));
  Margin result;
  if (radius <= 1)
    return result;
  const double t = std::min((radius - 1) / margin_share, 1.);
  result.value = 1 - t * t * t * (10 + t * (6 * t - 15));
  const double first = -30 * t * t * (1 - t) * (1 - t) / margin_share;
  const double second = -60 * t * (1 - t) * (1 - 2 * t) / (margin_share * margin_share);
  const Vector3 direction = scaled / radius;
  Matrix3 bend = -direction * direction.transpose();
  bend(0, 0) += 1 / std::pow(joint_.half_width_mm, 2);
  bend(1, 1) += 1 / std::pow(joint_.half_height_mm, 2);
  result.gradient = first * direction;
  result.hessian = second * direction * direction.transpose() + first / radius * bend;
  return result;
}

FacetContact::PointEnergy FacetContact::point_energy(const Vector3 &local) const
{
  PointEnergy point;
  const Margin edge = margin(local);
  if (edge.value <= 0)
    return point;
  point.faces = true;
  const Distance from_surface = distance(local);
  point.gap = from_surface.value + gap_mm_ / 2;
  const double energy = bed_.energy(-point.gap), pressure = bed_.pressure(-point.gap);
  if (energy == 0)
    return point;
  const Vector3 &n = from_surface.normal;
  point.value = edge.value * energy;
  point.pressure = edge.value * pressure;
  point.gradient = energy * edge.gradient - edge.value * pressure * n;
  point.hessian = energy * edge.hessian - pressure * (n * edge.gradient.transpose() + edge.gradient * n.transpose()) +
                  edge.value * (bed_.slope(-point.gap) * n * n.transpose() - pressure * from_surface.hessian);
  return point;
}

std::vector<const AttachedPoint *> FacetContact::attached() const
{
  std::vector<const AttachedPoint *> result;
  for (const AttachedPoint &point : lower_)
    result.push_back(&point);
  for (const AttachedPoint &point : upper_)
    result.push_back(&point);
  return result;
}

std::vector<std::vector<int>> FacetContact::couplings() const { return {blocks_of(attached())}; }

double FacetContact::energy(const State &state) const
{
  const Controls controls = local_controls(state, frame(state));
  double sum = 0;
  for (const FacetPoint &point : points_)
    sum += point.area_mm2 * point_energy(controls * point.share).value;
  return sum;
}

void FacetContact::assemble(const State &state, AssemblySink &sink, bool tangent) const
{
  const Frame lower = frame(state);
  const Controls controls = local_controls(state, lower);
  Vector12 gradient = Vector12::Zero();
  Matrix12 hessian = Matrix12::Zero();
  bool touches = false;
  for (const FacetPoint &point : points_) {
    const PointEnergy at = point_energy(controls * point.share);
    if (at.value == 0)
      continue;
    touches = true;
    for (int k = 0; k < 4; ++k) {
      gradient.segment<3>(3 * k) += point.area_mm2 * point.share[k] * at.gradient;
      for (int l = 0; l < 4; ++l)
        hessian.block<3, 3>(3 * k, 3 * l) += point.area_mm2 * point.share[k] * point.share[l] * at.hessian;
    }
  }
  if (!touches)
    return;
  Eigen::VectorXd residual;
  Eigen::MatrixXd matrix;
  to_carriers(state, lower, gradient, hessian, residual, tangent ? &matrix : nullptr);
  scatter(attached(), residual, tangent ? &matrix : nullptr, sink);
}

void FacetContact::to_carriers(const State &state, const Frame &lower, const Vector12 &gradient,
                               const Matrix12 &hessian, Eigen::VectorXd &residual, Eigen::MatrixXd *matrix) const
{
  // Between the local coordinates y_k = A^T s_k of the control points and the seven carriers stand 18 values: the two
  // edges of the frame A and the four arms s_k from its origin, all differences of positions.
  Eigen::Matrix<double, 6, 1> edges;
  edges << lower_[1].position(state) - lower.origin, lower_[2].position(state) - lower.origin;
  Matrix3 contraction = Matrix3::Zero(); // of A with gradient: sum s_k g_k^T
  Controls arms;
  for (int k = 0; k < 4; ++k) {
    arms.col(k) = upper_[k].position(state) - lower.origin;
    contraction += arms.col(k) * gradient.segment<3>(3 * k).transpose();
  }
  using Fad = Sacado::Fad::SFad<double, 6>;
  Fad edge[6], columns[3][3];
  for (int c = 0; c < 6; ++c)
    edge[c] = Fad(6, c, edges[c]);
  frame_columns(edge, edge + 3, columns);
  Eigen::Matrix<double, 12, 18> derivative = Eigen::Matrix<double, 12, 18>::Zero(); // of y by the 18 values
  Eigen::Matrix<double, 18, 18> bend = Eigen::Matrix<double, 18, 18>::Zero();       // gradient times second derivative
  for (int c = 0; c < 6; ++c) {
    Matrix3 turn;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j)
        turn(i, j) = columns[j][i].dx(c);
    for (int k = 0; k < 4; ++k) {
      derivative.block<3, 1>(3 * k, c) = turn.transpose() * arms.col(k);
      bend.block<3, 1>(6 + 3 * k, c) = turn * gradient.segment<3>(3 * k);
      bend.block<1, 3>(c, 6 + 3 * k) = bend.block<3, 1>(6 + 3 * k, c).transpose();
    }
  }
  for (int k = 0; k < 4; ++k)
    derivative.block<3, 3>(3 * k, 6 + 3 * k) = lower.axes.transpose();
  Eigen::Matrix<double, 18, 21> difference = Eigen::Matrix<double, 18, 21>::Zero();
  for (int row = 0; row < 6; ++row) // edges to points 1 and 2, arms to points 3 to 6
    for (int i = 0; i < 3; ++i) {
      difference(3 * row + i, i) = -1;
      difference(3 * row + i, 3 * (row + 1) + i) = 1;
    }
  residual = difference.transpose() * (derivative.transpose() * gradient);
  if (!matrix)
    return;
  Eigen::VectorXd unused;
  Eigen::MatrixXd of_edges;
  differentiate<6>(FrameContraction{contraction}, edges.data(), &unused, &of_edges);
  bend.topLeftCorner<6, 6>() = of_edges;
  bend += derivative.transpose() * hessian * derivative;
  *matrix = difference.transpose() * bend * difference;
}

std::vector<FacetContact::Sample> FacetContact::samples(const State &state) const
{
  const Frame lower = frame(state);
  const Controls controls = local_controls(state, lower);
  // Motion of the upper vertebra against the lower one at the joint; normals turn with its cofactor.
  Matrix3 motion;
  for (int k = 0; k < 3; ++k)
    motion.col(k) = (controls.col(k + 1) - controls.col(0)) / control_distance_mm;
  const Matrix3 cofactor = motion.inverse().transpose();
  std::vector<Sample> result;
  for (const FacetPoint &point : points_) {
    const Vector3 local = controls * point.share;
    const PointEnergy at = point_energy(local);
    const Vector3 outward = -(cofactor * point.normal).normalized();
    result.push_back({lower.origin + lower.axes * local, -point.area_mm2 * (lower.axes * at.gradient), point.area_mm2,
                      at.gap, at.pressure, at.faces ? outward.dot(distance(local).normal) : 0, at.faces});
  }
  return result;
}

FacetContact::Resultant FacetContact::resultant(const State &state) const
{
  Resultant sum;
  double facing = 0, carried = 0, touched = 0;
  Vector3 middle = Vector3::Zero(), pressed = Vector3::Zero();
  sum.least_gap_mm = std::numeric_limits<double>::infinity();
  for (const Sample &sample : samples(state)) {
    sum.force += sample.force;
    sum.moment += sample.position.cross(sample.force);
    middle += sample.area_mm2 / area_mm2_ * sample.position;
    if (!sample.faces_the_surface)
      continue;
    facing += sample.area_mm2;
    sum.least_gap_mm = std::min(sum.least_gap_mm, sample.gap_mm);
    sum.mean_gap_mm += sample.area_mm2 * sample.gap_mm;
    sum.normals_cosine += sample.area_mm2 * sample.normals_cosine;
    if (sample.pressure_MPa <= 0)
      continue;
    const double load = sample.area_mm2 * sample.pressure_MPa;
    carried += load;
    pressed += load * sample.position;
    sum.peak_pressure_MPa = std::max(sum.peak_pressure_MPa, sample.pressure_MPa);
    if (sample.pressure_MPa > contact_pressure_MPa) {
      sum.area_mm2 += sample.area_mm2;
      touched += load;
    }
  }
  if (facing > 0) {
    sum.mean_gap_mm /= facing;
    sum.normals_cosine /= facing;
  }
  sum.mean_pressure_MPa = sum.area_mm2 > 0 ? touched / sum.area_mm2 : 0;
  sum.centre = carried > 0 ? Vector3(pressed / carried) : middle;
  return sum;
}
} // namespace lumbarfem
