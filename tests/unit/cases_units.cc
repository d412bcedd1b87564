/// Values in a wrong unit: refused when no tissue has them, warned of when they are merely unusual.
#include "cases_test_tools.h"

#include "materials/plausible_constants.h"

namespace lumbarfem
{
namespace
{
std::string study(const std::string &rest)
{
  return "[study]\ntitle = \"units\"\n[spine]\nlevels = \"L4-L5\"\n" + rest;
}

std::vector<std::string> warnings(const std::string &rest) { return read_text(study(rest)).reference().warnings; }

std::string only_warning(const std::string &rest)
{
  const std::vector<std::string> texts = warnings(rest);
  EXPECT_EQ(texts.size(), 1u) << rest;
  return texts.empty() ? "" : texts[0];
}

TEST(Units, PascalForMegapascalIsRefusedByTissue)
{
  expect_contains(message_of(study("[materials]\nnucleus = { preset = \"nucleus_gruber2024\", c10_MPa = 0.118e6 }\n")),
                  "materials.nucleus.c10_MPa: 118000 MPa is 3.5e+05 times the largest of the library for nucleus");
  const std::string cortical =
      message_of(study("[materials]\ncortical = { preset = \"cortical_normal\", modulus_MPa = 12e9 }\n"));
  expect_contains(cortical, "for cortical (12000 MPa");
  expect_contains(cortical, "the unit is MPa, was it Pa?");
  expect_contains(
      message_of(study("[materials]\nnucleus = { preset = \"nucleus_gruber2024\", bulk_modulus_MPa = 1e9 }\n")),
      "was it Pa?");
  expect_contains(message_of(study("[materials]\nannulus = { preset = \"annulus_calibrated_a\", k1_scale = 1e6 }\n")),
                  "makes the fibres' k1 up to");
  expect_contains(message_of(study("[materials.level.L4]\ncancellous = { preset = \"cancellous_normal\", modulus_MPa = "
                                   "100e6 }\n")),
                  "materials.level.L4.cancellous.modulus_MPa");
  expect_contains(message_of(study("[[surgery.cage]]\nname = \"c\"\ndisc = \"L4-L5\"\nwidth_mm = 20\ndepth_mm = 20\n"
                                   "material = { preset = \"peek\", modulus_MPa = 3.6e9 }\n")),
                  "surgery.cage.c.material.modulus_MPa");
}

TEST(Units, KilopascalAndGigapascalAreWarnedOf)
{
  expect_contains(only_warning("[materials]\nnucleus = { preset = \"nucleus_gruber2024\", c10_MPa = 118 }\n"),
                  "was it kPa?");
  expect_contains(only_warning("[materials]\ncortical = { preset = \"cortical_normal\", modulus_MPa = 12 }\n"),
                  "was it GPa?");
  EXPECT_TRUE(warnings("[materials]\ncortical = { preset = \"cortical_normal\", modulus_MPa = 2000 }\n").empty());
  EXPECT_TRUE(warnings("[materials]\nannulus = { preset = \"annulus_calibrated_a\", k1_scale = 0.05 }\n").empty());
}

TEST(Units, AConstantThatThePresetHasAtZeroIsJudgedToo)
{
  LawParameters overrides;
  overrides.numbers = {{"c01_MPa", 5e5}};
  const std::vector<ImplausibleConstant> found = implausible_constants(find_preset("annulus_calibrated_a"), overrides);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].is_impossible) << found[0].message;
}

TEST(Units, LoadsInAnotherUnitAreWarnedOf)
{
  const std::string load = only_warning("[loading]\nfollower_load_N = 0.4\n");
  expect_contains(load, "loading.follower_load_N: 0.4 is less than usual (20 .. 2500 N); the unit is N, was it kN?");
  expect_contains(only_warning("[loading]\nmoment_Nm = 0.0075\n"), "was it");
  expect_contains(only_warning("[[surgery.cement]]\nname = \"c\"\nlevel = \"L4\"\nvolume_percent = 0.2\n"),
                  "the unit is %, was it a share?");
  EXPECT_TRUE(warnings("[loading]\nfollower_load_N = 0\n").empty());
}

TEST(Units, ShippedStudiesAndDefaultsAreUsual)
{
  EXPECT_TRUE(warnings("").empty());
  for (const char *name : {"fused-vs-dynamic", "cement-volume", "calibration-disc", "mesh-convergence", "sensitivity"})
    for (const Study &variant : read_study(repository() + "/cases/" + name + "/study.toml", {}).variants)
      EXPECT_TRUE(variant.warnings.empty()) << name << ": " << variant.warnings.front();
}
} // namespace
} // namespace lumbarfem
