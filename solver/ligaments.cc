#include "solver/ligaments.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
std::vector<const AttachedPoint *> pointers(const std::vector<AttachedPoint> &points)
{
  std::vector<const AttachedPoint *> result;
  for (const AttachedPoint &point : points)
    result.push_back(&point);
  return result;
}

double polyline_length(const std::vector<AttachedPoint> &points, const State &state)
{
  double length = 0;
  for (std::size_t k = 0; k + 1 < points.size(); ++k)
    length += (points[k + 1].position(state) - points[k].position(state)).norm();
  return length;
}

double reference_polyline_length(const std::vector<AttachedPoint> &points)
{
  double length = 0;
  for (std::size_t k = 0; k + 1 < points.size(); ++k)
    length += (points[k + 1].reference - points[k].reference).norm();
  return length;
}
} // namespace

Ligaments::Ligaments(std::vector<Strand> strands)
    : Contribution("ligaments", Role::ligament), strands_(std::move(strands))
{
  for (const Strand &strand : strands_)
    reference_length_.push_back(reference_polyline_length(strand.points));
}

std::vector<PartId> Ligaments::parts() const
{
  std::vector<PartId> parts;
  for (const Strand &strand : strands_)
    parts.push_back(strand.part);
  return parts;
}

bool Ligaments::has_pretension() const
{
  return std::any_of(strands_.begin(), strands_.end(),
                     [](const Strand &strand) { return strand.reference_strain < 0; });
}

double Ligaments::slack_length(std::size_t strand) const
{
  return reference_length_[strand] * (1 + installation_ * strands_[strand].reference_strain);
}

double Ligaments::strain(std::size_t strand, const State &state) const
{
  return polyline_length(strands_[strand].points, state) / slack_length(strand) - 1;
}

double Ligaments::force_N(std::size_t strand, const State &state) const
{
  return strands_[strand].law.force(strain(strand, state));
}

double Ligaments::energy_mJ(std::size_t strand, const State &state) const
{
  return slack_length(strand) * strands_[strand].law.energy(strain(strand, state));
}

std::vector<std::vector<int>> Ligaments::couplings() const
{
  std::vector<std::vector<int>> result;
  for (const Strand &strand : strands_)
    result.push_back(blocks_of(pointers(strand.points)));
  return result;
}

double Ligaments::energy(const State &state) const
{
  double sum = 0;
  for (std::size_t k = 0; k < strands_.size(); ++k)
    sum += energy_mJ(k, state);
  return sum;
}

void Ligaments::assemble(const State &state, AssemblySink &sink, bool tangent) const
{
  for (std::size_t s = 0; s < strands_.size(); ++s) {
    const Strand &strand = strands_[s];
    const double e = strain(s, state);
    if (e <= 0)
      continue;
    sink.begin_part(strand.part);
    const double force = strand.law.force(e);
    const int n = static_cast<int>(strand.points.size());
    Eigen::VectorXd length_gradient = Eigen::VectorXd::Zero(3 * n);
    Eigen::MatrixXd hessian;
    if (tangent)
      hessian = Eigen::MatrixXd::Zero(3 * n, 3 * n);
    for (int k = 0; k + 1 < n; ++k) {
      const Vector3 span = strand.points[k + 1].position(state) - strand.points[k].position(state);
      const double length = span.norm();
      const Vector3 direction = span / length;
      length_gradient.segment<3>(3 * k) -= direction;
      length_gradient.segment<3>(3 * k + 3) += direction;
      if (!tangent)
        continue;
      const Matrix3 transverse = force / length * (Matrix3::Identity() - direction * direction.transpose());
      hessian.block<3, 3>(3 * k, 3 * k) += transverse;
      hessian.block<3, 3>(3 * k + 3, 3 * k + 3) += transverse;
      hessian.block<3, 3>(3 * k, 3 * k + 3) -= transverse;
      hessian.block<3, 3>(3 * k + 3, 3 * k) -= transverse;
    }
    if (tangent)
      hessian += strand.law.slope(e) / slack_length(s) * length_gradient * length_gradient.transpose();
    scatter(pointers(strand.points), force * length_gradient, tangent ? &hessian : nullptr, sink);
  }
}

std::vector<LineSegment> Ligaments::lines(const State &state) const
{
  std::vector<LineSegment> result;
  for (std::size_t s = 0; s < strands_.size(); ++s) {
    const Strand &strand = strands_[s];
    LineSegment line;
    line.part = strand.part;
    line.axial_force_N = force_N(s, state);
    for (std::size_t k = 0; k + 1 < strand.points.size(); ++k) {
      line.start = strand.points[k].position(state);
      line.end = strand.points[k + 1].position(state);
      result.push_back(line);
    }
  }
  return result;
}
} // namespace lumbarfem
