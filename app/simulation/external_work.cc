#include "app/simulation/external_work.h"

#include "solver/dead_forces.h"
#include "solver/muscles.h"

namespace lumbarfem
{
void ExternalWork::look(const Model &model, const State &state)
{
  record_.length = model.follower_load ? model.follower_load->mean_length(state) : 0;
  record_.approach = model.axial_load ? model.axial_load->displacement(state) : 0;
  if (!model.muscles)
    return;
  record_.pulls.clear();
  record_.ways.clear();
  for (std::size_t k = 0; k < model.muscles->fascicles().size(); ++k) {
    record_.pulls.push_back(model.muscles->force_N(k, state));
    record_.ways.push_back(-model.muscles->length_mm(k, state));
  }
  for (const DeadForces::Load &load : model.weights->loads()) {
    record_.pulls.push_back(model.weights->share() * load.force_N.norm());
    record_.ways.push_back(load.force_N.norm() > 0 ? load.point.displacement(state).dot(load.force_N.normalized()) : 0);
  }
}

void ExternalWork::add_step(const Model &model, const State &state, const Matrix3 *neutral)
{
  const Record last = record_;
  record_.moment = model.moment->moment(state);
  record_.angle = neutral ? model.moment->angle(state, *neutral) : 0;
  record_.load = model.follower_load ? model.follower_load->load() : 0;
  record_.force = model.axial_load ? model.axial_load->force(state) : 0;
  look(model, state);
  record_.total_mJ += 0.5 * ((record_.moment + last.moment) * (record_.angle - last.angle) -
                             (record_.load + last.load) * (record_.length - last.length) +
                             (record_.force + last.force) * (record_.approach - last.approach));
  for (std::size_t k = 0; k < last.pulls.size(); ++k) // none before the first look: nothing pulls yet
    record_.total_mJ += 0.5 * (record_.pulls[k] + last.pulls[k]) * (record_.ways[k] - last.ways[k]);
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
