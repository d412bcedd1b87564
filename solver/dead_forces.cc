#include "solver/dead_forces.h"

namespace lumbarfem
{
void DeadForces::assemble(const State &, AssemblySink &sink, bool) const
{
  for (const Load &load : loads_)
    scatter({&load.point}, -share_ * load.force_N, nullptr, sink);
}

double DeadForces::energy(const State &state) const
{
  double sum = 0;
  for (const Load &load : loads_)
    sum -= share_ * load.force_N.dot(load.point.displacement(state));
  return sum;
}

std::vector<WorkPair> DeadForces::work_pairs(const State &state) const
{
  std::vector<WorkPair> pairs;
  for (const Load &load : loads_) {
    const double size = load.force_N.norm();
    pairs.push_back({share_ * size, size > 0 ? load.point.displacement(state).dot(load.force_N) / size : 0});
  }
  return pairs;
}

std::vector<LineSegment> DeadForces::lines(const State &state) const
{
  const double mm_per_N = 0.1; // length of the arrows
  std::vector<LineSegment> result;
  for (const Load &load : loads_) {
    LineSegment line;
    line.part = load.part;
    line.start = load.point.position(state);
    line.end = line.start + mm_per_N * share_ * load.force_N;
    line.axial_force_N = share_ * load.force_N.norm();
    result.push_back(line);
  }
  return result;
}
} // namespace lumbarfem
