/// Static optimisation: how muscles share the moments that they have to balance.
#pragma once

#include <Eigen/Dense>

namespace lumbarfem
{
/// min sum (F_i / A_i)^2 with arms F + load = 0 and least_i <= F_i <= limit_i (Crowninshield and Brand 1981, power
/// two).
struct MuscleProblem {
  Eigen::MatrixXd arms_mm;  ///< moment per force: a row an equation, a column a muscle
  Eigen::VectorXd load_Nmm; ///< moments of all other loads
  Eigen::VectorXd area_mm2, limit_N;
  Eigen::VectorXd least_N; ///< co-contraction; empty for none
};

struct MuscleSolution {
  Eigen::VectorXd force_N;
  Eigen::VectorXd residual_Nmm; ///< arms F + load
  bool feasible = true;         ///< residual below 1e-6 of the largest load; else it is the least possible
};

/// By sequential least squares (NLopt SLSQP): in the variables F / A the objective's Hessian is the identity, with
/// which the method starts, so that its first quadratic problem is the whole problem.
MuscleSolution optimise_muscles(const MuscleProblem &problem);
} // namespace lumbarfem
