/// A small spine with a line of each kind, for the tests of fields and scene.
#pragma once

#include "postprocess_support.h"
#include "solver/beam.h"
#include "solver/dead_forces.h"
#include "solver/ligaments.h"
#include "solver/muscles.h"

namespace lumbarfem::postprocess_tests
{
/// A fascicle that pulls with 60 N on 120 mm2, a weight of 300 N, a ligament and a rod with the two nodes of four more
/// blocks.
inline void add_all_kinds_of_lines(Model &model)
{
  const auto on_body = [&](int body, const Vector3 &from_centre) {
    return attach_affine(model.field, model.body_nodes[body], model.mesh.vertebrae[body].origin + from_centre);
  };
  const AttachedPoint upper = on_body(0, {0, 30, 0}), lower = on_body(1, {0, 30, 0});
  auto muscles =
      std::make_unique<Muscles>(std::vector<Muscles::Fascicle>{{{PartKind::muscle, "multifidus",
                                                                 LevelSpan{Level::L4, Level::L5}, Side::left, "a-b"},
                                                                {upper, lower},
                                                                {0, 1},
                                                                120,
                                                                60}},
                                0);
  muscles->set_forces({60}, {30});
  auto weights = std::make_unique<DeadForces>(
      std::vector<DeadForces::Load>{{{PartKind::weight, "trunk"}, 0, on_body(0, {0, -20, 40}), Vector3(0, 0, -300)}});
  weights->set_share(1);
  Ligaments::Strand strand;
  strand.part = {PartKind::ligament, "SSL", LevelSpan{Level::L4, Level::L5}};
  strand.points = {upper, lower};
  strand.law = StrandLaw::toe(40, 0.1);
  const int block = model.field.n_nodes;
  const std::vector<BeamNode> nodes = {{{20, 30, 40}, block, block + 1}, {{20, 30, 10}, block + 2, block + 3}};
  const PartId rod{PartKind::rod, "muscle-like", LevelSpan{Level::L4, Level::L5}, Side::left};
  model.contributions.push_back(std::move(muscles));
  model.contributions.push_back(std::move(weights));
  model.contributions.push_back(std::make_unique<Ligaments>(std::vector<Ligaments::Strand>{strand}));
  model.contributions.push_back(
      std::make_unique<BeamStructure>("implants", nodes, std::vector<BeamElement>{{0, 1, {5.5, 110000, 0.3}, rod}}));
}
} // namespace lumbarfem::postprocess_tests
