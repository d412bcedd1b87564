#include "app/simulation/balance_line.h"

#include "base/formatted.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
std::string balance_line(const Model &model, const State &state, const std::vector<ResultRow> &rows,
                         double external_work)
{
  double force = 0, moment = 0, stored = 0;
  for (const ResultRow &row : rows) {
    if (row.quantity == "cut_residual" && row.component == "force")
      force = std::max(force, std::abs(row.value));
    if (row.quantity == "cut_residual" && row.component == "moment")
      moment = std::max(moment, std::abs(row.value));
    if (row.quantity == "strain_energy" && row.object == "total")
      stored = row.value;
  }
  const State reactions = model.system->reactions();
  // The strands of a follower load pull the parts of the spine together: at the base only the couple and the
  // compression of a testing machine arrive.
  Vector3 base_force = Vector3::Zero(), base_moment = model.moment->moment(state) * Vector3::Unit(model.moment->axis());
  if (model.axial_load) {
    const AxialLoad::Resultant load = model.axial_load->resultant(state);
    base_force += load.force;
    base_moment += load.moment;
  }
  for (int node = 0; node < model.field.n_nodes; ++node) {
    const Vector3 reaction(&reactions[3 * static_cast<std::size_t>(node)]);
    const Vector3 displacement(&state[3 * static_cast<std::size_t>(node)]);
    base_force += reaction;
    base_moment += (model.field.node_position[node] + displacement).cross(reaction);
  }
  return formatted(
      "balance: cuts through the discs %.1e N, %.1e Nm; reaction at the base %.1e N, %.1e Nm off the applied "
      "loads; external work %.1f mJ, stored energy %.1f mJ",
      force, moment, base_force.norm(), base_moment.norm() / 1000, external_work, stored);
}
} // namespace lumbarfem
