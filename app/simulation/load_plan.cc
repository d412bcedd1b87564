#include "app/simulation/load_plan.h"

#include "app/simulation/laxity.h"

#include <algorithm>

namespace lumbarfem
{
std::string PlannedStage::name() const
{
  switch (kind) {
  case Kind::installation:
    return "installation";
  case Kind::compression:
    return "compression";
  case Kind::moment:
    return "moment";
  default:
    return "preload";
  }
}

std::string PlannedStage::title() const
{
  std::string text = name();
  for (const std::string &word : {direction, protocol})
    text += word.empty() ? "" : ", " + word;
  return text;
}

std::vector<PlannedStage> load_plan(const Study &study)
{
  using Kind = PlannedStage::Kind;
  const Loading &loading = study.loading;
  std::vector<PlannedStage> plan = {{Kind::installation}};
  const auto add_preload = [&](Kind kind) {
    plan.push_back({kind});
    plan.back().steps = loading.preload_steps;
  };
  if (!study.geometry.single_disc && loading.follower_load_N > 0)
    add_preload(Kind::follower_load);
  if (loading.kind == "gravity")
    add_preload(Kind::gravity);
  if (loading.is_compression() && loading.force_preload_N > 0)
    add_preload(Kind::force_preload);
  plan.push_back({Kind::preloaded});
  if (loading.is_compression()) {
    PlannedStage stage{Kind::compression, "compression",
                       loading.kind == "displacement" ? "displacement_control"
                                                      : lumbarfem::name(Protocol::load_control)};
    stage.steps = loading.force_steps;
    stage.waypoints = moment_waypoints(stage.steps, 0);
    plan.push_back(stage);
  }
  for (const Direction direction : loading.directions)
    for (const Protocol protocol : loading.protocols) {
      const bool is_hybrid = protocol == Protocol::hybrid;
      if (study.reference && is_hybrid && loading.protocols.size() > 1)
        continue; // the reference under load control is its own hybrid run
      PlannedStage stage{Kind::moment, lumbarfem::name(direction), lumbarfem::name(protocol), direction};
      stage.is_rotation_given = is_hybrid && !study.reference;
      stage.steps = loading.moment_steps;
      stage.largest_step = 1.3 / stage.steps;
      stage.waypoints = moment_waypoints(stage.steps, stage.is_rotation_given ? 0 : loading.moment_Nm);
      plan.push_back(stage);
    }
  return plan;
}
} // namespace lumbarfem
