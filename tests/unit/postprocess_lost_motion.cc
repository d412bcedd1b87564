#include "postprocess/lost_motion.h"

#include "postprocess_support.h"

namespace lumbarfem::postprocess_tests
{
namespace
{
void add_rom(std::vector<ResultRow> &rows, const std::string &variant, const std::vector<double> &values)
{
  const char *const levels[] = {"L2-L3", "L3-L4", "L4-L5"};
  for (int k = 0; k < 3; ++k) {
    ResultRow row;
    row.context = context("moment");
    row.context.variant = variant;
    row.context.protocol = "hybrid";
    row.quantity = "rom";
    row.level = levels[k];
    row.component = "primary";
    row.statistic = "value";
    row.value = values[k];
    row.unit = "deg";
    rows.push_back(row);
  }
}
} // namespace

TEST(LostMotion, SumsOfTheLevelsThatLoseAndGain)
{
  std::vector<ResultRow> rows;
  add_rom(rows, "intact", {6, 7, 9});
  add_rom(rows, "fused", {8, 9.5, 4});
  const std::vector<ResultRow> closed = lost_motion_rows(rows, "intact");
  EXPECT_EQ(closed.size(), 3u);
  EXPECT_EQ(closed[0].context.variant, "fused");
  EXPECT_NEAR(value_of(closed, "lost_motion", "", "lost", "value"), 5, 1e-12);
  EXPECT_NEAR(value_of(closed, "lost_motion", "", "gained", "value"), 4.5, 1e-12);
  EXPECT_NEAR(value_of(closed, "lost_motion", "", "closure", "value"), -0.1, 1e-12);
}

TEST(LostMotion, NoRatioOfNextToNothing)
{
  std::vector<ResultRow> rows;
  add_rom(rows, "intact", {6, 7, 9});
  add_rom(rows, "cemented", {6.1, 7, 8.8});
  EXPECT_TRUE(select(lost_motion_rows(rows, "intact"), "lost_motion", "", "closure", "value").empty());
}

TEST(LostMotion, NothingIsLostAgainstWhatWasNotSolved)
{
  std::vector<ResultRow> rows;
  add_rom(rows, "fused", {6, 7, 4});
  EXPECT_TRUE(lost_motion_rows(rows, "intact").empty());
}

TEST(LostMotion, OnlyTheHybridProtocolPrescribesTheTotal)
{
  std::vector<ResultRow> rows;
  add_rom(rows, "intact", {6, 7, 9});
  add_rom(rows, "fused", {6, 7, 4});
  for (ResultRow &row : rows)
    row.context.protocol = "load_control";
  EXPECT_TRUE(lost_motion_rows(rows, "intact").empty());
}
} // namespace lumbarfem::postprocess_tests
