#include "app/simulation/external_work.h"

#include "solver/dead_forces.h"
#include "solver/muscles.h"

namespace lumbarfem
{
void ExternalWork::look(const Model &model, const State &state)
{
  length_ = model.follower_load ? model.follower_load->mean_length(state) : 0;
  approach_ = model.axial_load ? model.axial_load->displacement(state) : 0;
  if (!model.muscles)
    return;
  pulls_.clear();
  ways_.clear();
  for (std::size_t k = 0; k < model.muscles->fascicles().size(); ++k) {
    pulls_.push_back(model.muscles->force_N(k, state));
    ways_.push_back(-model.muscles->length_mm(k, state));
  }
  for (const DeadForces::Load &load : model.weights->loads()) {
    pulls_.push_back(model.weights->share() * load.force_N.norm());
    ways_.push_back(load.force_N.norm() > 0 ? load.point.displacement(state).dot(load.force_N.normalized()) : 0);
  }
}

void ExternalWork::add_step(const Model &model, const State &state, const Matrix3 *neutral)
{
  const ExternalWork last = *this;
  moment_ = model.moment->moment(state);
  angle_ = neutral ? model.moment->angle(state, *neutral) : 0;
  load_ = model.follower_load ? model.follower_load->load() : 0;
  force_ = model.axial_load ? model.axial_load->force(state) : 0;
  look(model, state);
  total_mJ_ +=
      0.5 * ((moment_ + last.moment_) * (angle_ - last.angle_) - (load_ + last.load_) * (length_ - last.length_) +
             (force_ + last.force_) * (approach_ - last.approach_));
  for (std::size_t k = 0; k < last.pulls_.size(); ++k) // none before the first look: nothing pulls yet
    total_mJ_ += 0.5 * (pulls_[k] + last.pulls_[k]) * (ways_[k] - last.ways_[k]);
}

ResultRow ExternalWork::row(const StepContext &context) const
{
  ResultRow row;
  row.context = context;
  row.quantity = "external_work";
  row.object = "total";
  row.statistic = "value";
  row.value = total_mJ_;
  row.unit = "mJ";
  return row;
}
} // namespace lumbarfem
