/// Laws of the ligaments' strands and the library of published sets.
#include "materials_test_tools.h"

#include "base/user_error.h"
#include "materials/ligament_library.h"

namespace lumbarfem
{
namespace
{
/// Force = d energy / de and slope = d force / de with the measured order of central differences.
void expect_law_is_consistent(const StrandLaw &law, const std::vector<double> &strains)
{
  for (const double strain : strains) {
    const std::vector<double> steps = halved_steps(1e-3, 4);
    std::vector<double> energy_errors, force_errors;
    for (const double h : steps) {
      const double force = (law.energy(strain + h) - law.energy(strain - h)) / (2 * h);
      const double slope = (law.force(strain + h) - law.force(strain - h)) / (2 * h);
      energy_errors.push_back(std::abs(force - law.force(strain)) / law.force(strain));
      force_errors.push_back(std::abs(slope - law.slope(strain)) / law.slope(strain));
    }
    expect_second_order(steps, energy_errors);
    expect_second_order(steps, force_errors);
  }
}
} // namespace

TEST(MaterialsLigaments, ToeLawIsThePublishedOne)
{
  const StrandLaw law = StrandLaw::toe(485, 0.08);
  EXPECT_EQ(law.force(0), 0);
  EXPECT_EQ(law.force(-0.2), 0);
  EXPECT_EQ(law.slope(-0.2), 0);
  EXPECT_EQ(law.energy(-0.2), 0);
  EXPECT_NEAR(law.force(0.05), 485 * 0.05 * 0.05 / 0.16, 1e-12);
  EXPECT_NEAR(law.force(0.2), 485 * (0.2 - 0.04), 1e-12);
  EXPECT_NEAR(law.slope(0.2), 485, 1e-12);
  expect_law_is_consistent(law, {0.01, 0.05, 0.07, 0.1, 0.3});
  EXPECT_NEAR(law.scaled(0.25).force(0.2), 0.25 * law.force(0.2), 1e-12);
}

TEST(MaterialsLigaments, PiecewiseLawMeetsThePublishedOneAwayFromItsKinks)
{
  const StrandLaw law = StrandLaw::piecewise_linear({100, 300, 900}, {0.1, 0.2});
  EXPECT_EQ(law.force(0), 0);
  EXPECT_EQ(law.slope(0), 0);
  EXPECT_EQ(law.force(-0.1), 0);
  EXPECT_NEAR(law.force(0.05), 5, 1e-12);
  EXPECT_NEAR(law.force(0.15), 10 + 15, 1e-12);
  EXPECT_NEAR(law.force(0.3), 10 + 30 + 90, 1e-12);
  EXPECT_NEAR(law.slope(0.3), 900, 1e-9);
  // The rounding of a kink adds at most an eighth of its width times the change of slope.
  EXPECT_NEAR(law.force(0.1), 10 + 200 * 0.01 / 8, 1e-12);
  expect_law_is_consistent(law, {0.004, 0.05, 0.1, 0.15, 0.2, 0.3});
  // Slope and force are continuous where the pieces meet.
  for (const double joint : {0., 0.01, 0.095, 0.105, 0.195, 0.205}) {
    EXPECT_NEAR(law.slope(joint - 1e-9), law.slope(joint + 1e-9), 1e-3);
    EXPECT_NEAR(law.force(joint - 1e-9), law.force(joint + 1e-9), 1e-5);
  }
}

TEST(MaterialsLigaments, SetsTurnIntoForcesOfStrands)
{
  // A toe law is one of a single strand: neither their number nor their length matters.
  const LigamentSet &remus = find_ligament_set("remus2021");
  const LigamentConstants &ssl = *remus.find(Level::L4, "SSL");
  EXPECT_EQ(ssl.reference_strain, -0.08);
  EXPECT_NEAR(strand_law(remus, ssl, 1, 20).force(0.3), 28 * (0.3 - 0.1), 1e-12);
  EXPECT_NEAR(strand_law(remus, ssl, 7, 5).force(0.3), 28 * (0.3 - 0.1), 1e-12);
  // Moduli times area, shared by the strands.
  const LigamentSet &goel = find_ligament_set("goel");
  const LigamentConstants &all = *goel.find(Level::L1, "ALL");
  EXPECT_NEAR(9 * strand_law(goel, all, 9, 13).force(0.1), 7.8 * 63.7 * 0.1, 1e-10);
  EXPECT_NEAR(9 * strand_law(goel, all, 9, 13).force(0.2), 63.7 * (7.8 * 0.12 + 20 * 0.08), 1e-10);
  // Newton per millimetre of growth, shared by the strands.
  const LigamentSet &springs = find_ligament_set("linear_springs");
  const LigamentConstants &lf = *springs.find(Level::L2, "LF");
  EXPECT_NEAR(11 * strand_law(springs, lf, 11, 16).force(2. / 16), 15.38 * 2, 1e-10);
}

TEST(MaterialsLigaments, LibraryIsCompleteAndCited)
{
  EXPECT_EQ(ligament_set_names().size(), 5u);
  for (const LigamentSet &set : ligament_library()) {
    EXPECT_FALSE(set.source.empty());
    for (const std::string &disc : disc_names())
      for (const std::string &ligament : ligament_names()) {
        const LigamentConstants *constants = set.find(parse_disc(disc), ligament);
        const bool left_out = ligament == "CL" && (set.name == "bmcmsd2010" || set.name == "linear_springs");
        ASSERT_EQ(constants == nullptr, left_out) << set.name << " " << disc << " " << ligament;
        if (constants) {
          EXPECT_GT(strand_law(set, *constants, 5, 15).force(0.5), 0);
        }
      }
  }
  EXPECT_EQ(find_ligament_set("remus2021").find(Level::L5, "ALL")->stiffness.front(), 291);
  try {
    find_ligament_set("remus");
    FAIL();
  } catch (const UserError &error) {
    EXPECT_NE(std::string(error.what()).find("did you mean \"remus2021\"?"), std::string::npos) << error.what();
  }
}
} // namespace lumbarfem
