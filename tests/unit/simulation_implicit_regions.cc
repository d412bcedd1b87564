/// How cages, grafts and cement share the points that compute, and their volumes.
#include "tests/support/regions.h"
#include "tests/unit/simulation_support.h"

#include <cmath>

namespace lumbarfem
{
namespace
{
using namespace simulation_tests;

const SpineMesh &segment()
{
  static const SpineMesh mesh = spine(Level::L4, Level::L5);
  return mesh;
}

ImplicitRegions regions_of(const std::vector<Cage> &cages, ElementType element = ElementType::q1p0,
                           const SpineMesh &mesh = segment())
{
  Surgery surgery;
  surgery.cages = cages;
  return ImplicitRegions(surgery, mesh, element);
}

std::vector<char> disc_regions(const SpineMesh &mesh)
{
  std::vector<char> flags(mesh.regions.size(), 0);
  for (const int region : regions_named(mesh, "L4-L5."))
    flags[region] = 1;
  return flags;
}

/// Largest difference of the filled share at the points of an element, and the volume that is filled.
struct Comparison {
  double largest = 0, volume_a = 0, volume_b = 0, largest_sum = 0;
};
Comparison compare(const ImplicitRegions &a, const ImplicitRegions &b, ElementType element)
{
  Comparison result;
  const SpineMesh &mesh = segment();
  for (const IntegrationPoint &point : integration_points(mesh, element, disc_regions(mesh))) {
    double sums[2] = {0, 0};
    int k = 0;
    for (const ImplicitRegions *regions : {&a, &b}) {
      PointMaterial material;
      regions->fill(material, mesh.cells[point.cell].region, point.position);
      for (const Filling &filling : material.fillings)
        sums[k] += filling.share;
      EXPECT_NEAR(sums[k] + material.tissue_share, 1, 1e-12);
      EXPECT_LE(sums[k], 1 + 1e-12);
      ++k;
    }
    result.largest = std::max(result.largest, std::abs(sums[0] - sums[1]));
    result.volume_a += point.volume_mm3 * sums[0];
    result.volume_b += point.volume_mm3 * sums[1];
  }
  return result;
}

TEST(CoveredShare, IsThatOfABallBehindAPlane)
{
  for (const double depth : {-0.6, -0.5, -0.3, 0., 0.2, 0.45, 0.5, 2.}) {
    // Volume of the ball of diameter 1 below the plane z = depth, by slices.
    double volume = 0;
    const int n = 20000;
    for (int k = 0; k < n; ++k) {
      const double z = (k + 0.5) / n - 0.5;
      if (z > depth)
        volume += (0.25 - z * z) / n;
    }
    EXPECT_NEAR(covered_share(depth, 1), volume * 6, 1e-3) << depth;
  }
}

TEST(ImplicitRegions, TwoBoxesThatTouchAreOneInEitherOrder)
{
  const Cage a = cage("a", 10, 20, -2), b = cage("b", 10, 20, 8), one = cage("one", 20, 20, 3);
  for (const ElementType element : {ElementType::q1p0, ElementType::q2p1}) {
    const ImplicitRegions two = regions_of({a, b}, element), swapped = regions_of({b, a}, element),
                          whole = regions_of({one}, element);
    for (const std::string &warning : two.warnings())
      EXPECT_EQ(warning.find("occupy"), std::string::npos) << warning;
    const Comparison order = compare(two, swapped, element), split = compare(two, whole, element);
    EXPECT_EQ(order.largest, 0);
    EXPECT_LT(split.largest, 0.015);
    EXPECT_NEAR(split.volume_a, split.volume_b, 1e-3 * split.volume_b);
  }
}

TEST(ImplicitRegions, ABoxInsideOneOfTheSameMaterialChangesNothing)
{
  const Cage outer = cage("outer", 20, 20, 3), inner = cage("inner", 8, 20, 3);
  const ImplicitRegions alone = regions_of({outer}), both = regions_of({outer, inner}),
                        swapped = regions_of({inner, outer});
  EXPECT_EQ(compare(both, swapped, ElementType::q1p0).largest, 0);
  const Comparison nested = compare(both, alone, ElementType::q1p0);
  EXPECT_LT(nested.largest, 0.015);
  EXPECT_NEAR(nested.volume_a, nested.volume_b, 1e-3 * nested.volume_b);
  ASSERT_FALSE(both.warnings().empty());
  EXPECT_NE(both.warnings().front().find("occupy the same"), std::string::npos);
  EXPECT_NE(both.warnings().front().find("count once"), std::string::npos);
}

TEST(ImplicitRegions, OverlapOfTwoMaterialsNeedsAPriority)
{
  const Cage shell = cage("shell", 30, 20, 0, 0, "peek");
  Cage graft = cage("graft", 16, 10, 0);
  const std::string message = message_of([&] { regions_of({shell, graft}); });
  EXPECT_NE(message.find("\"shell\" and \"graft\" occupy the same"), std::string::npos) << message;
  EXPECT_NE(message.find("priority"), std::string::npos);
  graft.priority = 1;
  const ImplicitRegions filled = regions_of({shell, graft}), alone = regions_of({shell});
  const Comparison sum = compare(filled, alone, ElementType::q1p0);
  EXPECT_LT(sum.largest, 0.015); // the outline is that of the shell
  ASSERT_EQ(filled.bodies().size(), 2u);
  EXPECT_EQ(filled.bodies()[0].name, "graft");
  EXPECT_NEAR(filled.bodies()[0].held_mm3, filled.bodies()[0].integrated_mm3, 1e-9);
  EXPECT_NEAR(filled.bodies()[1].held_mm3, filled.bodies()[1].integrated_mm3 - filled.bodies()[0].held_mm3,
              2e-3 * filled.bodies()[1].integrated_mm3);
}

TEST(ImplicitRegions, BodiesOfTwoMaterialsTouchWithoutASeam)
{
  const ImplicitRegions two = regions_of({cage("a", 10, 20, -2, 0, "peek"), cage("b", 10, 20, 8)}),
                        one = regions_of({cage("one", 20, 20, 3)});
  const Comparison seam = compare(two, one, ElementType::q1p0);
  EXPECT_LT(seam.largest, 0.015);
  EXPECT_NEAR(two.bodies()[0].held_mm3, two.bodies()[1].held_mm3, 0.1 * two.bodies()[0].held_mm3);
}

TEST(ImplicitRegions, SharesAndVolumeFollowAMovingCageSmoothly)
{
  double last = -1;
  for (double x = 0; x <= 1.001; x += 0.05) {
    const double volume = regions_of({cage("a", 12, 14, x)}).bodies()[0].integrated_mm3;
    if (last > 0) {
      EXPECT_NEAR(volume, last, 0.01 * last) << x;
    }
    last = volume;
  }
}

TEST(ShapeVolume, OfAPrismInAFlatDisc)
{
  SpineGeometry geometry = spine_preset("calibration_disc");
  geometry.discs.at(Level::L4).anterior_height_mm = geometry.discs.at(Level::L4).posterior_height_mm =
      geometry.discs.at(Level::L4).lateral_height_mm = geometry.discs.at(Level::L4).centre_height_mm = 10;
  for (const double size : {12., 9.}) {
    const SpineMesh mesh = build_lumbar_spine(geometry, {size});
    const double box = make_cage(cage("a", 20, 14, 2, 1), mesh, ElementType::q2p1).expected_mm3;
    EXPECT_NEAR(box, 20 * 14 * 10, 3e-3 * box);
    const double ellipse = make_cage(cage("a", 24, 18, 0, -1, "peek", false), mesh, ElementType::q2p1).expected_mm3;
    EXPECT_NEAR(ellipse, pi / 4 * 24 * 18 * 10, 3e-3 * ellipse);
  }
}

TEST(ImplicitVolume, OfCementIsTheOneAskedForWithEveryElement)
{
  const SpineMesh mesh = spine(Level::L3, Level::L4);
  for (const ElementType element : {ElementType::q1p0, ElementType::q2p1})
    for (const double volume_mL : {1., 2., 4., 8.})
      for (const CementPattern pattern :
           {CementPattern::central, CementPattern::left, CementPattern::right, CementPattern::bilateral}) {
        const ImplicitBody body = make_cement(cement(Level::L3, volume_mL, pattern), mesh, element);
        EXPECT_NEAR(body.integrated_mm3, 1000 * volume_mL, 10 * volume_mL);
        // The same by the points of the model that computes.
        const Discretization field = discretize(mesh, element, MPI_COMM_SELF);
        const ImplicitRegions regions = ImplicitRegions::alone(body);
        const auto law = make_tissue("cancellous_normal", {}, "test").law;
        const auto solid =
            SolidField::create(mesh, field, [&](int cell, const Vector3 &, const Vector3 &reference, const Matrix3 &) {
              PointMaterial material{law.get()};
              regions.fill(material, mesh.cells[cell].region, reference);
              return material;
            });
        double sum = 0;
        solid->sample_all(State(3 * static_cast<std::size_t>(field.n_nodes), 0.),
                          [&](const PointSample &sample) { sum += sample.weight_mm3 * sample.filled_share; });
        EXPECT_NEAR(sum, body.integrated_mm3, 1e-6 * sum);
      }
}

TEST(ImplicitVolume, DifferenceBetweenShapeAndQuadratureIsWarnedOf)
{
  // A sliver between the points of coarse linear cells.
  const ImplicitRegions thin = regions_of({cage("thin", 2.5, 20, 3)});
  const ImplicitBody &body = thin.bodies()[0];
  const bool is_off = std::abs(body.integrated_mm3 / body.expected_mm3 - 1) > 0.02;
  EXPECT_TRUE(is_off);
  const bool is_told = !thin.warnings().empty() && thin.warnings()[0].find("instead of the") != std::string::npos;
  EXPECT_EQ(is_told, is_off);
  const SpineMesh fine = spine(Level::L4, Level::L5, 6);
  EXPECT_TRUE(regions_of({cage("box", 20, 20, 3)}, ElementType::q2p1, fine).warnings().empty());
}

TEST(ImplicitVolume, FootprintOutsideTheDiscIsWarnedOf)
{
  EXPECT_EQ(footprint_warning(cage("a", 20, 20, 0), segment()), "");
  const std::string text = footprint_warning(cage("a", 44, 34, 0), segment());
  EXPECT_NE(text.find("lie outside the disc L4-L5"), std::string::npos) << text;
}

TEST(Cement, OfTheSacrumLiesInTheMiddleOfItsBody)
{
  const SpineMesh mesh = spine(Level::L5, Level::S1, 9);
  const VertebraFrame &sacrum = mesh.vertebrae.back();
  const ImplicitRegions regions = ImplicitRegions::alone(make_cement(cement(Level::S1, 2), mesh, ElementType::q2p1));
  std::vector<char> core(mesh.regions.size(), 0);
  core[mesh.region("S1.cancellous")] = 1;
  Vector3 moment = Vector3::Zero(), core_moment = Vector3::Zero();
  double volume = 0, core_volume = 0;
  for (const IntegrationPoint &point : integration_points(mesh, ElementType::q2p1, core)) {
    PointMaterial material;
    regions.fill(material, mesh.cells[point.cell].region, point.position);
    const double share = material.fillings.empty() ? 0 : material.fillings[0].share;
    volume += share * point.volume_mm3;
    moment += share * point.volume_mm3 * point.position;
    core_volume += point.volume_mm3;
    core_moment += point.volume_mm3 * point.position;
  }
  EXPECT_NEAR(volume, 2000, 20);
  EXPECT_LT(std::abs((moment / volume - core_moment / core_volume).dot(sacrum.axes.col(2))), 0.5);
}

TEST(Removal, OfTheNucleusLeavesAFullCage)
{
  const std::string removal = "[[surgery.removal]]\nname = \"discectomy\"\npart = \"L4-L5.nucleus\"\n",
                    graft = "[[surgery.cage]]\nname = \"c\"\ndisc = \"L4-L5\"\nwidth_mm = 22\ndepth_mm = 16\n";
  for (const char *element : {"q1p0", "q2p1"}) {
    const auto build = [&](const std::string &surgery) {
      Study study = segment_study(surgery);
      study.element = element;
      return build_model(study, false, MPI_COMM_WORLD);
    };
    const std::unique_ptr<Model> intact = build(""), filled = build(graft), emptied = build(removal + graft),
                                 removed = build(removal);
    EXPECT_LT(removed->mesh.cells.size(), emptied->mesh.cells.size());
    EXPECT_LE(emptied->mesh.cells.size(), intact->mesh.cells.size());
    ASSERT_EQ(emptied->implicit_volumes.size(), 1u);
    EXPECT_NEAR(emptied->implicit_volumes[0].integrated_mm3, filled->implicit_volumes[0].integrated_mm3, 1e-6);
    EXPECT_NEAR(emptied->implicit_volumes[0].expected_mm3, filled->implicit_volumes[0].expected_mm3, 1e-6);
    // No nucleus is left, and what is neither graft nor tissue carries nothing.
    double tissue = 0, graft_mm3 = 0;
    const int nucleus = emptied->mesh.region("L4-L5.nucleus");
    emptied->solid->sample_all(State(static_cast<std::size_t>(emptied->system->n_unknowns()), 0.),
                               [&](const PointSample &sample) {
                                 if (emptied->mesh.cells[sample.cell].region == nucleus)
                                   tissue += sample.weight_mm3 * sample.tissue_share;
                                 graft_mm3 += sample.weight_mm3 * sample.filled_share;
                               });
    double sums[2] = {tissue, graft_mm3};
    MPI_Allreduce(MPI_IN_PLACE, sums, 2, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
    EXPECT_EQ(sums[0], 0);
    EXPECT_NEAR(sums[1], filled->implicit_volumes[0].integrated_mm3, 1e-6 * sums[1]);
  }
}
} // namespace
} // namespace lumbarfem
