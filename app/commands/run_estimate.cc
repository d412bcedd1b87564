#include "app/commands/run_estimate.h"

#include "app/simulation/load_plan.h"

#include <array>
#include <cmath>
#include <numeric>

namespace lumbarfem
{
namespace
{
constexpr double gibibyte = 1024. * 1024 * 1024;
/// Of the shipped spine on the default mesh.
constexpr double measured_unknowns = 182820;

/// Time of a run, as a multiple of that on the default mesh: by unknowns.
struct MeasuredTime {
  double unknowns, ratio;
};
constexpr std::array<MeasuredTime, 3> measured_times = {{{99414, 0.53}, {measured_unknowns, 1}, {1181772, 16.2}}};

/// A power law between the meshes that were measured, and beyond them with the power of the nearest two.
double time_ratio(double unknowns)
{
  const std::size_t k = unknowns < measured_times[1].unknowns ? 0 : 1;
  const MeasuredTime &a = measured_times[k], &b = measured_times[k + 1];
  const double power = std::log(b.ratio / a.ratio) / std::log(b.unknowns / a.unknowns);
  return a.ratio * std::pow(unknowns / a.unknowns, power);
}
} // namespace

double expected_unknowns(const Study &study, const SpineMesh &mesh)
{
  const double nodes = static_cast<double>(mesh.nodes.size());
  return study.element == "q2p1" ? 3 * nodes : 3 * nodes / 8;
}

double expected_memory(const Study &study, const SpineMesh &mesh)
{
  // One process takes this much on the default mesh; factors grow with the power 4/3 of the unknowns (nested dissection
  // in three dimensions, George 1973).
  constexpr double program = 0.25 * gibibyte, two_level = 0.95 * gibibyte, rigid = 0.5 * gibibyte,
                   direct = 3.13 * gibibyte;
  const double factors = study.rigid_bone ? rigid : study.two_level_solver ? two_level : direct;
  return program + factors * std::pow(expected_unknowns(study, mesh) / measured_unknowns, 4. / 3);
}

int planned_steps(const Study &study)
{
  const std::vector<PlannedStage> plan = load_plan(study);
  return std::accumulate(plan.begin(), plan.end(), 0, [](int sum, const PlannedStage &stage) {
    const bool adds_load =
        stage.kind != PlannedStage::Kind::installation && stage.kind != PlannedStage::Kind::preloaded;
    return sum + (adds_load ? stage.steps : 0);
  });
}

std::optional<double> expected_seconds(const Study &study, const SpineMesh &mesh)
{
  if (study.loading.kind == "gravity")
    return {};
  // Default mesh, one core: one direction in 8 load steps takes 92 s, six directions in 38 steps take 326 s.
  constexpr double start = 30, step = 7.8;
  constexpr double direct = 3.75, rigid = 0.6; // of the time of the solver in two levels with deformable bone
  const double solver = study.rigid_bone ? rigid : study.two_level_solver ? 1 : direct;
  return solver * (start + step * planned_steps(study)) * time_ratio(expected_unknowns(study, mesh));
}
} // namespace lumbarfem
