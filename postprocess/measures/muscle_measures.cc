#include "postprocess/measures/muscle_measures.h"

#include "postprocess/measures/balance_measures.h"
#include "solver/muscle_balance.h"

#include <algorithm>
#include <map>

namespace lumbarfem
{
namespace
{
struct MuscleSum {
  double force_N = 0, stress_MPa = 0;
  int n_at_limit = 0;
};
} // namespace

void add_muscles(const Model &model, const State &state, MeasureRows &rows)
{
  const Muscles *const muscles = model.find<Muscles>();
  if (!muscles)
    return;
  const DeadForces &weights = model.get<DeadForces>();
  for (const DeadForces::Load &load : weights.loads())
    rows.add({"weight", "", load.part.object + load.part.level_name(), "", "", ""}, "value",
             weights.share() * load.force_N.norm(), "N");
  const std::vector<Muscles::Fascicle> &fascicles = muscles->fascicles();
  std::vector<double> forces;
  for (std::size_t k = 0; k < fascicles.size(); ++k)
    forces.push_back(muscles->force_N(k, state));
  std::map<std::pair<std::string, Side>, MuscleSum> sums; // by muscle and side
  for (std::size_t k = 0; k < fascicles.size(); ++k) {
    MuscleSum &sum = sums[{fascicles[k].part.object, fascicles[k].part.side}];
    sum.force_N += forces[k];
    if (fascicles[k].area_mm2 <= 0)
      continue;
    sum.stress_MPa = std::max(sum.stress_MPa, forces[k] / fascicles[k].area_mm2);
    if (forces[k] > (1 - 1e-6) * fascicles[k].limit_N)
      ++sum.n_at_limit;
  }
  for (const auto &[place, sum] : sums) {
    const std::string &muscle = place.first, side = name(place.second);
    rows.add({"muscle_force", "", muscle, side, "", ""}, "sum", sum.force_N, "N");
    rows.add({"muscle_stress", "", muscle, side, "", ""}, "maximum", sum.stress_MPa, "MPa");
    rows.add({"muscle_fascicles_at_limit", "", muscle, side, "", ""}, "count", sum.n_at_limit, "-");
  }
  Vector3 reaction;
  const Wrench left_at_base = base_residual(model, state, &reaction);
  rows.add({"base_reaction", "", "sacrum", "", "", "z"}, "value", reaction.z(), "N");
  rows.add({"base_residual", "", "sacrum", "", "", "force"}, "value", left_at_base.force.norm(), "N");
  rows.add({"base_residual", "", "sacrum", "", "", "moment"}, "value", left_at_base.moment.norm() / 1000, "Nm");

  const MuscleProblem problem = muscle_problem(model, state);
  const Eigen::VectorXd left =
      problem.arms_mm * Eigen::Map<const Eigen::VectorXd>(forces.data(), static_cast<Eigen::Index>(forces.size())) +
      weights.share() * problem.load_Nmm;
  const char *const axes[3] = {"x", "y", "z"};
  for (std::size_t disc = 0; disc < model.mesh.discs.size(); ++disc)
    for (int i = 0; i < 3; ++i)
      rows.add({"muscle_residual_moment", disc_name(model.mesh.discs[disc].upper), "disc", "", "", axes[i]}, "value",
               left(static_cast<Eigen::Index>(3 * disc) + i) / 1000, "Nm");
}
} // namespace lumbarfem
