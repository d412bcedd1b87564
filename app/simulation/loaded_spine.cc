#include "app/simulation/loaded_spine.h"

#include "app/simulation/model_builder.h"
#include "postprocess/measures/motion_measures.h"
#include "solver/axial_load.h"
#include "solver/follower_load.h"
#include "solver/mesh_order.h"
#include "solver/pure_moment.h"

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
  preload_memories_ = lumbarfem::save(model_->contributions);
  if (predictor_)
    quick_preload_ = predictor_->save();
}

void LoadedSpine::return_to_preload()
{
  solver_->state() = reference_.preload;
  restore(model_->contributions, preload_memories_);
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
  return [=](double t) { for_both([=](Model &model) { model.get<FollowerLoad>().set_load(t * load_N); }); };
}

LoadedSpine::Apply LoadedSpine::axial_force(double from_N, double to_N)
{
  return [=](double t) {
    for_both([=](Model &model) { model.get<AxialLoad>().set_force(from_N + t * (to_N - from_N)); });
  };
}

LoadedSpine::Apply LoadedSpine::axial_displacement(double displacement_mm)
{
  const double neutral = model_->get<AxialLoad>().displacement(reference_.preload);
  const double quick_neutral = quick_ ? quick_->get<AxialLoad>().displacement(quick_preload_.state) : 0;
  return [=](double t) {
    model_->get<AxialLoad>().set_displacement(t * displacement_mm, neutral);
    if (quick_)
      quick_->get<AxialLoad>().set_displacement(t * displacement_mm, quick_neutral);
  };
}

void LoadedSpine::aim_moment(int axis)
{
  for_both([=](Model &model) { model.get<PureMoment>().set_axis(axis); });
  PureMoment &moment = model_->get<PureMoment>();
  moment.set_neutral(moment.rotation(reference_.preload));
}

LoadedSpine::Apply LoadedSpine::moment(int axis, double moment_Nmm)
{
  aim_moment(axis);
  return [=](double t) { for_both([=](Model &model) { model.get<PureMoment>().set_moment(t * moment_Nmm); }); };
}

LoadedSpine::Apply LoadedSpine::rotation(int axis, double angle_rad)
{
  aim_moment(axis);
  return [=](double t) {
    model_->get<PureMoment>().set_rotation(
        t * angle_rad, [=](const State &state) { return total_rotation(*model_, reference_.preload, state, axis); });
    if (quick_)
      quick_->get<PureMoment>().set_rotation(t * angle_rad, [=](const State &state) {
        return total_rotation(*quick_, quick_preload_.state, state, axis);
      });
  };
}

void LoadedSpine::remove_moment()
{
  for_both([](Model &model) {
    model.get<PureMoment>().set_moment(0);
    model.get<PureMoment>().set_neutral({});
  });
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
  checkpoint.contributions = lumbarfem::save(model_->contributions);
  checkpoint.preload_contributions = preload_memories_;
}

void LoadedSpine::load(const Checkpoint &checkpoint)
{
  const Discretization &field = model_->field;
  solver_->set_step(checkpoint.solver_step);
  solver_->state() = from_mesh_order(field, checkpoint.state);
  reference_.installation = from_mesh_order(field, checkpoint.installation);
  reference_.preload = from_mesh_order(field, checkpoint.preload);
  for_both([&](Model &model) { restore(model.contributions, checkpoint.contributions); });
  preload_memories_ = checkpoint.preload_contributions;
  if (quick_) {
    quick_start_ = quick_memory(checkpoint.quick_start, checkpoint.contributions);
    quick_preload_ = quick_memory(checkpoint.quick_preload, checkpoint.preload_contributions);
    predictor_->restore(quick_start_);
  }
}

/// The pressures follow from the state when a stage begins; what contributions remember is the accurate model's.
QuickPredictor::Memory LoadedSpine::quick_memory(const State &saved, const Memories &memories) const
{
  return {from_mesh_order(quick_->field, saved), std::vector<double>(quick_->solid->pressures().size(), 0.), memories};
}
} // namespace lumbarfem
