#include "postprocess/measures/facet_measures.h"
#include "solver/facet_contact.h"

#include <cmath>

namespace lumbarfem
{
void add_facet_measures(const Model &model, const State &state, const std::vector<FreeBodyCut> &cuts, MeasureRows &rows)
{
  const char *const axes[3] = {"x", "y", "z"};
  const double least_force_N = 0.1; // below it a direction is noise
  for (const FacetContact *contact : model.all<FacetContact>()) {
    const FacetJoint &joint = contact->joint();
    const std::string side = joint.left ? "left" : "right", level = disc_name(joint.upper);
    const FacetContact::Resultant resultant = contact->resultant(state);
    const double force = resultant.force.norm();
    const auto add = [&](const std::string &quantity, const std::string &component, const std::string &statistic,
                         double value, const std::string &unit) {
      rows.add({quantity, level, "facet_" + side, side, "", component}, statistic, value, unit);
    };
    add("facet_force", "resultant", "value", force, "N");
    add("facet_area", "contact", "value", resultant.area_mm2, "mm2");
    add("facet_pressure", "", "mean", resultant.mean_pressure_MPa, "MPa");
    add("facet_pressure", "", "maximum", resultant.peak_pressure_MPa, "MPa");
    if (std::isfinite(resultant.least_gap_mm)) {
      add("facet_gap", "", "minimum", resultant.least_gap_mm, "mm");
      add("facet_gap", "", "mean", resultant.mean_gap_mm, "mm");
    }
    Vector3 moment = Vector3::Zero();
    for (std::size_t disc = 0; disc < cuts.size(); ++disc)
      if (model.mesh.discs[disc].upper == joint.upper)
        moment = resultant.moment_about(cuts[disc].centre);
    for (int i = 0; i < 3; ++i) {
      add("facet_force", axes[i], "value", resultant.force[i], "N");
      add("facet_moment", axes[i], "value", moment[i] / 1000, "Nm");
      if (force > least_force_N) {
        add("facet_direction", axes[i], "value", resultant.force[i] / force, "-");
        add("facet_centre", axes[i], "value", resultant.centre[i], "mm");
      }
    }
  }
}
} // namespace lumbarfem
