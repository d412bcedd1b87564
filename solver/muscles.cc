#include "solver/muscles.h"

namespace lumbarfem
{
double Muscles::length_mm(std::size_t fascicle, const State &state) const
{
  const Fascicle &f = fascicles_[fascicle];
  return (f.insertion.position(state) - f.origin.position(state)).norm();
}

double Muscles::force_N(std::size_t fascicle, const State &state) const
{
  return forces_N_[fascicle] * (1 + stiffness_ * (length_mm(fascicle, state) / lengths_mm_[fascicle] - 1));
}

Vector3 Muscles::direction(std::size_t fascicle, const State &state) const
{
  const Fascicle &f = fascicles_[fascicle];
  return (f.insertion.position(state) - f.origin.position(state)).normalized();
}

std::vector<std::vector<int>> Muscles::couplings() const
{
  std::vector<std::vector<int>> result;
  for (const Fascicle &f : fascicles_)
    result.push_back(blocks_of({&f.origin, &f.insertion}));
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

void Muscles::assemble(const State &state, GlobalSystem &system, bool tangent) const
{
  Eigen::VectorXd gradient(6);
  Eigen::MatrixXd hessian(6, 6);
  for (std::size_t k = 0; k < fascicles_.size(); ++k) {
    if (forces_N_[k] == 0)
      continue;
    const Vector3 n = direction(k, state);
    const double force = force_N(k, state);
    gradient << -force * n, force * n;
    const Matrix3 block = force / length_mm(k, state) * (Matrix3::Identity() - n * n.transpose()) +
                          stiffness_ * forces_N_[k] / lengths_mm_[k] * n * n.transpose();
    hessian << block, -block, -block, block;
    scatter({&fascicles_[k].origin, &fascicles_[k].insertion}, gradient, tangent ? &hessian : nullptr, system);
  }
}

std::vector<LineSegment> Muscles::lines(const State &state) const
{
  std::vector<LineSegment> result;
  for (std::size_t k = 0; k < fascicles_.size(); ++k) {
    LineSegment line;
    line.part = "muscle." + fascicles_[k].muscle + "." + fascicles_[k].name + "." + fascicles_[k].side;
    line.start = fascicles_[k].origin.position(state);
    line.end = fascicles_[k].insertion.position(state);
    line.axial_force_N = force_N(k, state);
    line.stress_MPa = fascicles_[k].area_mm2 > 0 ? line.axial_force_N / fascicles_[k].area_mm2 : 0;
    result.push_back(line);
  }
  return result;
}
} // namespace lumbarfem
