/// A soft segment L4-L5 whose base is clamped: what its loads do to it.
#pragma once

#include "postprocess_support.h"
#include "solver/equilibrium_solver.h"
#include "solver/pure_moment.h"

namespace lumbarfem::postprocess_tests
{
class LoadedSegment : public testing::Test
{
protected:
  std::shared_ptr<const Law> law =
      make_law("neo_hooke", {{{"c10_MPa", 1.}, {"bulk_modulus_MPa", 20.}}, {}}, "soft segment");
  std::unique_ptr<Model> model = make_model(*law, ElementType::q1p0);

  void add_moment(int axis)
  {
    model->add(std::make_unique<PureMoment>(model->field, corner_nodes_of_surface(model->mesh, model->field, "top"),
                                            axis, -1));
  }

  /// Equilibrium at the end of one stage, whose loads @p apply sets for a load factor.
  State equilibrium(const std::function<void(double)> &apply, double first_step)
  {
    std::vector<std::vector<int>> couplings;
    for (const auto &contribution : model->contributions)
      for (const auto &set : contribution->couplings())
        couplings.push_back(set);
    std::vector<char> fixed(3 * model->field.n_nodes, 0);
    for (const int node : nodes_of_surface(model->mesh, model->field, "base"))
      std::fill_n(fixed.begin() + 3 * node, 3, 1);
    model->system = std::make_unique<GlobalSystem>(model->field, SystemLayout{0, couplings, fixed});
    EquilibriumSettings settings;
    settings.tolerance = 1e-9;
    EquilibriumSolver solver(model->mesh, model->field, *model->solid, model->contributions, *model->system, settings);
    EquilibriumSolver::Stage stage;
    stage.name = "moment";
    stage.apply = apply;
    stage.first_step = first_step;
    solver.run(
        stage, [](double, double) {}, [](const StepReport &) {});
    return solver.state();
  }
};
} // namespace lumbarfem::postprocess_tests
