#include "base/key.h"
#include "base/progress.h"
#include "base/user_error.h"

#include <gtest/gtest.h>

namespace lumbarfem
{
TEST(NearestMatch, FindsTheWordWithTheFewestEdits)
{
  const std::vector<std::string> words = {"moment_Nm", "moment_steps", "directions"};
  EXPECT_EQ(nearest_match("momnt_Nm", words), "moment_Nm");
  EXPECT_EQ(nearest_match("direction", words), "directions");
  EXPECT_EQ(nearest_match("xyz", words), "");
  EXPECT_EQ(nearest_match("l4", {"L1", "L4"}), "L4");
  EXPECT_EQ(nearest_match("", words), "");
  EXPECT_EQ(nearest_match("a", {}), "");
}

TEST(JoinAlternatives, ReadsAsASentence)
{
  EXPECT_EQ(join_alternatives({}), "");
  EXPECT_EQ(join_alternatives({"a"}), "a");
  EXPECT_EQ(join_alternatives({"a", "b"}), "a or b");
  EXPECT_EQ(join_alternatives({"a", "b", "c"}), "a, b or c");
}

Key moment()
{
  Key key;
  key.name = "moment_Nm";
  key.unit = "Nm";
  key.sentence = "Moment after the preload.";
  key.minimum = 0;
  key.maximum = 50;
  return key;
}

TEST(Key, RangesAreWrittenWithTheirUnit)
{
  Key key = moment();
  EXPECT_EQ(format_range(key), "0 .. 50 Nm");
  EXPECT_EQ(range_fault(key, 75), "75 is outside 0 .. 50 Nm (moment after the preload)");
  EXPECT_EQ(range_fault(key, 50), "");
  EXPECT_EQ(range_fault(key, 0), "");
  key.minimum_excluded = true;
  EXPECT_NE(range_fault(key, 0), "");
  key.maximum = std::numeric_limits<double>::infinity();
  EXPECT_EQ(format_range(key), "> 0 Nm");
  EXPECT_FALSE(in_range(key, std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(in_range(key, std::numeric_limits<double>::quiet_NaN()));
}

TEST(Key, WordsAndKeysSuggestTheNearest)
{
  Key key;
  key.allowed = {"left", "right"};
  EXPECT_EQ(word_fault(key, "left"), "");
  EXPECT_EQ(word_fault(key, "lift"), "\"lift\" is not known; allowed: left, right; did you mean \"left\"?");
  EXPECT_EQ(unknown_key_fault("momnt_Nm", std::vector<Key>{moment()}),
            "unknown key; allowed: moment_Nm; did you mean \"moment_Nm\"?");
}

TEST(Key, NumbersAreShortAndExact)
{
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(format_number(400), "400");
  EXPECT_EQ(format_number(1e-6), "1e-06");
  for (const double value : {1. / 3, 2e10 / 7, -0.395221238938053})
    EXPECT_EQ(std::stod(format_number(value)), value);
}

TEST(Key, SentencesBecomeClauses)
{
  EXPECT_EQ(clause("Moment after the preload."), "moment after the preload");
  EXPECT_EQ(clause("PCU spacer."), "PCU spacer");
  EXPECT_EQ(clause("A pure moment."), "a pure moment");
}

TEST(Progress, TellsShareAndRemainingTime)
{
  EXPECT_EQ(ProgressLine::format(0.25, 60, "L4-L5 flexion"), " 25 %  about 3 min left  L4-L5 flexion");
  EXPECT_EQ(ProgressLine::format(0, 60, ""), "  0 %");
  EXPECT_EQ(ProgressLine::format(1, 60, ""), "100 %");
  EXPECT_EQ(format_duration(0), "about 1 s");
  EXPECT_EQ(format_duration(45), "about 45 s");
  EXPECT_EQ(format_duration(7800), "about 2 h 10 min");
}

TEST(Progress, IsSilentWhenNotEnabled)
{
  testing::internal::CaptureStdout();
  ProgressLine line(false);
  line.update(0.5, "text");
  line.finish();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}
} // namespace lumbarfem
