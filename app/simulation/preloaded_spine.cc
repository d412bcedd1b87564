#include "app/simulation/preloaded_spine.h"

#include "app/simulation/model_builder.h"
#include "app/simulation/study_runner.h"
#include "base/user_error.h"
#include "postprocess/measures/motion_measures.h"

#include <cmath>

namespace lumbarfem
{
PreloadedSpine::PreloadedSpine(const Study &study, std::vector<double> loads_N, MPI_Comm communicator)
    : study_(study), loads_N_(std::move(loads_N)), communicator_(communicator), reached_(loads_N_.size())
{
  study_.loading.follower_load_N = loads_N_.back(); // the model has strands
  model_ = build_model(study_, false, communicator);
  solver_ = make_solver(*model_, equilibrium_settings(study_));
  if (model_->has_pretension())
    run_stage("installation", 1. / study_.loading.preload_steps, [&](double t) { model_->set_installation(t); });
  installed_.state = solver_->state();
  installed_.pressures = model_->solid->pressures();
}

Eigen::MatrixXd PreloadedSpine::rotations(const Eigen::VectorXd &offsets, int n_loads)
{
  Eigen::MatrixXd result =
      Eigen::MatrixXd::Constant(n_loads, static_cast<int>(study_.geometry.levels.size()) - 1, std::nan(""));
  try {
    for (int k = 0; k < n_loads; ++k) {
      const bool is_known = !reached_[k].state.empty();
      Reached start = is_known ? reached_[k] : k > 0 ? reached_[k - 1] : installed_;
      if (start.offsets.size() == 0)
        start.offsets = offsets; // without load the guides' places make no difference
      reached_[k] = walk(start, offsets, loads_N_[k]);
      result.row(k) = flexion(reached_[k].state);
    }
  } catch (const NotConverged &error) {
    failure_ = error.what();
  }
  return result;
}

PreloadedSpine::Reached PreloadedSpine::walk(const Reached &from, const Eigen::VectorXd &offsets, double load_N)
{
  solver_->state() = from.state;
  model_->solid->pressures() = from.pressures;
  const bool is_load_new = load_N != from.load_N;
  run_stage("preload", is_load_new ? 1. / study_.loading.preload_steps : 1., [&](double t) {
    place_guides(from.offsets + t * (offsets - from.offsets));
    model_->get<FollowerLoad>().set_load(from.load_N + t * (load_N - from.load_N));
  });
  return {solver_->state(), model_->solid->pressures(), offsets, load_N};
}

void PreloadedSpine::run_stage(const std::string &name, double first_step, const std::function<void(double)> &apply)
{
  EquilibriumSolver::Stage plan;
  plan.name = name;
  plan.apply = apply;
  plan.first_step = first_step;
  plan.should_stop = is_stop_requested;
  solver_->run(
      plan, [](double, double) {},
      [&](const StepReport &) {
        int stop = is_stop_requested(); // signals reach the ranks at different moments
        MPI_Allreduce(MPI_IN_PLACE, &stop, 1, MPI_INT, MPI_MAX, communicator_);
        if (stop)
          throw Stopped("follower-path: stopped by a signal; nothing was written");
      });
}

void PreloadedSpine::place_guides(const Eigen::VectorXd &offsets)
{
  SpineGeometry &geometry = study_.geometry;
  for (std::size_t k = 0; k < geometry.levels.size(); ++k)
    geometry.vertebrae.at(geometry.levels[k]).follower_offset_mm = offsets[static_cast<int>(k)];
  model_->anatomy.guides = follower_guides(geometry, model_->mesh);
  // The same nodes with other weights: the couplings of the system stay what they were.
  model_->get<FollowerLoad>().set_strands(follower_strands(*model_));
}

Eigen::RowVectorXd PreloadedSpine::flexion(const State &state) const
{
  const std::vector<RigidMotion> from = vertebral_motions(*model_, installed_.state);
  const std::vector<RigidMotion> to = vertebral_motions(*model_, state);
  Eigen::RowVectorXd result(static_cast<int>(from.size()) - 1);
  for (int upper = 0; upper < result.size(); ++upper) {
    const int lower = upper + 1;
    const Matrix3 rotation = relative_rotation(from[upper], from[lower], to[upper], to[lower],
                                               superior_endplate_axes(model_->mesh.vertebrae[lower]));
    result[upper] = 180 / pi * cardan_angles(rotation)[0];
  }
  return result;
}
} // namespace lumbarfem
