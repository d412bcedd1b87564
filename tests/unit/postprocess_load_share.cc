#include "loaded_segment.h"
#include "postprocess/measures/load_share_measures.h"
#include "solver/ligaments.h"

namespace lumbarfem::postprocess_tests
{
namespace
{
Wrench sum_of(const std::vector<LoadShare> &shares)
{
  Wrench sum;
  for (const LoadShare &share : shares) {
    sum.force += share.wrench.force;
    sum.moment += share.wrench.moment;
  }
  return sum;
}

const LoadShare &share_of(const std::vector<LoadShare> &shares, const std::string &object)
{
  const auto found =
      std::find_if(shares.begin(), shares.end(), [&](const LoadShare &share) { return share.object == object; });
  EXPECT_NE(found, shares.end()) << object;
  return *found;
}

/// Bent, with a ligament in front.
class SharedSegment : public LoadedSegment
{
protected:
  AttachedPoint point(int vertebra, double z) const
  {
    const VertebraFrame &frame = model->mesh.vertebrae[vertebra];
    return attach_affine(model->field, model->body_nodes[vertebra], frame.origin + Vector3(3, -18, z));
  }

  void SetUp() override
  {
    Ligaments::Strand strand;
    strand.part = {PartKind::ligament, "ALL", LevelSpan{Level::L4, Level::L5}};
    strand.points = {point(0, -5), point(1, 5)};
    strand.reference_strain = 0.02;
    strand.law = StrandLaw::toe(2000, 0.03);
    model->add(std::make_unique<Ligaments>(std::vector<Ligaments::Strand>{strand}));
    add_moment(0);
  }
};

TEST_F(SharedSegment, CarriersAddUpToTheLoads)
{
  const double moment_Nmm = -1500; // extension tightens it
  const State state =
      equilibrium([&](double factor) { model->get<PureMoment>().set_moment(factor * moment_Nmm); }, 0.5);
  const std::vector<FreeBodyCut> cuts = free_body_cuts(*model, state, vertebral_motions(*model, state));
  const LevelShares level = load_shares(*model, state, cuts).at(0);
  const Wrench loads = sum_of(level.loads), carried = level.carried();
  EXPECT_LT((loads.moment - Vector3(moment_Nmm, 0, 0)).norm(), 1e-9);
  EXPECT_LT((carried.force - loads.force).norm(), 1e-4);
  EXPECT_LT((carried.moment - loads.moment).norm(), 1e-5 * std::abs(moment_Nmm));
  // The disc by virtual work, and by the nodal forces at its upper end.
  Wrench disc = carried;
  const LoadShare &ligament = share_of(level.carriers, "ALL");
  disc.force -= ligament.wrench.force;
  disc.moment -= ligament.wrench.moment;
  EXPECT_LT((disc.force - cuts[0].through_disc.force).norm(), 1e-4);
  EXPECT_LT((disc.moment - cuts[0].through_disc.moment).norm(), 1e-2);
  // The ligament by hand: it pulls the part above down to its insertion, and passes on the opposite of that.
  const Ligaments::Strand &strand = model->get<Ligaments>().strands()[0];
  const Vector3 above = strand.points[0].position(state), below = strand.points[1].position(state);
  const Vector3 pull = model->get<Ligaments>().force_N(0, state) * (below - above).normalized();
  EXPECT_GT(pull.norm(), 10);
  EXPECT_LT((ligament.wrench.force + pull).norm(), 1e-9);
  EXPECT_LT((ligament.wrench.moment + (above - cuts[0].centre).cross(pull)).norm(), 1e-6);
  // It helps the disc against extension.
  EXPECT_LT(ligament.wrench.moment[0], -100);
  EXPECT_GT(std::abs(share_of(level.carriers, "nucleus").wrench.moment[0]), 1);
}

TEST_F(SharedSegment, RowsAreAlongTheAxesOfTheDisc)
{
  const State state = equilibrium([&](double factor) { model->get<PureMoment>().set_moment(factor * 1000); }, 1);
  const StepContext step = context("moment");
  const std::vector<ResultRow> rows = measure_spine(*model, state, {}, step);
  const auto value = [&](const std::string &object, const std::string &component) {
    for (const ResultRow &row : select(rows, "load_share", "L4-L5", component, "value"))
      if (row.object == object)
        return row.value;
    ADD_FAILURE() << object << " " << component;
    return 0.;
  };
  // The disc's axes lean with the two vertebrae.
  EXPECT_NEAR(value("applied_moment", "moment_flexion"), 1, 0.02);
  EXPECT_NEAR(value("total", "moment_flexion"), value("applied_moment", "moment_flexion"), 1e-4);
  EXPECT_NEAR(value("total", "compression"), 0, 1e-3);
  double sum = 0;
  for (const ResultRow &row : select(rows, "load_share", "L4-L5", "moment_flexion", "value"))
    sum += row.region == "load" ? 0 : row.object == "total" ? -row.value : row.value;
  EXPECT_NEAR(sum, 0, 1e-12);
}

/// Tense rings of fibres and nothing else: what passes down is theirs.
TEST(LoadShare, FibresAreToldFromTheirGroundSubstance)
{
  const auto law = make_law("holzapfel_gasser_ogden",
                            {{{"c10_MPa", 1e-9}, {"bulk_modulus_MPa", 1e-6}, {"kappa", 0.}}, {}}, "fibres alone");
  const auto model =
      make_model(segment_mesh(), ElementType::q1p0, [&](int, const Vector3 &, const Vector3 &, const Matrix3 &) {
        PointMaterial material{law.get()};
        FibrePoint fibres;
        fibres.direction = {Vector3(0.6, 0, 0.8), Vector3(-0.6, 0, 0.8)};
        fibres.k1_MPa = 1;
        fibres.k2 = 1;
        material.tissue_fibres = fibres;
        return material;
      });
  const State state = make_state(*model, [](const Vector3 &X) { return Vector3(0, 0, 0.05 * X[2]); });
  std::vector<FreeBodyCut> cuts(1);
  const LevelShares level = load_shares(*model, state, cuts).at(0);
  const double fibres = share_of(level.carriers, "annulus_fibres").wrench.force[2];
  const double ground = share_of(level.carriers, "annulus_ground").wrench.force[2];
  EXPECT_GT(fibres, 1) << "in tension the part below is pulled upward";
  EXPECT_LT(std::abs(ground), 1e-4 * std::abs(fibres));
}
} // namespace
} // namespace lumbarfem::postprocess_tests
