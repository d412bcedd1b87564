#include "solver/follower_load.h"

namespace lumbarfem
{
std::vector<std::vector<int>> FollowerLoad::couplings() const
{
  std::vector<std::vector<int>> result;
  for (const Strand &strand : strands_)
    for (std::size_t k = 0; k + 1 < strand.guides.size(); ++k)
      result.push_back(blocks_of({&strand.guides[k], &strand.guides[k + 1]}));
  return result;
}

double FollowerLoad::mean_length(const State &state) const
{
  double length = 0;
  for (const Strand &strand : strands_)
    for (std::size_t k = 0; k + 1 < strand.guides.size(); ++k)
      length += (strand.guides[k + 1].position(state) - strand.guides[k].position(state)).norm() / strands_.size();
  return length;
}

void FollowerLoad::assemble(const State &state, AssemblySink &sink, bool tangent) const
{
  const double tension = load_N_ / static_cast<double>(strands_.size());
  Eigen::VectorXd gradient(6);
  Eigen::MatrixXd hessian(6, 6);
  for (const Strand &strand : strands_)
    for (std::size_t k = 0; k + 1 < strand.guides.size(); ++k) {
      const Vector3 span = strand.guides[k + 1].position(state) - strand.guides[k].position(state);
      const double length = span.norm();
      const Vector3 direction = span / length;
      gradient << -tension * direction, tension * direction;
      const Matrix3 transverse = tension / length * (Matrix3::Identity() - direction * direction.transpose());
      hessian << transverse, -transverse, -transverse, transverse;
      scatter({&strand.guides[k], &strand.guides[k + 1]}, gradient, tangent ? &hessian : nullptr, sink);
    }
}

std::vector<LineSegment> FollowerLoad::lines(const State &state) const
{
  std::vector<LineSegment> result;
  for (const Strand &strand : strands_)
    for (std::size_t k = 0; k + 1 < strand.guides.size(); ++k) {
      LineSegment line;
      line.part = {PartKind::follower_load, "", LevelSpan{strand.levels[k], strand.levels[k + 1]}, strand.side};
      line.start = strand.guides[k].position(state);
      line.end = strand.guides[k + 1].position(state);
      line.axial_force_N = load_N_ / static_cast<double>(strands_.size());
      result.push_back(line);
    }
  return result;
}
} // namespace lumbarfem
