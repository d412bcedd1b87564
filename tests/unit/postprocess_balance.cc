#include "loaded_segment.h"
#include "postprocess/measures/balance_measures.h"
#include "solver/follower_load.h"

namespace lumbarfem::postprocess_tests
{
namespace
{
/// With a follower load and a pure moment on the upper vertebra.
class FollowerSegment : public LoadedSegment
{
protected:
  AttachedPoint guide(int vertebra, double x) const
  {
    const VertebraFrame &frame = model->mesh.vertebrae[vertebra];
    return attach_affine(model->field, model->body_nodes[vertebra], frame.origin + Vector3(x, 4, 0));
  }

  void SetUp() override
  {
    std::vector<FollowerLoad::Strand> strands;
    for (const double x : {20., -20.})
      strands.push_back({x > 0 ? Side::left : Side::right, {Level::L4, Level::L5}, {guide(0, x), guide(1, x)}});
    model->add(std::make_unique<FollowerLoad>(std::move(strands)));
    add_moment(0);
  }

  State solve(double load_N, double moment_Nmm)
  {
    return equilibrium(
        [&](double factor) {
          model->get<FollowerLoad>().set_load(factor * load_N);
          model->get<PureMoment>().set_moment(factor * moment_Nmm);
        },
        0.5);
  }
};
TEST_F(FollowerSegment, PureMomentPassesThroughTheDisc)
{
  const double moment_Nmm = 2000;
  const State state = solve(0, moment_Nmm);
  const std::vector<FreeBodyCut> cuts = free_body_cuts(*model, state, vertebral_motions(*model, state));
  ASSERT_EQ(cuts.size(), 1u);
  EXPECT_LT(cuts[0].through_disc.force.norm(), 1e-3);
  EXPECT_LT((cuts[0].through_disc.moment - Vector3(moment_Nmm, 0, 0)).norm(), 1e-4 * moment_Nmm);
  // +Mx is flexion: the upper vertebra must have turned forward.
  const StepContext step = context("moment");
  const std::vector<ResultRow> rows = measure_spine(*model, state, {}, step);
  EXPECT_GT(value_of(rows, "rom", "L4-L5", "primary", "value"), 0.1);
  EXPECT_NEAR(value_of(rows, "applied_moment", "", "", "value"), 2, 1e-12);
  EXPECT_LT(value_of(rows, "cut_residual", "L4-L5", "moment_relative", "value"), 1e-4);
  EXPECT_NEAR(value_of(rows, "cut_moment", "L4-L5", "x", "value"), 2, 1e-3);
  // No preload: the factor of the pressure is not reported.
  EXPECT_TRUE(select(rows, "idp_factor", "*", "*", "*").empty());
}

TEST_F(FollowerSegment, FollowerLoadIsSeenByTheCut)
{
  const double load_N = 60;
  const State state = solve(load_N, 1000);
  StepContext step = context("moment");
  step.preload_N = load_N;
  const FreeBodyCut cut = free_body_cuts(*model, state, vertebral_motions(*model, state))[0];
  EXPECT_LT((cut.through_disc.force - cut.applied.force).norm(), 1e-3);
  EXPECT_LT((cut.through_disc.moment - cut.applied.moment).norm(), 1);
  // By hand: each strand pulls its upper guide towards the lower one.
  Vector3 force = Vector3::Zero(), moment(1000, 0, 0);
  for (const FollowerLoad::Strand &strand : model->get<FollowerLoad>().strands()) {
    const Vector3 upper = strand.guides[0].position(state), lower = strand.guides[1].position(state);
    const Vector3 pull = load_N / 2 * (lower - upper).normalized();
    force += pull;
    moment += (upper - cut.centre).cross(pull);
  }
  EXPECT_LT((cut.applied.force - force).norm(), 1e-5);
  EXPECT_LT((cut.applied.moment - moment).norm(), 1e-2);
  EXPECT_NEAR(cut.axial_compression_N(), load_N, 0.1 * load_N);
  const std::vector<ResultRow> rows = measure_spine(*model, state, {}, step);
  EXPECT_EQ(select(rows, "idp_factor", "L4-L5", "", "value").size(), 1u);
  // The parts of the strain energy add up.
  double sum = 0;
  for (const ResultRow &row : select(rows, "strain_energy", "", "", "value"))
    sum += row.object == "total" ? -row.value : row.value;
  EXPECT_NEAR(sum, 0, 1e-9);
  for (const ResultRow &row : rows) {
    EXPECT_TRUE(std::isfinite(row.value)) << row.quantity;
    EXPECT_FALSE(row.unit.empty()) << row.quantity;
  }
}

TEST(SingleDisc, AllMeasuresWork)
{
  const std::shared_ptr<const Law> law =
      make_law("neo_hooke", {{{"c10_MPa", 1.}, {"bulk_modulus_MPa", 20.}}, {}}, "balance test");
  const std::unique_ptr<Model> model =
      make_model(build_lumbar_spine(spine_preset("calibration_disc"), {18}), ElementType::q2p1,
                 [&](int, const Vector3 &, const Vector3 &, const Matrix3 &) { return PointMaterial{law.get()}; });
  ASSERT_FALSE(model->body_nodes[0].empty());
  const State state = make_state(*model, [](const Vector3 &x) { return Vector3(0, 0, -0.01 * x.z()); });
  const StepContext step = context("moment", "left_lateral_bending");
  const std::vector<ResultRow> rows = measure_spine(*model, state, {}, step);
  EXPECT_NEAR(value_of(rows, "rom", "", "primary", "value"), 0, 1e-9);
  EXPECT_GT(
      value_of(rows, "idp", model->mesh.discs.size() == 1 ? disc_name(model->mesh.discs[0].upper) : "", "", "mean", ""),
      0);
  EXPECT_FALSE(select(rows, "annulus_stress", "*", "maximum_principal", "p95", "posterior_outer").empty());
}
} // namespace
} // namespace lumbarfem::postprocess_tests
