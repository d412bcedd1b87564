/// The strands of the ligaments on both presets of a spine.
#include "meshes_support.h"

#include "meshes/ligament_strands.h"
#include "meshes/lumbar_spine.h"

#include <gtest/gtest.h>

namespace lumbarfem
{
namespace
{
int count(const std::vector<StrandPlace> &strands, const std::string &side)
{
  return static_cast<int>(
      std::count_if(strands.begin(), strands.end(), [&](const StrandPlace &strand) { return strand.side == side; }));
}

double mean_length(const std::vector<StrandPlace> &strands)
{
  double sum = 0;
  for (const StrandPlace &strand : strands)
    sum += (strand.origin - strand.insertion).norm() / static_cast<double>(strands.size());
  return sum;
}
} // namespace

TEST(LigamentStrands, NumbersAndSidesOfTheSource)
{
  const std::vector<std::pair<std::string, int>> numbers = {{"ALL", 9}, {"PLL", 5}, {"LF", 11}, {"CL", 20},
                                                            {"ISL", 8}, {"SSL", 1}, {"ITL", 4}};
  for (const std::string &disc : disc_names())
    for (const auto &[ligament, number] : numbers) {
      const auto &strands = measured_strands(parse_disc(disc), ligament);
      EXPECT_EQ(static_cast<int>(strands.size()), number) << disc << " " << ligament;
      EXPECT_EQ(count(strands, "left"), count(strands, "right")) << disc << " " << ligament;
    }
  EXPECT_TRUE(has_sides("LF"));
  EXPECT_TRUE(has_sides("CL"));
  EXPECT_FALSE(has_sides("ISL"));
  EXPECT_FALSE(has_sides("SSL"));
}

TEST(LigamentStrands, LengthsOnTheMaleSubjectAreTheMeasuredOnes)
{
  // Mean geometric lengths of the source (mm). The parametric spine has its rim planes half a concavity away from the
  // source's flat endplates and frames fitted to them: the discs and thereby the ligaments are not the same to better
  // than 2 mm.
  const SpineGeometry geometry = spine_preset("male_subject");
  const SpineMesh mesh = build_lumbar_spine(geometry, MeshResolution{MeshResolution::from_word("coarse")});
  const std::map<std::string, std::vector<double>> lengths = {
      {"ALL", {12.22, 12.64, 13.98, 15.78, 15.07}}, {"PLL", {9.45, 10.23, 9.82, 10.26, 9.55}},
      {"LF", {24.19, 21.95, 20.37, 16.75, 23.26}},  {"ISL", {17.31, 12.26, 10.79, 8.73, 12.35}},
      {"SSL", {31.59, 30.49, 26.92, 20.10, 21.47}}, {"ITL", {29.4, 31.97, 29.0, 28.81, 15.43}}};
  for (int upper = 0; upper < 5; ++upper)
    for (const auto &[ligament, measured] : lengths)
      EXPECT_NEAR(mean_length(strands_in_space(geometry, mesh, Level(upper), ligament)), measured[upper], 2)
          << disc_name(Level(upper)) << " " << ligament;
}

TEST(LigamentStrands, CapsuleKeepsItsLengthAndTheSpineItsSymmetry)
{
  for (const char *preset : {"male_subject", "population_mean"}) {
    const SpineGeometry geometry = spine_preset(preset);
    const SpineMesh mesh = build_lumbar_spine(geometry, MeshResolution{MeshResolution::from_word("coarse")});
    for (int upper = 0; upper < 5; ++upper) {
      const double measured[] = {1.93, 2.3, 2.0, 2.61, 2.27};
      EXPECT_NEAR(mean_length(strands_in_space(geometry, mesh, Level(upper), "CL")), measured[upper], 0.05);
      for (const std::string &ligament : ligament_names()) {
        Vector3 sum = Vector3::Zero();
        for (const StrandPlace &strand : strands_in_space(geometry, mesh, Level(upper), ligament))
          sum += strand.origin + strand.insertion;
        EXPECT_NEAR(sum.x(), 0, 1e-9) << preset << " " << disc_name(Level(upper)) << " " << ligament;
      }
    }
  }
}
} // namespace lumbarfem
