#include "app/simulation/balance_line.h"

#include "base/formatted.h"
#include "postprocess/measures/balance_measures.h"

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
  const Wrench base = base_residual(model, state);
  return formatted(
      "balance: cuts through the discs %.1e N, %.1e Nm; reaction at the base %.1e N, %.1e Nm off the applied "
      "loads; external work %.1f mJ, stored energy %.1f mJ",
      force, moment, base.force.norm(), base.moment.norm() / 1000, external_work, stored);
}
} // namespace lumbarfem
