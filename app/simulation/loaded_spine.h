/// A variant's model under its loads: both models, their solvers, and the states that all stages start from.
#pragma once

#include "app/simulation/checkpoint.h"
#include "cases/study.h"
#include "postprocess/measures/spine_measures.h"
#include "solver/model.h"
#include "solver/quick_predictor.h"

#include <functional>
#include <memory>

namespace lumbarfem
{
class LoadedSpine
{
public:
  /// Sets all loads of a stage for a factor 0 .. 1.
  using Apply = std::function<void(double)>;

  /// @p has_multiplier: rotations can be given.
  LoadedSpine(const Study &study, bool has_multiplier, MPI_Comm communicator);
  LoadedSpine(const LoadedSpine &) = delete;
  LoadedSpine &operator=(const LoadedSpine &) = delete;

  Model &model() { return *model_; }
  const Model &model() const { return *model_; }
  /// Of the predictor; null where the element is the quick one itself.
  const Model *quick() const { return quick_.get(); }
  EquilibriumSolver &solver() { return *solver_; }
  const EquilibriumSolver &solver() const { return *solver_; }
  const State &state() const { return solver_->state(); }
  const MeasureReference &reference() const { return reference_; }

  /// The present state is that at the end of the installation, or of the preload.
  void keep_installation() { reference_.installation = state(); }
  void keep_preload();
  void return_to_preload();
  /// A stage begins here; what is saved on its way has the predictor start here.
  void begin_stage();

  Apply installation();
  Apply follower_load(double load_N);
  Apply axial_force(double from_N, double to_N);
  /// Approach of the ends from the preload on.
  Apply axial_displacement(double displacement_mm);
  Apply moment(int axis, double moment_Nmm);
  /// Total rotation as ROM measures it (rad), by a multiplier.
  Apply rotation(int axis, double angle_rad);
  void remove_moment();
  /// The accurate model and the predictor's.
  void for_both(const std::function<void(Model &)> &change);

  /// Writes its states and what its contributions were told. @p is_on_the_way: a stage that has begun is not over.
  void save(Checkpoint &checkpoint, bool is_on_the_way) const;
  void load(const Checkpoint &checkpoint);

private:
  std::unique_ptr<Model> model_, quick_;
  std::unique_ptr<EquilibriumSolver> solver_;
  std::unique_ptr<QuickPredictor> predictor_;
  QuickPredictor::Memory quick_start_, quick_preload_;
  MeasureReference reference_;
  Memories preload_memories_; ///< of the contributions

  /// About which axis the moment acts, and from where its work is counted.
  void aim_moment(int axis);
  QuickPredictor::Memory quick_memory(const State &saved, const Memories &memories) const;
};
} // namespace lumbarfem
