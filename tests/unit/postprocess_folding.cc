#include "postprocess/comparison_table.h"
#include "postprocess/idle_facets.h"
#include "postprocess/repeated_notes.h"
#include "result_rows.h"

#include <gtest/gtest.h>

namespace lumbarfem
{
namespace
{
ResultRow facet(const std::string &variant, const std::string &level, const std::string &side, double force_N)
{
  ResultRow result = row(variant, "facet_force", level, "facet_" + side, "", "resultant", "value", force_N, "N");
  result.side = side;
  return result;
}

std::vector<ResultRow> facets(const std::vector<std::string> &levels, double force_N = 0)
{
  std::vector<ResultRow> rows;
  for (const std::string variant : {"intact", "fused"})
    for (const std::string &level : levels)
      for (const std::string side : {"left", "right"})
        rows.push_back(facet(variant, level, side, force_N));
  return rows;
}

const std::vector<std::string> all_discs = {"L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1"};

std::size_t count(const std::string &text, const std::string &word)
{
  std::size_t n = 0;
  for (std::size_t place = text.find(word); place != std::string::npos; place = text.find(word, place + 1))
    ++n;
  return n;
}
} // namespace

TEST(IdleFacets, StandInOneLine)
{
  const std::string text = comparison_text(facets(all_discs), {"intact", {}, {}, {}});
  EXPECT_NE(text.find("\nfacet forces: 0 N in all variants at L1-L2 ... L5-S1\n"), std::string::npos) << text;
  EXPECT_EQ(count(text, "facet force"), 1u) << text;
  const std::string markdown = comparison_markdown(facets(all_discs), {"intact", {}, {}, {}});
  EXPECT_NE(markdown.find("| facet forces: 0 N in all variants at L1-L2 ... L5-S1 | | | | |\n"), std::string::npos)
      << markdown;
}

TEST(IdleFacets, AForceOfOneVariantKeepsItsRow)
{
  std::vector<ResultRow> rows = facets(all_discs);
  for (ResultRow &one : rows)
    if (one.context.variant == "fused" && one.level == "L3-L4" && one.side == "right")
      one.value = 0.001;
  const std::string text = comparison_text(rows, {"intact", {}, {}, {}});
  EXPECT_NE(text.find("facet forces: 0 N in all variants at L1-L2, L2-L3, L3-L4 left, L4-L5, L5-S1\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("L3-L4 facet force right"), std::string::npos) << text;
}

/// The joint was taken away: nothing is said of its force.
TEST(IdleFacets, AMissingJointIsNotIdle)
{
  std::vector<ResultRow> rows = facets(all_discs);
  rows.erase(rows.end() - 1);
  const std::string text = comparison_text(rows, {"intact", {}, {}, {}});
  EXPECT_NE(text.find("at L1-L2 ... L4-L5, L5-S1 left\n"), std::string::npos) << text;
  EXPECT_NE(text.find("L5-S1 facet force right"), std::string::npos) << text;
  EXPECT_FALSE(is_idle({0., std::nullopt}));
  EXPECT_FALSE(is_idle({}));
}

TEST(IdleFacets, OneRowIsLeftAsItIs)
{
  std::vector<ResultRow> rows = {facet("intact", "L3-L4", "left", 0), facet("intact", "L3-L4", "right", 12)};
  EXPECT_EQ(comparison_text(rows, {"intact", {}, {}, {}}).find("facet forces"), std::string::npos);
  rows.back().value = 0;
  EXPECT_NE(comparison_text(rows, {"intact", {}, {}, {}}).find("facet forces: 0 N at L3-L4\n"), std::string::npos);
}

using Texts = std::vector<std::string>;

TEST(RepeatedNotes, StandOnceWithTheirNames)
{
  EXPECT_EQ(gathered_notes({{"intact", "no gap"}, {"fused", "a screw is long"}, {"fused", "no gap"}}, 2),
            Texts({"intact, fused: no gap", "fused: a screw is long"}));
}

TEST(RepeatedNotes, NumbersThatDifferAreARange)
{
  EXPECT_EQ(gathered_notes({{"a", "joint L1-L2 left never touches (least gap 0.61 mm)"},
                            {"b", "joint L1-L2 left never touches (least gap 0.83 mm)"},
                            {"c", "joint L1-L2 left never touches (least gap -0.1 mm)"},
                            {"c", "joint L2-L3 left never touches (least gap 0.83 mm)"}},
                           3),
            Texts({"a, b, c: joint L1-L2 left never touches (least gap -0.1 to 0.83 mm)",
                   "c: joint L2-L3 left never touches (least gap 0.83 mm)"}));
}

TEST(RepeatedNotes, ManyNamesAreCounted)
{
  std::vector<VariantNote> notes;
  for (int k = 0; k < 7; ++k)
    notes.push_back({"v" + std::to_string(k), "text"});
  EXPECT_EQ(gathered_notes(notes, 7), Texts({"all 7 variants: text"}));
  EXPECT_EQ(gathered_notes(notes, 8), Texts({"v0, v1, v2, v3, v4, v5, v6: text"}));
  EXPECT_TRUE(gathered_notes({}, 3).empty());
}
} // namespace lumbarfem
