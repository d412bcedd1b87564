#include "postprocess/measures/balance_measures.h"
#include "postprocess/measures/implant_measures.h"
#include "postprocess_support.h"
#include "solver/beam.h"
#include "solver/cord_and_spacer.h"

namespace lumbarfem::postprocess_tests
{
namespace
{
const BeamSection section{5.5, 110000, 0.3};
// Names as a user may give them: the level and side of a row must not be looked for in them.
const PartId rod{PartKind::rod, "bar-L1-right", LevelSpan{Level::L4, Level::S1}, Side::left};
const PartId screw{PartKind::screw, "S1a", LevelSpan{Level::L4, Level::L4}, Side::left};

BeamNode beam_node(const Model &model, int index, const Vector3 &reference)
{
  const int block = model.field.n_nodes + 2 * index;
  return {reference, block, block + 1};
}

void set_block(State &state, int block, const Vector3 &value)
{
  std::copy(value.data(), value.data() + 3, &state[3 * block]);
}
} // namespace

TEST(Implants, StretchedRodAndForceOfAScrew)
{
  const ConstantStress law(Matrix3::Zero());
  const std::unique_ptr<Model> model = make_model(law, ElementType::q1p0);
  std::vector<BeamNode> nodes;
  for (int k = 0; k < 3; ++k)
    nodes.push_back(beam_node(*model, k, Vector3(20, 40, 10. * k)));
  auto rods = std::make_unique<BeamStructure>("implants", nodes,
                                              std::vector<BeamElement>{{0, 1, section, rod}, {1, 2, section, rod}});
  const VertebraFrame &upper = model->mesh.vertebrae[0];
  ScrewBedding::Spring spring{nodes[2], Vector3::Zero(),
                              attach_affine(model->field, model->body_nodes[0], nodes[2].reference), 500};
  auto bedding = std::make_unique<ScrewBedding>(screw, std::vector<ScrewBedding::Spring>{spring});
  model->add(std::move(rods));
  model->add(std::move(bedding));

  State state(3 * (model->field.n_nodes + 6), 0.);
  const double stretch = 1e-3; // mm at the top, half of it in the middle
  set_block(state, nodes[1].displacement_block, {0, 0, stretch / 2});
  set_block(state, nodes[2].displacement_block, {0, 0, stretch});
  const StepContext step = context("moment");
  MeasureRows collected(step);
  add_implants(*model, state, collected);
  const std::vector<ResultRow> rows = collected.take();
  const double force = section.modulus_MPa * section.area() * stretch / 20;
  EXPECT_NEAR(value_of(rows, "section_force", "L4-S1", "axial", "maximum", ""), force, 1e-6 * force);
  EXPECT_NEAR(value_of(rows, "section_force", "L4-S1", "axial", "value", "middle"), force, 1e-6 * force);
  EXPECT_NEAR(value_of(rows, "implant_stress", "L4-S1", "combined", "maximum", "", "bar-L1-right"),
              force / section.area(), 1e-3);
  EXPECT_EQ(select(rows, "section_force", "*", "axial", "maximum")[0].side, "left");
  // The screw's node went up by the stretch and pulls the bone after it.
  EXPECT_NEAR(value_of(rows, "screw_bone_force", "L4", "z", "value", "*", "S1a"), 500 * stretch, 1e-9);
  EXPECT_EQ(select(rows, "screw_bone_force", "L4", "z", "value")[0].side, "left");

  // The body receives the same force and its moment.
  const Vector3 centre = model->mesh.discs[0].origin;
  const Wrench wrench = resultant(*model, state, contribution_forces(*model, state), model->body_nodes[0], centre);
  EXPECT_LT((wrench.force - Vector3(0, 0, 500 * stretch)).norm(), 1e-8);
  EXPECT_LT((wrench.moment - (nodes[2].reference - centre).cross(Vector3(0, 0, 500 * stretch))).norm(), 1e-6);
  EXPECT_EQ(upper.level, Level::L4);
}

TEST(Implants, StressOfTheBoneRoundAScrew)
{
  const ConstantStress law(uniaxial_z(-2.5));
  const std::unique_ptr<Model> model = make_model(law);
  const Vector3 centre = model->mesh.vertebrae[0].origin;
  const std::vector<BeamNode> nodes = {beam_node(*model, 0, centre), beam_node(*model, 1, centre + Vector3(0, 15, 0))};
  auto screws = std::make_unique<BeamStructure>("implants", nodes, std::vector<BeamElement>{{0, 1, section, screw}});
  auto bedding = std::make_unique<ScrewBedding>(
      screw, std::vector<ScrewBedding::Spring>{
                 {nodes[0], Vector3::Zero(), attach_affine(model->field, model->body_nodes[0], centre), 500}});
  model->add(std::move(screws));
  model->add(std::move(bedding));
  const State state(3 * (model->field.n_nodes + 4), 0.);
  const StepContext step = context("moment");
  MeasureRows collected(step);
  add_implants(*model, state, collected);
  const std::vector<ResultRow> rows = collected.take();
  EXPECT_NEAR(value_of(rows, "screw_bone_stress", "L4", "von_mises", "mean", "shell_1_to_3_mm", "S1a"), 2.5, 1e-12);
  EXPECT_NEAR(value_of(rows, "screw_bone_stress", "L4", "von_mises", "p95", "shell_1_to_3_mm", "S1a"), 2.5, 1e-12);
}

TEST(Implants, CordAndSpacer)
{
  const ConstantStress law(Matrix3::Zero());
  const std::unique_ptr<Model> model = make_model(law, ElementType::q1p0);
  const int first = model->field.n_nodes;
  auto link = std::make_unique<CordAndSpacer>(PartId{PartKind::link, "a", LevelSpan{Level::L4, Level::L5}, Side::right},
                                              extra_point(first, {0, 0, 30}), extra_point(first + 1, {0, 0, 0}),
                                              CordAndSpacer::Properties{300, 50, 1000, 0});
  model->add(std::move(link));
  State state(3 * (first + 2), 0.);
  set_block(state, first, {0, 0, 0.1});
  const StepContext step = context("moment");
  MeasureRows collected(step);
  add_implants(*model, state, collected);
  const std::vector<ResultRow> rows = collected.take();
  EXPECT_NEAR(value_of(rows, "link_force", "L4-L5", "cord", "value"), 305, 1e-9);
  EXPECT_NEAR(value_of(rows, "link_force", "L4-L5", "spacer", "value"), 200, 1e-9);
  EXPECT_NEAR(value_of(rows, "link_force", "L4-L5", "net_tension", "value"), 105, 1e-9);
  EXPECT_EQ(rows.front().object, "a");
  EXPECT_EQ(rows.front().side, "right");
}
} // namespace lumbarfem::postprocess_tests
