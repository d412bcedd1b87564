/// Contributions that remember what they went through.
#include "tests/support/block_mesh.h"
#include "tests/support/solid_problem.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
/// An elastic spring from the ground to a block that slides at its end: it holds z with at most its limit.
class Slider : public Contribution
{
public:
  explicit Slider(int block) : Contribution("slider", Role::implant), block_(block) {}
  double slip() const { return slip_; }
  double force(const State &state) const
  {
    return std::clamp(stiffness * (state[3 * block_ + 2] - slip_), -limit_N, limit_N);
  }

  std::vector<std::vector<int>> couplings() const override { return {{block_}}; }
  void assemble(const State &state, AssemblySink &sink, bool tangent) const override
  {
    const bool slides = std::abs(force(state)) >= limit_N;
    const double residual[3] = {0, 0, force(state)};
    const double matrix[9] = {0, 0, 0, 0, 0, 0, 0, 0, slides ? 0 : stiffness};
    sink.add({block_}, residual, tangent ? matrix : nullptr);
  }
  void commit(const State &accepted) override { slip_ = accepted[3 * block_ + 2] - force(accepted) / stiffness; }
  std::vector<double> save() const override { return {slip_}; }
  void restore(const std::vector<double> &saved) override { slip_ = saved.at(0); }

  static constexpr double stiffness = 50, limit_N = 4;

private:
  int block_;
  double slip_ = 0;
};

/// A soft cube, clamped below, whose top corner a slider holds and a force lifts.
struct HeldCube {
  std::shared_ptr<const Law> law = make_law("neo_hooke", {{{"c10_MPa", 1.}, {"bulk_modulus_MPa", 20.}}, {}}, "cube");
  std::unique_ptr<SolidProblem> problem;
  Slider *slider = nullptr;
  DeadLoad *load = nullptr;
  int corner = -1;

  explicit HeldCube(EquilibriumSettings settings = {})
  {
    problem = std::make_unique<SolidProblem>(
        make_block({0, 10}, {0, 10}, {0, 10}, [](const Vector3 &) { return "cube"; }), ElementType::q1p0,
        [this](int, const Vector3 &, const Vector3 &, const Matrix3 &) {
          PointMaterial material;
          material.tissue = law.get();
          return material;
        });
    corner = problem->node_at({10, 10, 10});
    State force(3 * static_cast<std::size_t>(problem->field.n_nodes), 0.);
    force[3 * corner + 2] = 10;
    auto dead_load = std::make_unique<DeadLoad>(force);
    auto held = std::make_unique<Slider>(corner);
    load = dead_load.get();
    slider = held.get();
    problem->contributions.push_back(std::move(dead_load));
    problem->contributions.push_back(std::move(held));
    settings.tolerance = 1e-10;
    problem->finish(problem->fixed_surface("base"), settings, 0, slider->couplings());
  }

  void walk(double from, double to, double first_step)
  {
    EquilibriumSolver::Stage stage;
    stage.name = "lift";
    stage.apply = [&](double t) { load->set_factor(from + t * (to - from)); };
    stage.first_step = first_step;
    problem->solver->run(
        stage, [](double, double) {}, [](const StepReport &) {});
  }
  const State &state() const { return problem->solver->state(); }
  double height() const { return state()[3 * corner + 2]; }
};

TEST(SolverHistory, WhatSlidIsKeptWhenTheLoadGoes)
{
  HeldCube cube;
  cube.walk(0, 0.2, 0.5); // 2 N: it holds
  EXPECT_NEAR(cube.slider->slip(), 0, 1e-12);
  const double held = cube.height();
  cube.walk(0.2, 1, 0.25); // 10 N: it slides
  const double lifted = cube.height();
  EXPECT_NEAR(cube.slider->force(cube.state()), Slider::limit_N, 1e-9);
  EXPECT_NEAR(cube.slider->slip(), lifted - Slider::limit_N / Slider::stiffness, 1e-12);
  cube.walk(1, 0.2, 0.25); // less than the limit back: it holds where it came to
  EXPECT_GT(cube.height(), held + 0.1 * cube.slider->slip());
  EXPECT_LT(cube.height(), lifted);
}

TEST(SolverHistory, AStepThatIsGivenUpLeavesNothingBehind)
{
  HeldCube smooth;
  smooth.walk(0, 1, 0.05);
  EquilibriumSettings impatient;
  impatient.max_newton = 3;
  HeldCube cut(impatient);
  cut.walk(0, 1, 1);
  EXPECT_GT(cut.problem->solver->total_cuts(), 0);
  EXPECT_NEAR(cut.slider->slip(), smooth.slider->slip(), 1e-8);
  EXPECT_NEAR(cut.height(), smooth.height(), 1e-8);
}

TEST(SolverHistory, GoesBackAndOnWithWhatWasSaved)
{
  HeldCube cube;
  cube.walk(0, 0.7, 0.25);
  const State state = cube.state();
  const Memories memories = save(cube.problem->contributions);
  cube.walk(0.7, 1, 0.5);
  const double height = cube.height(), slip = cube.slider->slip();
  EXPECT_GT(slip, memories.back().at(0));
  cube.problem->solver->state() = state;
  restore(cube.problem->contributions, memories);
  EXPECT_EQ(cube.slider->slip(), memories.back().at(0));
  cube.walk(0.7, 1, 0.5);
  EXPECT_NEAR(cube.height(), height, 1e-10);
  EXPECT_NEAR(cube.slider->slip(), slip, 1e-10);
  EXPECT_THROW(restore(cube.problem->contributions, {{1.}}), std::logic_error);
}

TEST(SolverHistory, ContributionsAreFoundByKind)
{
  HeldCube cube;
  EXPECT_EQ(find<Slider>(cube.problem->contributions), cube.slider);
  EXPECT_EQ(all_of<Contribution>(cube.problem->contributions).size(), 2u);
  EXPECT_EQ(all_of<DeadLoad>(cube.problem->contributions), std::vector<DeadLoad *>{cube.load});
}
} // namespace
} // namespace lumbarfem
