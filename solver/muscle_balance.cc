#include "solver/muscle_balance.h"

#include "base/formatted.h"
#include "base/user_error.h"
#include "solver/rigid_fit.h"

#include <cmath>

namespace lumbarfem
{
MuscleProblem muscle_problem(const Model &model, const State &state)
{
  const Muscles &muscles = model.get<Muscles>();
  const std::vector<Muscles::Fascicle> &fascicles = muscles.fascicles();
  const auto n = static_cast<Eigen::Index>(fascicles.size());
  MuscleProblem problem;
  problem.arms_mm = Eigen::MatrixXd::Zero(3 * static_cast<Eigen::Index>(model.mesh.discs.size()), n);
  problem.load_Nmm = Eigen::VectorXd::Zero(problem.arms_mm.rows());
  problem.area_mm2.resize(n);
  problem.limit_N.resize(n);
  problem.least_N.resize(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    problem.area_mm2(i) = fascicles[i].area_mm2;
    problem.limit_N(i) = fascicles[i].limit_N;
    problem.least_N(i) = muscles.co_contraction() * fascicles[i].limit_N;
  }
  std::vector<RigidMotion> motions;
  for (const std::vector<int> &nodes : model.body_nodes)
    motions.push_back(fit_rigid_motion(model.field, nodes, state));
  for (int disc = 0; disc < static_cast<int>(model.mesh.discs.size()); ++disc) {
    const Vector3 &origin = model.mesh.discs[disc].origin;
    const Vector3 centre = (motions[disc].apply(origin) + motions[disc + 1].apply(origin)) / 2;
    for (const DeadForces::Load &load : model.get<DeadForces>().loads())
      if (load.body <= disc)
        problem.load_Nmm.segment<3>(3 * disc) += (load.point.position(state) - centre).cross(load.force_N);
    for (Eigen::Index i = 0; i < n; ++i) {
      const Muscles::Pull pull = muscles.pull_above(i, disc, state);
      problem.arms_mm.block<3, 1>(3 * disc, i) = (pull.point - centre).cross(pull.direction);
    }
  }
  return problem;
}

std::vector<double> find_muscle_forces(const Model &model, const State &state)
{
  const MuscleSolution solution = optimise_muscles(muscle_problem(model, state));
  if (!solution.feasible) {
    const char *const senses[3][2] = {{"extension", "flexion"},
                                      {"right lateral bending", "left lateral bending"},
                                      {"right axial rotation", "left axial rotation"}};
    Eigen::Index worst = 0;
    solution.residual_Nmm.cwiseAbs().maxCoeff(&worst);
    const double missing = solution.residual_Nmm(worst); // turns the part above in its own sense: the opposite is short
    throw UserError(
        "loading: " +
        formatted("the muscles cannot balance the weights: at %s %.1f Nm of %s are missing",
                  disc_name(model.mesh.discs[worst / 3].upper).c_str(), std::abs(missing) / 1000,
                  senses[worst % 3][missing > 0 ? 0 : 1]) +
        "; lower trunk_mass_kg, trunk_offset_mm or co_contraction, raise muscle_stress_MPa, or leave more of "
        "the muscles");
  }
  return {solution.force_N.data(), solution.force_N.data() + solution.force_N.size()};
}
} // namespace lumbarfem
