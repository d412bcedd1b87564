#include "app/simulation/installation_check.h"

#include "base/formatted.h"

namespace lumbarfem
{
std::vector<std::string> installation_warnings(const Model &model, const State &installed)
{
  std::vector<std::string> warnings;
  for (std::size_t v = 0; v + 1 < model.body_nodes.size(); ++v) {
    const Matrix3 upper = fit_rigid_motion(model.field, model.body_nodes[v], installed).rotation;
    const Matrix3 lower = fit_rigid_motion(model.field, model.body_nodes[v + 1], installed).rotation;
    const double angle = Eigen::AngleAxisd(lower.transpose() * upper).angle() * 180 / pi;
    if (angle > 0.5)
      warnings.push_back("step 0 (pre-tension of ligaments and implants) turns " +
                         disc_name(model.mesh.vertebrae[v].level) + " by " + formatted("%.3f", angle) +
                         " degrees (more than 0.5)");
  }
  return warnings;
}
} // namespace lumbarfem
