/// Weights and muscles of a study -> contributions of a model, and the forces of the muscles.
#pragma once

#include "cases/study.h"
#include "solver/model.h"

#include <functional>

namespace lumbarfem
{
/// Adds the weights of trunk and segments and the fascicles, without those whose bone was removed.
void add_gravity(const Study &study, Model &model);

/// Empty, or that the muscles are stiffer than any that were measured.
std::string stiffness_warning(const Study &study);

/// Applies the weights with the muscle forces that balance them and repeats the optimisation on the deformed geometry
/// until the forces change by less than 1 % of the largest one, at most max_passes times. Where that ends does not
/// depend on the muscles' stiffness, since they pull with the optimum at their present lengths; so the way there is
/// walked with at least search_stiffness. The study's own comes last, and with it whether the state is stable.
struct GravityPreload {
  static constexpr int max_passes = 25;
  static constexpr double search_stiffness = 40;
  double stiffness; ///< the study's
  /// Brings the loads from one state to the next: runs a stage whose argument is given the share 0 .. 1.
  std::function<void(const std::function<void(double)> &)> run_stage;
  std::function<const State &()> state;
  std::function<void(const std::function<void(Model &)> &)> for_all_models;

  /// Returns the last change of the forces over the largest force.
  /// Throws NotConverged when the spine does not stand with the study's stiffness.
  double run(const Model &model) const;

private:
  void lower_stiffness(const Model &model, double from) const;
};
} // namespace lumbarfem
