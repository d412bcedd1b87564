/// The rule of the verdict, the store of values, and the table of claims.
#include "base/user_error.h"
#include "postprocess/claims/claim_table.h"
#include "postprocess/claims/claim_values.h"
#include "tests/support/scratch_path.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

using namespace lumbarfem;

namespace
{
/// A change in percent against a published range.
ClaimEvidence against_range(double low, double high, double computed, std::vector<double> others = {}, double error = 0)
{
  ClaimEvidence evidence;
  evidence.low = low;
  evidence.high = high;
  evidence.computed = computed;
  evidence.others = std::move(others);
  evidence.error = error;
  return evidence;
}

ClaimEvidence against_sign(int expected, double computed, std::vector<double> others = {}, double error = 0)
{
  ClaimEvidence evidence;
  evidence.expected = expected;
  evidence.computed = computed;
  evidence.others = std::move(others);
  evidence.error = error;
  return evidence;
}

ResultRow claim_result(const std::string &variant, const std::string &protocol, const std::string &side, double value)
{
  ResultRow row;
  row.context.variant = variant;
  row.context.direction = "flexion";
  row.context.protocol = protocol;
  row.context.stage = "moment";
  row.context.load_factor = 1;
  row.quantity = "facet_force";
  row.level = "L3-L4";
  row.side = side;
  row.component = "resultant";
  row.statistic = "value";
  row.value = value;
  row.unit = "N";
  return row;
}

ClaimValue stored_value(const std::string &variant, std::optional<double> value)
{
  ClaimValue result;
  result.key = {"../s/study.toml", "base",    "12",           "q2p1",  "deformable",
                variant,           "flexion", "load_control", "L3-L4", "facet_force component=resultant|x, \"quoted\""};
  result.value = value;
  result.unit = "N";
  result.state = value ? "computed" : "not converged";
  result.hashes = {"0123456789ab", "123456789abc", "23456789abcd"};
  result.revision = "abcdef";
  return result;
}
} // namespace

TEST(ClaimVerdict, AgreesWhereTheSpreadMeetsThePublishedRange)
{
  EXPECT_EQ(judge(against_range(30, 60, 45)), ClaimVerdict::agrees);
  EXPECT_EQ(judge(against_range(30, 60, 20, {25, 31})), ClaimVerdict::agrees);
  EXPECT_EQ(judge(against_range(30, 60, 20, {25, 29})), ClaimVerdict::other_size);
  EXPECT_EQ(judge(against_range(30, 60, 29, {}, 1)), ClaimVerdict::agrees);
  EXPECT_EQ(judge(against_range(30, 60, 28.9, {}, 1)), ClaimVerdict::other_size);
  // The published range lies within the spread.
  EXPECT_EQ(judge(against_range(30, 31, 20, {40})), ClaimVerdict::agrees);
}

TEST(ClaimVerdict, ASizeIsRefutedByTheOtherSignAndByNoEffect)
{
  EXPECT_EQ(judge(against_range(30, 60, -5)), ClaimVerdict::disagrees);
  EXPECT_EQ(judge(against_range(30, 60, 0)), ClaimVerdict::disagrees);
  EXPECT_EQ(judge(against_range(30, 60, 0.5, {}, 1)), ClaimVerdict::disagrees);
  EXPECT_EQ(judge(against_range(-9, -1, 4)), ClaimVerdict::disagrees);
  EXPECT_EQ(judge(against_range(-9, -1, -20)), ClaimVerdict::other_size);
  // A published range on both sides of no effect tells no sign.
  EXPECT_EQ(judge(against_range(-2, 2, 10)), ClaimVerdict::disagrees);
}

TEST(ClaimVerdict, WhatIsSmallerThanTheErrorCannotBeResolved)
{
  EXPECT_EQ(judge(against_range(0.2, 0.5, 3, {}, 6)), ClaimVerdict::not_resolved);
  EXPECT_EQ(judge(against_range(-2, 2, 1, {}, 6)), ClaimVerdict::agrees); // "no effect" was published
  EXPECT_EQ(judge(against_sign(1, 0.5, {}, 1)), ClaimVerdict::not_resolved);
  EXPECT_EQ(judge(against_sign(1, -0.5, {}, 1)), ClaimVerdict::not_resolved);
  // The assumptions decide the sign.
  EXPECT_EQ(judge(against_sign(1, 5, {-3}, 1)), ClaimVerdict::not_resolved);
  EXPECT_EQ(judge(against_range(30, 60, 5, {-3}, 1)), ClaimVerdict::not_resolved);
}

TEST(ClaimVerdict, SignsAlone)
{
  EXPECT_EQ(judge(against_sign(1, 5, {2}, 1)), ClaimVerdict::agrees);
  EXPECT_EQ(judge(against_sign(-1, 5, {2}, 1)), ClaimVerdict::disagrees);
  EXPECT_EQ(judge(against_sign(0, 5)), ClaimVerdict::no_figure);
  ClaimEvidence ratio = against_sign(1, 0.9);
  ratio.neutral = 1;
  EXPECT_EQ(judge(ratio), ClaimVerdict::disagrees);
  ratio.computed.reset();
  EXPECT_EQ(judge(ratio), ClaimVerdict::not_computed);
}

TEST(ClaimVerdict, OpenRanges)
{
  ClaimEvidence evidence;
  evidence.high = 20;
  evidence.neutral = 100;
  evidence.computed = 18;
  EXPECT_EQ(judge(evidence), ClaimVerdict::agrees);
  evidence.computed = 60;
  EXPECT_EQ(judge(evidence), ClaimVerdict::other_size);
  evidence.computed = 107;
  EXPECT_EQ(judge(evidence), ClaimVerdict::disagrees);
}

TEST(ClaimValues, ReadBackAsWritten)
{
  ClaimStore store;
  store.add(stored_value("intact", 12.5));
  store.add(stored_value("fused", {}));
  const std::string path = scratch_path("values.csv");
  std::ofstream(path) << store.csv();
  const ClaimStore read = read_claim_store(path);
  ASSERT_EQ(read.values().size(), 2u);
  const auto find = [&](const ClaimStore &from, const char *variant) {
    return from.find(stored_value(variant, {}).key, stored_value(variant, {}).hashes);
  };
  const ClaimValue *value = find(read, "intact");
  ASSERT_NE(value, nullptr);
  EXPECT_EQ(value->value, 12.5);
  EXPECT_EQ(value->hashes.together(), stored_value("intact", {}).hashes.together());
  EXPECT_FALSE(find(read, "fused")->value.has_value());
  EXPECT_EQ(find(read, "fused")->state, "not converged");
  // Of another study: kept beside it where a record is kept, in its place where values are shipped.
  ClaimValue other = stored_value("intact", 99);
  other.hashes.study = "another study";
  ClaimStore two = read;
  two.add(other);
  EXPECT_EQ(two.values().size(), 3u);
  EXPECT_EQ(find(two, "intact")->value, 12.5);
  EXPECT_EQ(two.find(other.key, other.hashes)->value, 99);
  two.replace(other);
  EXPECT_EQ(two.values().size(), 2u);
  EXPECT_EQ(find(two, "intact")->value, 99) << "out of date, where there is no other";
  std::ofstream(path) << "study,assumption\n";
  EXPECT_THROW(read_claim_store(path), UserError);
  // The figure 12.5 in other words: what is said of it.
  const auto message_with = [&](const std::string &figure) {
    std::string broken = store.csv();
    std::ofstream(path) << broken.replace(broken.find("12.5"), 4, figure);
    try {
      read_claim_store(path);
    } catch (const UserError &error) {
      return std::string(error.what());
    }
    return std::string("read without a word");
  };
  EXPECT_NE(message_with("12,5").find("columns instead of"), std::string::npos) << message_with("12,5");
  EXPECT_NE(message_with("much").find("\"much\" is not a number"), std::string::npos) << message_with("much");
  EXPECT_NE(message_with("13.5").find("is not as the program wrote it"), std::string::npos) << message_with("13.5");
  std::remove(path.c_str());
}

TEST(ClaimValues, AreFoundByProtocolAndReducedWhereAsked)
{
  const std::vector<ResultRow> rows = {
      claim_result("intact", "load_control", "left", 30), claim_result("intact", "load_control", "right", 20),
      claim_result("fused", "hybrid", "left", 50), claim_result("fused", "load_control", "left", 31)};
  const MeasureSelector selector = parse_measure_selector("facet_force component=resultant|x");
  ClaimValueKey key = stored_value("intact", {}).key;
  key.protocol = "hybrid";
  // The reference has one protocol, which stands for both.
  EXPECT_THROW(find_claim_value(rows, selector, key, true, nullptr), UserError);
  const ReduceRows largest = [](const std::vector<double> &values) { return std::max(values[0], values[1]); };
  EXPECT_EQ(find_claim_value(rows, selector, key, true, largest).value, 30);
  EXPECT_FALSE(find_claim_value(rows, selector, key, false, largest).has_stage);
  key.variant = "fused";
  EXPECT_EQ(find_claim_value(rows, selector, key, false, nullptr).value, 50);
  key.level = "L5-S1";
  const FoundValue absent = find_claim_value(rows, selector, key, false, nullptr);
  EXPECT_TRUE(absent.has_stage);
  EXPECT_FALSE(absent.value.has_value());
}

TEST(ClaimTable, SaysHowManyRunsTheSpreadIsOverAndListsTheOthers)
{
  ClaimLine line;
  line.label = "stress, fused over intact";
  line.variant = "fused";
  line.directions = "flexion";
  line.unit = "-";
  line.published = 1.62;
  line.computed = 1.5;
  line.spread = ClaimSpread{1.4, 1.6};
  line.runs = {{"annulus_b", 1.4, ""}, {"annulus_c", 1.6, ""}, {"stiff", {}, "not converged"}};
  line.verdict = ClaimVerdict::other_size;
  line.mesh = "12 mm, deformable";
  line.hash = "0123456789ab";
  line.state = "out of date: the study changed";
  ClaimBlock open{"A6", "title", "question", "", "a case", {"one side", "other side"}, {}};
  const std::vector<ClaimBlock> blocks = {{"A1", "title", "question", "remark", "", {}, {line}}, open};
  const std::string text = claims_text(blocks);
  for (const char *part : {"1.4 .. 1.6 (3 of 4)", "not converged: stiff, fused (flexion)", "same sign, other size",
                           "0123456789ab, out of date: the study changed", "not computed yet: needs a case",
                           "contradicts itself: one side", "contradicts itself: other side", "remark", "not known"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  const std::string csv = claims_csv(blocks);
  EXPECT_NE(csv.find("annulus_b 1.4; annulus_c 1.6; stiff not converged"), std::string::npos) << csv;
  EXPECT_NE(csv.find("\nA6,title,"), std::string::npos) << csv;
  EXPECT_EQ(claims_count(blocks), "1 same sign, other size; rows without a study: 1");
}

TEST(MeasureSelector, WordsAndTheirFaults)
{
  const MeasureSelector selector = parse_measure_selector("idp region= statistic=mean|p95");
  EXPECT_EQ(selector.quantity, "idp");
  EXPECT_EQ(selector.columns.at("region"), std::vector<std::string>{""});
  EXPECT_EQ(selector.columns.at("statistic").size(), 2u);
  EXPECT_THROW(parse_measure_selector("region=x"), UserError);
  EXPECT_THROW(parse_measure_selector("idp mean"), UserError);
  EXPECT_THROW(parse_measure_selector(""), UserError);
  EXPECT_THROW(parse_measure_selector("idp regoin=x"), UserError);
}
