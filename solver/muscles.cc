#include "solver/muscles.h"

#include <stdexcept>

namespace lumbarfem
{
namespace
{
Vector3 span(const Muscles::Fascicle &fascicle, std::size_t segment, const State &state)
{
  return fascicle.points[segment + 1].position(state) - fascicle.points[segment].position(state);
}
} // namespace

Muscles::Muscles(std::vector<Fascicle> fascicles, double stiffness, double co_contraction)
    : Contribution("muscles", Role::muscle), fascicles_(std::move(fascicles)), stiffness_(stiffness),
      co_contraction_(co_contraction), forces_N_(fascicles_.size(), 0.), lengths_mm_(fascicles_.size(), 1.)
{
}

double Muscles::length_mm(std::size_t fascicle, const State &state) const
{
  double length = 0;
  for (std::size_t segment = 0; segment + 1 < fascicles_[fascicle].points.size(); ++segment)
    length += span(fascicles_[fascicle], segment, state).norm();
  return length;
}

std::vector<double> Muscles::save() const
{
  std::vector<double> saved = {stiffness_};
  saved.insert(saved.end(), forces_N_.begin(), forces_N_.end());
  saved.insert(saved.end(), lengths_mm_.begin(), lengths_mm_.end());
  return saved;
}

void Muscles::restore(const std::vector<double> &saved)
{
  const auto n = static_cast<std::ptrdiff_t>(fascicles_.size());
  if (static_cast<std::ptrdiff_t>(saved.size()) != 1 + 2 * n)
    throw std::logic_error("forces of other muscles");
  stiffness_ = saved[0];
  set_forces({saved.begin() + 1, saved.begin() + 1 + n}, {saved.begin() + 1 + n, saved.end()});
}

double Muscles::force_N(std::size_t fascicle, const State &state) const
{
  return forces_N_[fascicle] * (1 + stiffness_ * (length_mm(fascicle, state) / lengths_mm_[fascicle] - 1));
}

Muscles::Pull Muscles::pull_at(const Fascicle &fascicle, std::size_t segment, const State &state) const
{
  return {fascicle.points[segment].position(state), span(fascicle, segment, state).normalized()};
}

Muscles::Pull Muscles::pull_above(std::size_t fascicle, int body, const State &state) const
{
  const std::vector<int> &bodies = fascicles_[fascicle].bodies;
  for (std::size_t segment = 0; segment + 1 < bodies.size(); ++segment)
    if (bodies[segment] <= body && bodies[segment + 1] > body)
      return pull_at(fascicles_[fascicle], segment, state);
  return {};
}

Muscles::Pull Muscles::pull_of_pelvis(std::size_t fascicle, const State &state) const
{
  const Fascicle &f = fascicles_[fascicle];
  return f.points.back().blocks.empty() ? pull_at(f, f.points.size() - 2, state) : Pull();
}

std::vector<const AttachedPoint *> Muscles::pointers(std::size_t fascicle) const
{
  std::vector<const AttachedPoint *> result;
  for (const AttachedPoint &point : fascicles_[fascicle].points)
    result.push_back(&point);
  return result;
}

std::vector<std::vector<int>> Muscles::couplings() const
{
  std::vector<std::vector<int>> result;
  for (std::size_t k = 0; k < fascicles_.size(); ++k)
    result.push_back(blocks_of(pointers(k)));
  return result;
}

double Muscles::energy(const State &state) const
{
  double sum = 0;
  for (std::size_t k = 0; k < fascicles_.size(); ++k) {
    const double length = length_mm(k, state), growth = length - lengths_mm_[k];
    sum += forces_N_[k] * (length + stiffness_ * growth * growth / (2 * lengths_mm_[k]));
  }
  return sum;
}

void Muscles::assemble(const State &state, AssemblySink &sink, bool tangent) const
{
  for (std::size_t k = 0; k < fascicles_.size(); ++k) {
    if (forces_N_[k] == 0)
      continue;
    const Fascicle &fascicle = fascicles_[k];
    const auto n = static_cast<Eigen::Index>(3 * fascicle.points.size());
    const double force = force_N(k, state);
    Eigen::VectorXd growth = Eigen::VectorXd::Zero(n); // derivative of the length
    Eigen::MatrixXd hessian = Eigen::MatrixXd::Zero(n, n);
    for (std::size_t segment = 0; segment + 1 < fascicle.points.size(); ++segment) {
      const Vector3 along = span(fascicle, segment, state);
      const double length = along.norm();
      const Vector3 direction = along / length;
      const auto row = static_cast<Eigen::Index>(3 * segment);
      growth.segment<3>(row) -= direction;
      growth.segment<3>(row + 3) += direction;
      const Matrix3 transverse = force / length * (Matrix3::Identity() - direction * direction.transpose());
      hessian.block<3, 3>(row, row) += transverse;
      hessian.block<3, 3>(row, row + 3) -= transverse;
      hessian.block<3, 3>(row + 3, row) -= transverse;
      hessian.block<3, 3>(row + 3, row + 3) += transverse;
    }
    hessian += stiffness_ * forces_N_[k] / lengths_mm_[k] * growth * growth.transpose();
    scatter(pointers(k), force * growth, tangent ? &hessian : nullptr, sink);
  }
}

std::vector<WorkPair> Muscles::work_pairs(const State &state) const
{
  std::vector<WorkPair> pairs;
  for (std::size_t k = 0; k < fascicles_.size(); ++k)
    pairs.push_back({force_N(k, state), -length_mm(k, state)});
  return pairs;
}

std::vector<LineSegment> Muscles::lines(const State &state) const
{
  std::vector<LineSegment> result;
  for (std::size_t k = 0; k < fascicles_.size(); ++k) {
    const Fascicle &fascicle = fascicles_[k];
    for (std::size_t segment = 0; segment + 1 < fascicle.points.size(); ++segment) {
      LineSegment line;
      line.part = fascicle.part;
      line.start = fascicle.points[segment].position(state);
      line.end = fascicle.points[segment + 1].position(state);
      line.axial_force_N = force_N(k, state);
      line.stress_MPa = fascicle.area_mm2 > 0 ? line.axial_force_N / fascicle.area_mm2 : 0;
      result.push_back(line);
    }
  }
  return result;
}
} // namespace lumbarfem
