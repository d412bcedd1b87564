/// Patterns of cement, what tells them apart, and several in one vertebra.
#include "app/simulation/cement_identity.h"
#include "postprocess/measures/cement_measures.h"
#include "tests/unit/simulation_support.h"

#include <cmath>

namespace lumbarfem
{
namespace
{
using namespace simulation_tests;

const SpineMesh &segment_l3_l4()
{
  static const SpineMesh mesh = spine(Level::L3, Level::L4);
  return mesh;
}

ImplicitBody body_of(const Cement &cement) { return make_cement(cement, segment_l3_l4(), ElementType::q2p1); }

CementIdentity identity_of(double volume_mL, CementPattern pattern)
{
  return *body_of(cement(Level::L3, volume_mL, pattern)).cement;
}

Cement named(const std::string &name, double volume_mL, CementPattern pattern,
             const std::string &material = "bone_cement_composite")
{
  Cement result = cement(Level::L3, volume_mL, pattern);
  result.name = name;
  result.material.preset = material;
  return result;
}

ImplicitRegions regions_of_cements(const std::vector<Cement> &cements)
{
  Surgery surgery;
  surgery.cements = cements;
  return ImplicitRegions(surgery, segment_l3_l4(), ElementType::q2p1);
}

/// Filled share at every point of the core of L3.
std::vector<double> shares_of(const ImplicitRegions &regions)
{
  const SpineMesh &mesh = segment_l3_l4();
  std::vector<char> core(mesh.regions.size(), 0);
  core[mesh.region("L3.cancellous")] = 1;
  std::vector<double> shares;
  for (const IntegrationPoint &point : integration_points(mesh, ElementType::q2p1, core)) {
    PointMaterial material;
    regions.fill(material, mesh.cells[point.cell].region, point.position);
    shares.push_back(1 - material.tissue_share);
  }
  return shares;
}

double largest_difference(const std::vector<double> &a, const std::vector<double> &b)
{
  double largest = 0;
  for (std::size_t k = 0; k < a.size(); ++k)
    largest = std::max(largest, std::abs(a[k] - b[k]));
  return largest;
}

TEST(CementPercent, OfBodyAndCoreAreThoseOfTheMeshByHand)
{
  const Study study = segment_study("[[surgery.cement]]\nname = \"c\"\nlevel = \"L4\"\nvolume_percent = "
                                    "20\npercent_of = \"body\"\n",
                                    "levels = \"L4-L5\"", "deformable");
  const SpineMesh mesh = make_mesh(study); // with arches
  double body_mm3 = 0, core_mm3 = 0;
  const std::vector<char> all(mesh.regions.size(), 1);
  for (const IntegrationPoint &point : integration_points(mesh, ElementType::q2p1, all)) {
    const Region &region = mesh.region_of(point.cell);
    if (!region.is_of(Level::L4) || region.tissue == TissueKind::posterior_elements)
      continue;
    body_mm3 += point.volume_mm3;
    core_mm3 += region.tissue == TissueKind::cancellous ? point.volume_mm3 : 0;
  }
  ASSERT_GT(body_mm3, 1.05 * core_mm3);
  Cement cement = study.surgery.cements.at(0);
  EXPECT_NEAR(asked_mm3(cement, mesh), 0.2 * body_mm3, 1e-6 * body_mm3);
  const CementIdentity of_body = *make_cement(cement, mesh, ElementType::q2p1).cement;
  EXPECT_NEAR(of_body.percent_of_body, 20, 1e-6);
  EXPECT_NEAR(of_body.percent_of_core, 20 * body_mm3 / core_mm3, 1e-4);
  cement.is_percent_of_body = false;
  EXPECT_NEAR(asked_mm3(cement, mesh), 0.2 * core_mm3, 1e-6 * core_mm3);
}

TEST(CementIdentity, LeftAndRightAreMirrored)
{
  for (const double volume_mL : {2., 6., 12.}) {
    const CementIdentity left = identity_of(volume_mL, CementPattern::left),
                         right = identity_of(volume_mL, CementPattern::right);
    EXPECT_NEAR(left.share_left, right.share_right, 0.005);
    EXPECT_NEAR(left.share_left + left.share_right, 1, 1e-12);
    EXPECT_GT(left.share_left, 0.75);
    EXPECT_NEAR(left.centroid_mm[0], -right.centroid_mm[0], 0.005 * left.centroid_mm[0]);
    for (int i = 1; i < 3; ++i)
      EXPECT_NEAR(left.centroid_mm[i], right.centroid_mm[i], 0.02);
    ASSERT_EQ(left.contact.size(), 2u);
    for (const auto &[endplate, contact] : left.contact)
      EXPECT_NEAR(contact.area_mm2, right.contact.at(endplate).area_mm2, 0.005 * contact.area_mm2 + 0.01);
    EXPECT_NEAR(left.clipped_mm3, right.clipped_mm3, 0.005 * 1000 * volume_mL);
  }
}

TEST(CementIdentity, SymmetricPatternsHaveHalfOnEachSide)
{
  for (const CementPattern pattern :
       {CementPattern::central, CementPattern::bilateral, CementPattern::crossing, CementPattern::clumped}) {
    const CementIdentity identity = identity_of(5, pattern);
    EXPECT_NEAR(identity.share_left, 0.5, 0.005) << name(pattern);
    EXPECT_NEAR(identity.centroid_mm[0], 0, 0.05) << name(pattern);
  }
}

TEST(CementIdentity, OfABallInsideTheCoreIsThatOfTheBall)
{
  Cement ball = cement(Level::L3, 1.5, CementPattern::ellipsoids);
  ball.ellipsoids_mm = {{6, -2, 1, 3, 3, 3}};
  const ImplicitBody body = body_of(ball);
  EXPECT_EQ(body.cement->clipped_mm3, 0);
  for (const auto &[endplate, contact] : body.cement->contact)
    EXPECT_EQ(contact.area_mm2, 0) << endplate;
  EXPECT_NEAR(body.cement->centroid_mm[0], 6, 0.05);
  EXPECT_NEAR(body.cement->centroid_mm[1], -2, 0.05);
  EXPECT_NEAR(body.cement->centroid_mm[2], 1, 0.05);
  const double radius = std::cbrt(1500 * 3 / (4 * pi));
  // The volume is that of the quadrature, whose points lie 4 mm apart.
  EXPECT_NEAR((body.high - body.low)[0] / 2, radius, 0.03 * radius);
  EXPECT_GT(body.cement->share_left, 0.9);
}

TEST(CementIdentity, OfAFlatBodyIsCutOffByBothEndplates)
{
  // A column over the whole height: what of it is beyond the core is its volume less what the core holds.
  Cement column = cement(Level::L3, 6, CementPattern::ellipsoids);
  column.ellipsoids_mm = {{0, 0, 0, 10, 9, 20}};
  const ImplicitBody body = body_of(column);
  const Vector3 semi = (body.high - body.low) / 2;
  EXPECT_NEAR(body.cement->clipped_mm3, 4 * pi / 3 * semi.prod() - body.expected_mm3, 0.02 * body.expected_mm3);
  for (const auto &[endplate, contact] : body.cement->contact) {
    EXPECT_GT(contact.area_mm2, 20) << endplate;
    EXPECT_LT(contact.share, 0.5) << endplate;
  }
}

TEST(CementPattern, CrossingIsOneWideBodyAndClumpedABall)
{
  const auto extent = [](CementPattern pattern) {
    const ImplicitBody body = body_of(cement(Level::L3, 4, pattern));
    EXPECT_EQ(body.parts.size(), 1u);
    EXPECT_NEAR(body.integrated_mm3, 4000, 40);
    return Vector3(body.high - body.low);
  };
  const Vector3 crossing = extent(CementPattern::crossing), central = extent(CementPattern::central),
                clumped = extent(CementPattern::clumped);
  EXPECT_NEAR(crossing[0] / crossing[1], 2 * central[0] / central[1], 0.1);
  EXPECT_GT(crossing[0], 1.3 * central[0]);
  EXPECT_NEAR(clumped[0], clumped[2], 1e-6);
  EXPECT_LT(clumped[0], central[0]);
}

TEST(CementPattern, OneSidedBeyondTheMidlineIsWarnedOf)
{
  EXPECT_TRUE(regions_of_cements({named("c", 3, CementPattern::left)}).warnings().empty());
  const std::vector<std::string> told = regions_of_cements({named("c", 25, CementPattern::left)}).warnings();
  ASSERT_FALSE(told.empty());
  EXPECT_NE(told[0].find("lie beyond the midline of L3: at this volume pattern = \"left\""), std::string::npos);
  EXPECT_TRUE(regions_of_cements({named("c", 20, CementPattern::bilateral)}).warnings().empty());
}

TEST(CementEllipsoids, OutsideOfTheCoreAreRefused)
{
  const auto refusal = [](double volume_mL, const std::array<double, 6> &ellipsoid) {
    Cement cement = simulation_tests::cement(Level::L3, volume_mL, CementPattern::ellipsoids);
    cement.ellipsoids_mm = {ellipsoid};
    return message_of([&] { body_of(cement); });
  };
  EXPECT_EQ(refusal(2, {8, 0, 0, 6, 8, 7}), "");
  EXPECT_NE(refusal(2, {0, 0, 16, 6, 8, 7}).find("the centre of ellipsoid 1 lies outside of the cancellous core"),
            std::string::npos);
  EXPECT_NE(refusal(7, {0, 0, 11.5, 6, 8, 7}).find("would lie outside of the cancellous core of L3"),
            std::string::npos);
}

TEST(SeveralCements, LeftAndRightAreBilateral)
{
  const Cement left = named("a", 3, CementPattern::left), right = named("b", 3, CementPattern::right);
  const ImplicitRegions two = regions_of_cements({left, right}), swapped = regions_of_cements({right, left}),
                        one = regions_of_cements({named("c", 6, CementPattern::bilateral)});
  EXPECT_LT(largest_difference(shares_of(two), shares_of(one)), 0.01);
  EXPECT_EQ(largest_difference(shares_of(two), shares_of(swapped)), 0);
  for (const ImplicitBody &body : two.bodies())
    EXPECT_NEAR(body.held_mm3, 3000, 30);
}

TEST(SeveralCements, ThatMeetHoldTheirVolumesTogether)
{
  const ImplicitRegions regions =
      regions_of_cements({named("small", 3, CementPattern::left), named("large", 5, CementPattern::central)});
  ASSERT_EQ(regions.bodies().size(), 2u);
  EXPECT_EQ(regions.bodies()[0].name, "large");
  for (const ImplicitBody &body : regions.bodies()) {
    EXPECT_NEAR(body.held_mm3, body.expected_mm3, 0.01 * body.expected_mm3) << body.name;
    EXPECT_NEAR(body.held_mm3, body.integrated_mm3, 2e-3 * body.expected_mm3) << body.name;
  }
  ASSERT_EQ(regions.warnings().size(), 1u);
  EXPECT_NE(regions.warnings()[0].find("count once there, and \"small\" is larger by them"), std::string::npos)
      << regions.warnings()[0];
}

TEST(SeveralCements, OfTwoMaterialsOrTooMuchAreRefused)
{
  EXPECT_NE(message_of([] {
              regions_of_cements({named("a", 3, CementPattern::left, "pmma"), named("b", 5, CementPattern::central)});
            }).find("are of different material"),
            std::string::npos);
  const std::string text = message_of([] {
    regions_of_cements({named("a", 25, CementPattern::left), named("b", 15, CementPattern::right)});
  });
  EXPECT_NE(text.find("surgery.cement.b: 15 mL do not fit into L3"), std::string::npos) << text;
  EXPECT_NE(text.find("mL of them other cement; give less"), std::string::npos) << text;
}

TEST(CementMeasures, AreTheIdentityOfEachCement)
{
  const Study study = segment_study("[[surgery.cement]]\nname = \"c\"\nlevel = \"L4\"\npattern = \"left\"\nvolume_mL = "
                                    "3\n",
                                    "levels = \"L4-L5\"", "deformable");
  const UnsolvedModel built = build_unsolved_model(study, MPI_COMM_WORLD);
  StepContext context;
  MeasureRows rows(context);
  add_cements(*built.model, rows);
  const CementIdentity &identity = *built.model->implicit_volumes.at(0).cement;
  double sides = 0;
  int n_contacts = 0;
  for (const ResultRow &row : rows.take()) {
    EXPECT_EQ(row.level, "L4");
    EXPECT_EQ(row.object, "c");
    if (row.quantity == "cement_side_share")
      sides += row.value;
    if (row.quantity == "cement_share") {
      EXPECT_EQ(row.value, row.component == "body" ? identity.percent_of_body : identity.percent_of_core);
    }
    if (row.quantity == "cement_contact" && row.component == "share") {
      EXPECT_EQ(row.value, identity.contact.at(row.region).share);
      ++n_contacts;
    }
  }
  EXPECT_NEAR(sides, 1, 1e-12);
  EXPECT_EQ(n_contacts, 2);
}
} // namespace
} // namespace lumbarfem
