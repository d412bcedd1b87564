/// Plans of calibrations: the shipped one, and faults with their place and remedy.
#include "cases/calibration_plan.h"
#include "tests/unit/cases_test_tools.h"

namespace lumbarfem
{
namespace
{
const std::string head = "measured = [{ direction = \"flexion\", moment_Nm = 5, rotation_deg = 8 }]\n"
                         "[calibration]\ntitle = \"T\"\nsource = \"S\"\n";
const std::string constant = "[[constant]]\nkey = \"materials.annulus.k1_scale\"\nstart = 1\nlower = 0.5\nupper = 2\n"
                             "source = \"S\"\n";

std::string plan_fault(const std::string &text)
{
  const TemporaryStudy file(text);
  try {
    read_calibration_plan(file.path());
  } catch (const UserError &error) {
    return error.what();
  }
  return "";
}

std::string replaced(std::string text, const std::string &old, const std::string &other)
{
  return text.replace(text.find(old), old.size(), other);
}
} // namespace

TEST(CalibrationPlan, TheShippedOneFitsRotationsAlone)
{
  const CalibrationPlan plan = read_calibration_plan(repository() + "/cases/calibration-disc/calibration.toml");
  ASSERT_EQ(plan.measured.size(), 16u);
  int n_fitted = 0;
  for (const MeasuredState &state : plan.measured) {
    EXPECT_EQ(state.fitted, state.moment_Nm > 1) << "1 Nm is reported only";
    n_fitted += state.fitted;
    EXPECT_GT(state.pressure_MPa, 0);
  }
  EXPECT_EQ(n_fitted, 12);
  ASSERT_GE(plan.constants.size(), 4u);
  for (const FittedConstant &entry : plan.constants)
    EXPECT_GT(entry.source.size(), 10u) << entry.key;
}

TEST(CalibrationPlan, EveryKeyIsDocumented)
{
  const std::string page = file_text(repository() + "/docs/calibration.md");
  for (const auto *keys : {&calibration_keys(), &fitted_constant_keys(), &measured_state_keys()})
    for (const Key &key : *keys)
      expect_contains(page, "`" + key.name + "`");
}

TEST(CalibrationPlan, DefaultsStand)
{
  const TemporaryStudy file(head + constant);
  const CalibrationPlan plan = read_calibration_plan(file.path());
  EXPECT_DOUBLE_EQ(plan.rotation_tolerance_percent, 15);
  EXPECT_TRUE(plan.constants[0].logarithmic);
  EXPECT_LT(plan.measured[0].pressure_MPa, 0);
  EXPECT_TRUE(plan.measured[0].fitted);
}

TEST(CalibrationPlan, TheSegmentsFitTotalsByFewConstantsOfLigamentsAndFacets)
{
  const CalibrationPlan plan = read_calibration_plan(repository() + "/cases/calibration-segment/calibration.toml");
  EXPECT_FALSE(plan.arcs);
  ASSERT_EQ(plan.measured.size(), 4u);
  for (const MeasuredState &state : plan.measured) {
    EXPECT_EQ(state.level, sum_of_levels) << "levels are independent";
    EXPECT_LT(state.pressure_MPa, 0);
  }
  EXPECT_LE(plan.constants.size(), 5u) << "docs/calibration.md says so";
  for (const FittedConstant &entry : plan.constants)
    for (const std::string &key : entry.keys())
      EXPECT_TRUE(key.rfind("ligaments.", 0) == 0 || key.rfind("facets.", 0) == 0) << key;
}

TEST(CalibrationPlan, LevelsAndSumsOfOneMomentAreStatesOfTheirOwn)
{
  const std::string states = "measured = [{ direction = \"flexion\", moment_Nm = 5, rotation_deg = 8 }, "
                             "{ direction = \"flexion\", moment_Nm = 5, level = \"L3-L4\", rotation_deg = 3 }]\n";
  const TemporaryStudy file(states + head.substr(head.find("[calibration]")) + constant);
  const CalibrationPlan plan = read_calibration_plan(file.path());
  ASSERT_EQ(plan.measured.size(), 2u);
  EXPECT_EQ(plan.measured[0].level, sum_of_levels);
  EXPECT_EQ(plan.measured[1].level, "L3-L4");
}

TEST(CalibrationPlan, FaultsAreNamed)
{
  expect_contains(plan_fault(head), "constant: is missing");
  expect_contains(plan_fault(replaced(head, "flexion", "flexoin") + constant), "did you mean \"flexion\"?");
  expect_contains(plan_fault(head + replaced(constant, "upper = 2", "upper = 0.4")), "0.4 must be greater than lower");
  expect_contains(plan_fault(head + replaced(constant, "start = 1", "start = 3")),
                  "3 is outside lower .. upper (0.5 .. 2)");
  expect_contains(plan_fault(head + replaced(constant, "lower = 0.5", "lower = 0")), "scale = \"linear\"");
  expect_contains(plan_fault(head + replaced(constant, "materials.annulus.k1_scale", "loading.moment_Nm")),
                  "is no constant that is fitted");
  expect_contains(plan_fault(head + replaced(constant, "start", "also = [\"loading.moment_Nm\"]\nstart")),
                  "constant.also: \"loading.moment_Nm\" is no constant that is fitted");
  expect_contains(
      plan_fault(head + replaced(constant, "start", "also = [\"materials.annulus.k1_scale\"]\nstart") + constant),
      "is given twice");
  expect_contains(plan_fault(replaced(head, "moment_Nm = 5", "moment_Nm = 5, level = \"L3-L5\"") + constant),
                  "did you mean");
  expect_contains(plan_fault(head + constant + constant), "is given twice");
  expect_contains(plan_fault(head + replaced(constant, "lower", "lowr")), "did you mean \"lower\"?");
  expect_contains(plan_fault(replaced(head, "rotation_deg = 8", "rotation_deg = 8, fitted = false") + constant),
                  "no entry is fitted");
}
} // namespace lumbarfem
