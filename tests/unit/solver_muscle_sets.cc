/// The shipped fascicles under the weights of standing: the optimum is one, and what it needs.
#include "meshes/lumbar_spine.h"
#include "meshes/muscle_fascicles.h"
#include "solver/muscle_optimisation.h"

#include <gtest/gtest.h>

using namespace lumbarfem;

namespace
{
/// Weights as by default on the unloaded spine.
MuscleProblem standing(const std::string &preset, double offset_mm, double co_contraction = 0,
                       bool lumbar_ends_of_thoracic_fibres = true)
{
  const SpineGeometry geometry = spine_preset(preset);
  const SpineMesh mesh = build_lumbar_spine(geometry, {18});
  const std::vector<MuscleFascicle> fascicles = muscle_fascicles(geometry, mesh);
  const int n = static_cast<int>(fascicles.size()), n_discs = static_cast<int>(mesh.discs.size());
  MuscleProblem problem;
  problem.arms_mm = Eigen::MatrixXd::Zero(3 * n_discs, n);
  problem.load_Nmm = Eigen::VectorXd::Zero(3 * n_discs);
  problem.area_mm2.resize(n);
  for (int disc = 0; disc < n_discs; ++disc) {
    const Vector3 &centre = mesh.discs[disc].origin;
    const auto add_weight = [&](const Vector3 &point, double mass_kg) {
      problem.load_Nmm.segment<3>(3 * disc) += (point - centre).cross(Vector3(0, 0, -9.80665 * mass_kg));
    };
    add_weight(mesh.vertebrae[0].origin - Vector3(0, offset_mm, 0), 26.5);
    for (int body = 0; body <= disc; ++body)
      add_weight(mesh.vertebrae[body].origin - Vector3(0, 10, 0), 1.7);
    for (int k = 0; k < n; ++k) {
      const std::vector<MusclePoint> &path = fascicles[k].path;
      const bool is_left_out = !lumbar_ends_of_thoracic_fibres && path.front().is_thorax &&
                               fascicles[k].muscle == "longissimus" && !path.back().is_pelvis;
      problem.area_mm2(k) = is_left_out ? 0 : fascicles[k].area_mm2;
      for (std::size_t i = 0; i + 1 < path.size(); ++i)
        if (path[i].level <= mesh.discs[disc].upper && path[i + 1].level > mesh.discs[disc].upper)
          problem.arms_mm.block<3, 1>(3 * disc, k) =
              (path[i].point - centre).cross((path[i + 1].point - path[i].point).normalized());
    }
  }
  problem.limit_N = 0.46 * problem.area_mm2;
  problem.least_N = co_contraction * problem.limit_N;
  return problem;
}

/// Conditions of Karush, Kuhn and Tucker in the stresses: x_i = (M' l)_i between the bounds, above it at the lower one,
/// below it at the upper one. The problem is strictly convex, so they make it the one optimum.
void expect_optimum(const MuscleProblem &problem, const MuscleSolution &solution)
{
  const Eigen::MatrixXd moments = problem.arms_mm * problem.area_mm2.asDiagonal();
  const Eigen::VectorXd stress = solution.force_N.cwiseQuotient(problem.area_mm2);
  const auto gap = [&](Eigen::Index i, const Eigen::VectorXd &bound_N) {
    return std::abs(solution.force_N(i) - bound_N(i)) / problem.area_mm2(i);
  };
  std::vector<Eigen::Index> free;
  for (Eigen::Index i = 0; i < stress.size(); ++i)
    if (gap(i, problem.least_N) > 1e-6 && gap(i, problem.limit_N) > 1e-6)
      free.push_back(i);
  ASSERT_GT(free.size(), 15u);
  Eigen::MatrixXd rows(free.size(), moments.rows());
  Eigen::VectorXd right(free.size());
  for (std::size_t k = 0; k < free.size(); ++k) {
    rows.row(static_cast<Eigen::Index>(k)) = moments.col(free[k]).transpose();
    right(static_cast<Eigen::Index>(k)) = stress(free[k]);
  }
  const Eigen::VectorXd multiplier =
      Eigen::JacobiSVD<Eigen::MatrixXd>(rows, Eigen::ComputeThinU | Eigen::ComputeThinV).solve(right);
  const Eigen::VectorXd wanted = moments.transpose() * multiplier;
  for (Eigen::Index i = 0; i < stress.size(); ++i) {
    const double difference = stress(i) - wanted(i); // MPa
    if (gap(i, problem.least_N) <= 1e-6)
      EXPECT_GT(difference, -1e-5) << i;
    else if (gap(i, problem.limit_N) <= 1e-6)
      EXPECT_LT(difference, 1e-5) << i;
    else
      EXPECT_NEAR(difference, 0, 1e-5) << i;
  }
}
} // namespace

TEST(MuscleSets, BothPresetsStandWithTheirOptimum)
{
  for (const char *preset : {"male_subject", "population_mean"})
    for (const double offset : {20., 30., 100.})
      for (const double co_contraction : {0., 0.017}) {
        const MuscleProblem problem = standing(preset, offset, co_contraction);
        const MuscleSolution solution = optimise_muscles(problem);
        EXPECT_TRUE(solution.feasible) << preset << " " << offset;
        expect_optimum(problem, solution);
      }
}

/// The fibres of the longissimus from the ribs to the spinous processes of L2 to L5 tell one level from the next.
TEST(MuscleSets, WithoutTheLumbarEndsOfTheThoracicFibresTheMaleSubjectDoesNotStand)
{
  const MuscleSolution solution = optimise_muscles(standing("male_subject", 30, 0, false));
  EXPECT_FALSE(solution.feasible);
  EXPECT_GT(solution.residual_Nmm.cwiseAbs().maxCoeff(), 100);
}
