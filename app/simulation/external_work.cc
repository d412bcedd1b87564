#include "app/simulation/external_work.h"

namespace lumbarfem
{
void ExternalWork::look(const Model &model, const State &state)
{
  record_.forces.clear();
  record_.ways.clear();
  for (const auto &contribution : model.contributions)
    for (const WorkPair &pair : contribution->work_pairs(state)) {
      record_.forces.push_back(pair.force);
      record_.ways.push_back(pair.way);
    }
}

void ExternalWork::add_step(const Model &model, const State &state)
{
  const Record last = record_;
  look(model, state);
  for (std::size_t k = 0; k < last.forces.size(); ++k) // none before the first look: nothing pulls yet
    record_.total_mJ += 0.5 * (record_.forces[k] + last.forces[k]) * (record_.ways[k] - last.ways[k]);
}

ResultRow ExternalWork::row(const StepContext &context) const
{
  ResultRow row;
  row.context = context;
  row.quantity = "external_work";
  row.object = "total";
  row.statistic = "value";
  row.value = record_.total_mJ;
  row.unit = "mJ";
  return row;
}
} // namespace lumbarfem
