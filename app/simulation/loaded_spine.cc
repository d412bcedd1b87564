#include "app/simulation/loaded_spine.h"

#include "app/simulation/model_builder.h"
#include "postprocess/measures/motion_measures.h"
#include "solver/mesh_order.h"

namespace lumbarfem
{
LoadedSpine::LoadedSpine(const Study &study, bool has_multiplier, MPI_Comm communicator)
    : model_(build_model(study, has_multiplier, communicator))
{
  EquilibriumSettings settings = equilibrium_settings(study);
  solver_ = make_solver(*model_, settings);
  if (study.element != "q2p1")
    return;
  Study quick_study = study;
  quick_study.element = "q1p0";
  quick_study.rigid_bone = true; // what bone deforms is quickly found from there
  quick_ = build_model(quick_study, has_multiplier, communicator);
  settings.tolerance = 1e-4;
  predictor_ = std::make_unique<QuickPredictor>(*quick_, *model_, settings);
  solver_->set_predictor(predictor_.get());
}

void LoadedSpine::keep_preload()
{
  reference_.preload = state();
  neutral_ = model_->moment->rotation(reference_.preload);
  if (predictor_)
    quick_preload_ = predictor_->save();
}

void LoadedSpine::return_to_preload()
{
  solver_->state() = reference_.preload;
  if (predictor_)
    predictor_->restore(quick_preload_);
}

void LoadedSpine::begin_stage()
{
  if (predictor_)
    quick_start_ = predictor_->save();
}

LoadedSpine::Apply LoadedSpine::installation()
{
  return [this](double t) { for_both([t](Model &model) { model.set_installation(t); }); };
}

LoadedSpine::Apply LoadedSpine::follower_load(double load_N)
{
  return [=](double t) { for_both([=](Model &model) { model.follower_load->set_load(t * load_N); }); };
}

LoadedSpine::Apply LoadedSpine::axial_force(double from_N, double to_N)
{
  return [=](double t) { for_both([=](Model &model) { model.axial_load->set_force(from_N + t * (to_N - from_N)); }); };
}

LoadedSpine::Apply LoadedSpine::axial_displacement(double displacement_mm)
{
  const double neutral = model_->axial_load->displacement(reference_.preload);
  const double quick_neutral = quick_ ? quick_->axial_load->displacement(quick_preload_.state) : 0;
  return [=](double t) {
    model_->axial_load->set_displacement(t * displacement_mm, neutral);
    if (quick_)
      quick_->axial_load->set_displacement(t * displacement_mm, quick_neutral);
  };
}

LoadedSpine::Apply LoadedSpine::moment(int axis, double moment_Nmm)
{
  for_both([=](Model &model) { model.moment->set_axis(axis); });
  return [=](double t) { for_both([=](Model &model) { model.moment->set_moment(t * moment_Nmm); }); };
}

LoadedSpine::Apply LoadedSpine::rotation(int axis, double angle_rad)
{
  for_both([=](Model &model) { model.moment->set_axis(axis); });
  return [=](double t) {
    model_->moment->set_rotation(
        t * angle_rad, [=](const State &state) { return total_rotation(*model_, reference_.preload, state, axis); });
    if (quick_)
      quick_->moment->set_rotation(t * angle_rad, [=](const State &state) {
        return total_rotation(*quick_, quick_preload_.state, state, axis);
      });
  };
}

void LoadedSpine::remove_moment()
{
  for_both([](Model &model) { model.moment->set_moment(0); });
}

void LoadedSpine::for_both(const std::function<void(Model &)> &change)
{
  change(*model_);
  if (quick_)
    change(*quick_);
}

void LoadedSpine::save(Checkpoint &checkpoint, bool is_on_the_way) const
{
  const Discretization &field = model_->field;
  checkpoint.solver_step = solver_->step();
  checkpoint.state = to_mesh_order(field, state());
  checkpoint.installation = to_mesh_order(field, reference_.installation);
  checkpoint.preload = to_mesh_order(field, reference_.preload);
  if (quick_) {
    const QuickPredictor::Memory start = is_on_the_way ? quick_start_ : predictor_->save();
    checkpoint.quick_start = to_mesh_order(quick_->field, start.state);
    checkpoint.quick_preload = to_mesh_order(quick_->field, quick_preload_.state);
  }
  for (const auto &contribution : model_->contributions)
    if (const std::vector<double> saved = contribution->save(); !saved.empty())
      checkpoint.contributions[contribution->name()] = saved;
}

void LoadedSpine::load(const Checkpoint &checkpoint)
{
  const Discretization &field = model_->field;
  solver_->set_step(checkpoint.solver_step);
  solver_->state() = from_mesh_order(field, checkpoint.state);
  reference_.installation = from_mesh_order(field, checkpoint.installation);
  reference_.preload = from_mesh_order(field, checkpoint.preload);
  for_both([&](Model &model) {
    for (const auto &contribution : model.contributions) {
      const auto saved = checkpoint.contributions.find(contribution->name());
      if (saved != checkpoint.contributions.end())
        contribution->restore(saved->second);
    }
  });
  if (quick_) {
    quick_start_ = quick_memory(checkpoint.quick_start);
    quick_preload_ = quick_memory(checkpoint.quick_preload);
    predictor_->restore(quick_start_);
  }
  if (!reference_.preload.empty())
    neutral_ = model_->moment->rotation(reference_.preload);
}

/// The pressures follow from the state when a stage begins.
QuickPredictor::Memory LoadedSpine::quick_memory(const State &saved) const
{
  return {from_mesh_order(quick_->field, saved), std::vector<double>(quick_->solid->pressures().size(), 0.)};
}
} // namespace lumbarfem
