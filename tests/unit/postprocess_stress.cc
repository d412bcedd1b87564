#include "postprocess/measures/disc_measures.h"
#include "postprocess/measures/endplate_measures.h"
#include "postprocess/measures/mesh_topology.h"
#include "postprocess/measures/sample_statistics.h"
#include "postprocess/measures/stress_invariants.h"
#include "postprocess_support.h"

#include "materials/tissue_library.h"

#include <algorithm>

namespace lumbarfem::postprocess_tests
{
TEST(Statistics, PercentilesOfEqualWeights)
{
  WeightedSamples samples;
  for (int k = 99; k >= 0; --k)
    samples.add(k, 2);
  samples.sort();
  // Sample k stands at (k + 1/2) %.
  EXPECT_NEAR(samples.percentile(0.95), 94.5, 1e-12);
  EXPECT_NEAR(samples.percentile(0.5), 49.5, 1e-12);
  EXPECT_DOUBLE_EQ(samples.percentile(0), 0);
  EXPECT_DOUBLE_EQ(samples.percentile(1), 99);
  EXPECT_NEAR(samples.mean(), 49.5, 1e-12);
  EXPECT_DOUBLE_EQ(samples.maximum(), 99);
  EXPECT_NEAR(samples.share_above(89.5), 0.1, 1e-12);
}

TEST(Statistics, WeightsCount)
{
  WeightedSamples samples;
  samples.add(10, 1);
  samples.add(0, 9);
  samples.sort();
  EXPECT_NEAR(samples.mean(), 1, 1e-12);
  // 0 stands at 45 %, 10 at 95 % of the weight.
  EXPECT_NEAR(samples.percentile(0.45), 0, 1e-12);
  EXPECT_NEAR(samples.percentile(0.7), 5, 1e-12);
  EXPECT_NEAR(samples.percentile(0.95), 10, 1e-12);
}

TEST(Statistics, GatherJoinsAllRanks)
{
  int rank = 0, n_ranks = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &n_ranks);
  WeightedSamples samples;
  for (int k = rank; k < 1000; k += n_ranks)
    samples.add(std::sin(k), 1 + k % 7);
  samples.gather(MPI_COMM_WORLD);
  WeightedSamples whole;
  for (int k = 0; k < 1000; ++k)
    whole.add(std::sin(k), 1 + k % 7);
  whole.sort();
  EXPECT_EQ(samples.size(), 1000u);
  EXPECT_EQ(samples.percentile(0.95), whole.percentile(0.95));
  EXPECT_EQ(samples.mean(), whole.mean());
}

TEST(Invariants, OfKnownTensors)
{
  EXPECT_NEAR(pressure_of(-2 * Matrix3::Identity()), 2, 1e-14);
  EXPECT_NEAR(von_mises(-2 * Matrix3::Identity()), 0, 1e-14);
  EXPECT_NEAR(von_mises(uniaxial_z(3)), 3, 1e-14);
  Matrix3 shear = Matrix3::Zero();
  shear(0, 1) = shear(1, 0) = 2;
  EXPECT_NEAR(von_mises(shear), 2 * std::sqrt(3.), 1e-14);
  EXPECT_NEAR(principal_values(shear)[2], 2, 1e-12);
  EXPECT_NEAR(principal_values(shear)[0], -2, 1e-12);
}

TEST(Pressure, UniformFieldIsFound)
{
  for (const ElementType element : {ElementType::q2p1, ElementType::q1p0}) {
    const ConstantStress law(-0.8 * Matrix3::Identity());
    const std::unique_ptr<Model> model = make_model(law, element);
    MeasureReference reference;
    reference.installation = make_state(*model, [](const Vector3 &) { return Vector3::Zero(); });
    const State state = make_state(*model, [](const Vector3 &x) { return Vector3(0.01 * x); });
    StepContext step = context("moment");
    step.preload_N = 500;
    MeasureRows collected(step);
    const double force = 1200;
    add_pressures(*model, state, reference, {force}, collected);
    const std::vector<ResultRow> rows = collected.take();
    EXPECT_NEAR(value_of(rows, "idp", "L4-L5", "", "mean", ""), 0.8, 1e-12);
    EXPECT_NEAR(value_of(rows, "idp", "L4-L5", "", "increment", ""), 0, 1e-12);
    EXPECT_NEAR(value_of(rows, "idp", "L4-L5", "", "mean", "needle"), 0.8, 1e-12);
    EXPECT_NEAR(value_of(rows, "deviatoric_ratio", "L4-L5", "", "value"), 0, 1e-12);
    EXPECT_NEAR(value_of(rows, "idp_factor", "L4-L5", "", "value"), 0.8 * model->mesh.discs[0].area_mm2 / force, 1e-12);
    // Current volume: 1.01^3 of the reference.
    const double volume = nucleus_pressures(*model, state)[0].volume_mm3;
    EXPECT_NEAR(volume / nucleus_pressures(*model, reference.installation)[0].volume_mm3, std::pow(1.01, 3), 1e-9);
    if (element == ElementType::q2p1) {
      EXPECT_NEAR(volume / model->mesh.discs[0].nucleus_volume_mm3, std::pow(1.01, 3), 1e-3);
    }
  }
}

TEST(Annulus, SectorsAreCountedFromTheLeftCounterClockwise)
{
  EXPECT_EQ(annulus_sector(0), "left");
  EXPECT_EQ(annulus_sector(-29), "left");
  EXPECT_EQ(annulus_sector(331), "left");
  EXPECT_EQ(annulus_sector(90), "posterior");
  EXPECT_EQ(annulus_sector(120), "posterior");
  EXPECT_EQ(annulus_sector(121), "");
  EXPECT_EQ(annulus_sector(180), "right");
  EXPECT_EQ(annulus_sector(270), "anterior");
  EXPECT_EQ(annulus_sector(-90), "anterior");
  EXPECT_EQ(annulus_sector(45), "");
}

TEST(Annulus, StressOfEachRegionIsTakenThere)
{
  // Behind the disc's centre the stress is 3 MPa, in front of it 1 MPa.
  const ConstantStress behind(uniaxial_z(3)), before(uniaxial_z(1));
  SpineMesh mesh = segment_mesh();
  const double centre = mesh.discs[0].origin.y();
  const std::unique_ptr<Model> model =
      make_model(std::move(mesh), ElementType::q2p1, [&](int, const Vector3 &, const Vector3 &x, const Matrix3 &) {
        return PointMaterial{x.y() > centre ? &behind : &before};
      });
  const StepContext step = context("moment");
  MeasureRows collected(step);
  add_annulus_stress(*model, make_state(*model, [](const Vector3 &) { return Vector3::Zero(); }), collected);
  const std::vector<ResultRow> rows = collected.take();
  for (const std::string statistic : {"mean", "p95", "maximum"}) {
    EXPECT_NEAR(value_of(rows, "annulus_stress", "L4-L5", "maximum_principal", statistic, "posterior_outer"), 3, 1e-9);
    EXPECT_NEAR(value_of(rows, "annulus_stress", "L4-L5", "von_mises", statistic, "anterior_outer"), 1, 1e-9);
    EXPECT_NEAR(value_of(rows, "annulus_stress", "L4-L5", "maximum_principal", statistic, "anterior_inner"), 1, 1e-9);
  }
  EXPECT_EQ(select(rows, "annulus_stress", "L4-L5", "fibre", "p95").size(), 8u);
}

TEST(Pressure, OfANucleusThatAGraftReplacesIsNone)
{
  const ConstantStress soft(-0.5 * Matrix3::Identity()), hard(-9 * Matrix3::Identity());
  const auto rows_with = [&](double graft_share, bool is_half_filled) {
    const std::unique_ptr<Model> model =
        make_model(segment_mesh(), ElementType::q2p1, [&](int, const Vector3 &, const Vector3 &x, const Matrix3 &) {
          PointMaterial material{&soft};
          if (!is_half_filled || x.x() > 6)
            material.fill({&hard, graft_share});
          return material;
        });
    const State state = make_state(*model, [](const Vector3 &) { return Vector3::Zero(); });
    MeasureReference reference;
    reference.installation = state;
    const StepContext step = context("moment");
    MeasureRows collected(step);
    add_pressures(*model, state, reference, {500}, collected);
    return collected.take();
  };
  // Wholly replaced, and by more than half of every point.
  for (const double share : {1., 0.6}) {
    const std::vector<ResultRow> none = rows_with(share, false);
    EXPECT_TRUE(select(none, "idp", "L4-L5", "", "mean").empty());
    EXPECT_TRUE(select(none, "deviatoric_ratio", "L4-L5", "", "value").empty());
    EXPECT_NEAR(value_of(none, "tissue_left", "L4-L5", "", "value", "", "nucleus"), 1 - share, 1e-9);
  }
  // A graft at one side: the rest of the nucleus has its own pressure, not the mean with the graft's.
  for (const double share : {1., 0.3}) {
    const std::vector<ResultRow> rest = rows_with(share, true);
    EXPECT_NEAR(value_of(rest, "idp", "L4-L5", "", "mean", ""), 0.5, 1e-9);
    EXPECT_NEAR(value_of(rest, "idp", "L4-L5", "", "mean", "needle"), 0.5, 1e-9);
    EXPECT_GT(value_of(rest, "tissue_left", "L4-L5", "", "value", "", "nucleus"), 0.5);
  }
  EXPECT_TRUE(select(rows_with(0, false), "tissue_left", "L4-L5", "", "value").empty());
}

TEST(Pressure, OfATissueInACellThatAGraftCutsIsTheTissuesOwn)
{
  // Uniform dilatation: the nucleus' pressure is K (J - 1), whatever fills the other points of its cells.
  LawParameters parameters;
  parameters.numbers = {{"c10_MPa", 0.1}, {"bulk_modulus_MPa", 100}};
  const auto nucleus = make_law("neo_hooke", parameters, "test");
  const auto graft = make_tissue("bone_graft", {}, "test").law;
  for (const ElementType element : {ElementType::q1p0, ElementType::q2p1}) {
    const std::unique_ptr<Model> model =
        make_model(segment_mesh(), element, [&](int, const Vector3 &unit, const Vector3 &, const Matrix3 &) {
          PointMaterial material{nucleus.get()};
          if (unit.x() < 0.4)
            material.fill({graft.get(), 1});
          return material;
        });
    const double stretch = 0.999;
    const State state = make_state(*model, [&](const Vector3 &x) { return (stretch - 1) * x; });
    const std::vector<NucleusPressure> pressures = nucleus_pressures(*model, state);
    EXPECT_NEAR(pressures[0].mean_MPa, 100 * (1 - std::pow(stretch, 3)), 1e-6);
  }
}

/// A graft with another stress at the left side: what is left of the tissue keeps its own stress.
TEST(Annulus, TheStressIsThatOfTheTissueBesideAGraft)
{
  const ConstantStress soft(uniaxial_z(1)), hard(uniaxial_z(9));
  for (const double share : {0.3, 1.}) {
    const std::unique_ptr<Model> model =
        make_model(segment_mesh(), ElementType::q2p1, [&](int, const Vector3 &, const Vector3 &x, const Matrix3 &) {
          PointMaterial material{&soft};
          if (x.x() > 6)
            material.fill({&hard, share});
          return material;
        });
    const StepContext step = context("moment");
    MeasureRows collected(step);
    add_annulus_stress(*model, make_state(*model, [](const Vector3 &) { return Vector3::Zero(); }), collected);
    const std::vector<ResultRow> rows = collected.take();
    EXPECT_NEAR(value_of(rows, "annulus_stress", "L4-L5", "maximum_principal", "maximum", "posterior_outer"), 1, 1e-9);
    const auto is_left = [](const ResultRow &row) { return row.region == "left_outer"; };
    EXPECT_EQ(std::any_of(rows.begin(), rows.end(), is_left), share < 0.5);
  }
}

TEST(Annulus, PointsInAGraftDoNotCount)
{
  const ConstantStress law(uniaxial_z(1));
  const std::unique_ptr<Model> model =
      make_model(segment_mesh(), ElementType::q2p1, [&](int, const Vector3 &, const Vector3 &, const Matrix3 &) {
        PointMaterial material{&law};
        material.fill({&law, 0.9});
        return material;
      });
  const StepContext step = context("moment");
  MeasureRows collected(step);
  add_annulus_stress(*model, make_state(*model, [](const Vector3 &) { return Vector3::Zero(); }), collected);
  EXPECT_TRUE(collected.take().empty());
}

TEST(Endplates, TractionStressAndStrain)
{
  const ConstantStress law(-0.6 * Matrix3::Identity());
  const std::unique_ptr<Model> model = make_model(law);
  const StepContext step = context("moment");
  MeasureRows collected(step);
  add_endplates(*model, make_state(*model, [](const Vector3 &x) { return Vector3(0, 0, -0.01 * x.z()); }), collected);
  const std::vector<ResultRow> rows = collected.take();
  // Two endplates face the disc; the free ones are not reported.
  EXPECT_EQ(select(rows, "endplate_stress", "*", "von_mises", "p95").size(), 2u);
  EXPECT_NEAR(value_of(rows, "endplate_stress", "L4", "normal_traction", "mean", "*", "inferior_endplate"), -0.6,
              1e-12);
  EXPECT_NEAR(value_of(rows, "endplate_stress", "L5", "von_mises", "maximum", "*", "superior_endplate"), 0, 1e-9);
  EXPECT_NEAR(value_of(rows, "endplate_strain", "L5", "minimum_principal", "p05"), std::log(0.99), 1e-9);
  EXPECT_NEAR(value_of(rows, "endplate_strain", "L5", "maximum_principal", "p95"), 0, 1e-9);
  EXPECT_NEAR(value_of(rows, "endplate_strain", "L5", "beyond_yield", "area_share"), 1, 1e-12);
}

TEST(Endplates, AreaOfTheFacePoints)
{
  const ConstantStress law(Matrix3::Zero());
  const std::unique_ptr<Model> model = make_model(law);
  double area = 0;
  Vector3 normal = Vector3::Zero();
  const VertebraFrame &lower = model->mesh.vertebrae[1];
  for (const CellFace &face : model->mesh.surfaces.at("L5.superior_endplate"))
    for (const FacePoint &point : face_points(model->field, face)) {
      area += point.area_mm2;
      normal += point.area_mm2 * point.normal;
    }
  EXPECT_GT(normal.normalized().dot(lower.superior_normal), 0.999);
  EXPECT_GT(area, normal.norm());
  EXPECT_NEAR(normal.norm() / model->mesh.discs[0].area_mm2, 1, 0.15);
}

TEST(Endplates, DeflectionIsWhatIsLeftOfTheRimsMotion)
{
  const ConstantStress law(Matrix3::Zero());
  const std::unique_ptr<Model> model = make_model(law);
  const std::vector<CellFace> &faces = model->mesh.surfaces.at("L5.superior_endplate");
  const Vector3 outward = model->mesh.vertebrae[1].superior_normal;
  const Matrix3 turn = rotation_from_cardan({0.3, -0.2, 0.1});
  const auto rigid = [&](const Vector3 &x) { return Vector3(turn * x + Vector3(5, 0, 1) - x); };
  EXPECT_NEAR(endplate_deflection(*model, faces, outward, make_state(*model, rigid)).maximum_mm, 0, 1e-9);

  State state = make_state(*model, rigid);
  const std::vector<int> rim = outline_nodes(model->mesh, model->field, faces);
  EXPECT_GT(rim.size(), 8u);
  const Vector3 inward = -0.4 * (turn * outward);
  for (const int node : nodes_of_surface(model->mesh, model->field, "L5.superior_endplate"))
    if (!std::binary_search(rim.begin(), rim.end(), node))
      for (int i = 0; i < 3; ++i)
        state[3 * node + i] += inward[i];
  const EndplateDeflection deflection = endplate_deflection(*model, faces, outward, state);
  EXPECT_GT(deflection.mean_mm, 0.2);
  EXPECT_LT(deflection.mean_mm, 0.4);
  EXPECT_NEAR(deflection.maximum_mm, 0.4, 0.05);
}

TEST(Topology, LocatesPointsOfCurvedCells)
{
  const ConstantStress law(Matrix3::Zero());
  const std::unique_ptr<Model> model = make_model(law);
  std::vector<int> cells;
  for (int cell = 0; cell < static_cast<int>(model->mesh.cells.size()); ++cell)
    cells.push_back(cell);
  for (const int cell : {0, 17, static_cast<int>(cells.size()) - 1}) {
    const Vector3 unit(0.2, 0.7, 0.4);
    const auto found = locate(model->field, cells, position(model->mesh, cell, unit));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->cell, cell);
    EXPECT_LT((found->unit_point - unit).norm(), 1e-8);
  }
  EXPECT_FALSE(locate(model->field, cells, Vector3(500, 0, 0)));
}
} // namespace lumbarfem::postprocess_tests
