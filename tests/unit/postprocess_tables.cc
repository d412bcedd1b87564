#include "base/user_error.h"
#include "postprocess/comparison_table.h"
#include "postprocess/result_writer.h"
#include "postprocess/summary_writer.h"
#include "result_rows.h"
#include "tests/support/scratch_path.h"

#include <gtest/gtest.h>
#include <mpi.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lumbarfem
{
namespace
{
std::vector<ResultRow> two_variants()
{
  std::vector<ResultRow> rows;
  for (const std::string variant : {"fused", "intact"}) {
    const bool fused = variant == "fused";
    rows.push_back(row(variant, "rom", "", "", "", "primary", "value", fused ? 10 : 20, "deg"));
    rows.push_back(row(variant, "rom", "L3-L4", "", "", "primary", "value", fused ? 6 : 5, "deg"));
    rows.push_back(row(variant, "annulus_stress", "L3-L4", "annulus", "posterior_outer", "maximum_principal", "p95",
                       fused ? 3 : 2, "MPa"));
    rows.push_back(row(variant, "idp", "L3-L4", "nucleus", "", "", "mean", fused ? 0.9 : 0.8, "MPa"));
  }
  return rows;
}
} // namespace

TEST(ResultTable, RoundTrip)
{
  std::vector<ResultRow> rows = two_variants();
  for (ResultRow &row : rows)
    row.context.run = "0123456789abcdef";
  rows[0].context.variant = "with, comma and \"quotes\"\nand a second line";
  rows[1].value = 1. / 3;
  rows[2].value = -1.5e-300;
  const std::string path = scratch_path("results.csv");
  write_results(path, rows);
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  const std::vector<ResultRow> read = read_results(path);
  ASSERT_EQ(read.size(), rows.size());
  for (std::size_t k = 0; k < rows.size(); ++k) {
    EXPECT_EQ(to_csv(read[k]), to_csv(rows[k]));
    EXPECT_NEAR(read[k].value, rows[k].value, 1e-12 * std::abs(rows[k].value));
  }
  EXPECT_EQ(read[0].context.variant, rows[0].context.variant);
  EXPECT_EQ(read[3].context.step, 4);
  EXPECT_EQ(read[3].unit, "MPa");
  EXPECT_EQ(read[3].context.run, "0123456789abcdef");
  std::filesystem::remove(path);
}

TEST(ResultTable, RowsOfOneRun)
{
  std::vector<ResultRow> rows = two_variants();
  for (ResultRow &row : rows)
    row.context.run = row.context.variant == "fused" ? "a" : "b";
  const std::string path = scratch_path("results.csv");
  write_results(path, rows);
  std::size_t n_others = 0;
  const std::vector<ResultRow> read = read_results_of_run(path, "b", n_others);
  EXPECT_EQ(n_others, 4u);
  ASSERT_EQ(read.size(), 4u);
  EXPECT_EQ(read[0].context.variant, "intact");
  std::filesystem::remove(path);
}

/// Without the column of the run, and as editors leave tables: with a byte-order mark and carriage returns.
TEST(ResultTable, ReadsTablesOfTheFirstVersion)
{
  const std::string path = scratch_path("results.csv");
  const std::string header = result_header().substr(0, result_header().rfind(','));
  std::ofstream(path, std::ios::binary)
      << "\xef\xbb\xbf" << header
      << "\r\nstudy,intact,flexion,load_control,moment,1,1,7.5,0,rom,,,,,primary,value,3.5,deg\r\n";
  const std::vector<ResultRow> read = read_results(path);
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].value, 3.5);
  EXPECT_EQ(read[0].unit, "deg");
  EXPECT_EQ(read[0].context.run, "");
  std::filesystem::remove(path);
}

TEST(ResultTable, TwelveDigits)
{
  ResultRow third = two_variants()[0];
  third.value = 1. / 3;
  EXPECT_NE(to_csv(third).find(",0.333333333333,deg"), std::string::npos);
}

TEST(ResultTable, RefusesOtherFiles)
{
  const std::string path = scratch_path("other.csv");
  std::ofstream(path) << "a,b\n1,2\n";
  EXPECT_THROW(read_results(path), UserError);
  std::ofstream(path) << result_header() << "\n1,2\n";
  EXPECT_THROW(read_results(path), UserError);
  std::filesystem::remove(path);
  EXPECT_THROW(read_results(path), UserError);
  EXPECT_THROW(write_results(scratch_path("no/such/folder/results.csv"), {}), UserError);
}

/// A graft in the disc below @p disc and rods over it.
TreatedLevels fused_at(Level disc)
{
  TreatedLevels levels;
  levels.discs = levels.fused = {disc};
  return levels;
}

ComparisonContext against(const std::string &reference) { return {reference, {}, {}, {}}; }

ComparisonContext with_claim(Level fused_disc)
{
  return {"intact", {{"intact", {}}, {"fused", fused_at(fused_disc)}}, {"A1"}, {}};
}

/// Annulus and endplate stress at every level of the whole spine.
std::vector<ResultRow> stresses(const std::vector<std::string> &variants)
{
  std::vector<ResultRow> rows;
  for (const std::string &variant : variants) {
    for (const std::string &disc : disc_names())
      rows.push_back(
          row(variant, "annulus_stress", disc, "annulus", "posterior_outer", "maximum_principal", "p95", 1, "MPa"));
    for (const std::string &level : level_names())
      for (const std::string side : {"superior", "inferior"})
        if (level + side != "L1superior" && level + side != "S1inferior")
          rows.push_back(
              row(variant, "endplate_patch_stress", level, side + "_endplate", "inner", "von_mises", "p95", 1, "MPa"));
  }
  return rows;
}

/// Labels of the lines that hold @p word, up to the comma.
std::vector<std::string> lines_with(const std::string &word, const std::vector<ResultRow> &rows,
                                    const TreatedLevels &treated)
{
  std::vector<std::string> found;
  for (const PrimaryValue &value : primary_values(rows, treated))
    if (value.label.find(word) != std::string::npos)
      found.push_back(value.label.substr(0, value.label.find(word) - 1));
  return found;
}
using Words = std::vector<std::string>;

TEST(ComparisonTable, ReferenceComesFirstAndChangesAreInPercent)
{
  const std::string text = comparison_text(two_variants(), against("intact"));
  EXPECT_LT(text.find("intact"), text.find("fused"));
  EXPECT_NE(text.find("flexion, load_control (change against intact)"), std::string::npos) << text;
  EXPECT_NE(text.find("-50.0 %"), std::string::npos) << text;
  EXPECT_NE(text.find("+20.0 %"), std::string::npos) << text;
  // Rows without any value are left out.
  EXPECT_EQ(text.find("endplate"), std::string::npos) << text;
  const std::string markdown = comparison_markdown(two_variants(), against("intact"));
  EXPECT_NE(markdown.find("| ROM total | deg | 20.000 | 10.000 | -50.0 % |"), std::string::npos) << markdown;
}

TEST(ComparisonTable, NoPercentageOfNothing)
{
  std::vector<ResultRow> rows = {row("intact", "rom", "", "", "", "primary", "value", 2.4e-5, "deg"),
                                 row("fused", "rom", "", "", "", "primary", "value", 7.8e-5, "deg"),
                                 row("intact", "idp", "L3-L4", "nucleus", "", "", "mean", 0.2, "MPa"),
                                 row("fused", "idp", "L3-L4", "nucleus", "", "", "mean", 0.3, "MPa")};
  const std::string text = comparison_text(rows, against("intact"));
  EXPECT_EQ(text.find("+225"), std::string::npos) << text;
  EXPECT_NE(text.find("not defined"), std::string::npos) << text;
  EXPECT_NE(text.find("+50.0 %"), std::string::npos) << text;
}

TEST(ComparisonTable, AQuantityThatOneVariantLacksIsADash)
{
  std::vector<ResultRow> rows = two_variants();
  rows.erase(rows.begin() + 3); // the pressure of the fused disc
  const std::string markdown = comparison_markdown(rows, against("intact"));
  EXPECT_NE(markdown.find("| L3-L4 pressure of the nucleus | MPa | 0.800 | - |  |"), std::string::npos) << markdown;
}

TEST(ComparisonTable, PublishedFiguresStandOnlyWhereTheyWereAskedFor)
{
  ComparisonContext context = with_claim(Level::L4);
  const std::string text = comparison_text(two_variants(), context);
  EXPECT_NE(text.find("published (claim A1): L3-L4 posterior edge 4.2 -> 6.8 MPa (ratio 1.62);\nhere 2.00 -> 3.00 MPa "
                      "(ratio 1.50): model without facet joints\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("was asked for"), std::string::npos) << text;
  EXPECT_EQ(text.find("differs"), std::string::npos) << text;
  context.differing = {"fused"}; // another moment, say
  EXPECT_NE(comparison_text(two_variants(), context).find("(fused differs from intact in more than its surgery)\n"),
            std::string::npos);
  context.claims.clear();
  EXPECT_EQ(comparison_text(two_variants(), context).find("claim"), std::string::npos);
}

TEST(ComparisonTable, AVariantIsFusedByItsSurgeryWhateverItsName)
{
  // Called fused, but with rods over the untouched disc.
  ComparisonContext context = with_claim(Level::L4);
  context.treated["fused"].fused.clear();
  std::string text = comparison_text(two_variants(), context);
  EXPECT_EQ(text.find("published"), std::string::npos) << text;
  EXPECT_NE(text.find("claim A1 was asked for, but nothing here is about it"), std::string::npos) << text;
  // The fusion of another disc, and one that takes the disc in question in.
  EXPECT_EQ(comparison_text(two_variants(), with_claim(Level::L2)).find("published"), std::string::npos);
  context = with_claim(Level::L4);
  context.treated["fused"].add(fused_at(Level::L3));
  EXPECT_EQ(comparison_text(two_variants(), context).find("published"), std::string::npos);
  // Two that are, of other names.
  std::vector<ResultRow> rows = two_variants();
  const std::size_t n = rows.size();
  for (std::size_t k = 0; k < n; ++k)
    if (rows[k].context.variant == "fused") {
      rows.push_back(rows[k]);
      rows.back().context.variant = "other";
      rows.back().value *= 2;
    }
  context = with_claim(Level::L4);
  context.treated["other"] = fused_at(Level::L4);
  text = comparison_text(rows, context);
  EXPECT_NE(text.find("here fused 2.00 -> 3.00 MPa (ratio 1.50)"), std::string::npos) << text;
  EXPECT_NE(text.find("here other 2.00 -> 6.00 MPa (ratio 3.00)"), std::string::npos) << text;
}

TEST(ComparisonTable, ThePublishedStressIsThatOfTheFusionAlone)
{
  // The reference's stressed disc was operated, or the variant's arch above it.
  ComparisonContext context = with_claim(Level::L4);
  context.treated["intact"].discs = {Level::L3};
  EXPECT_EQ(comparison_text(two_variants(), context).find("published"), std::string::npos);
  context = with_claim(Level::L4);
  context.treated["intact"].vertebrae = {Level::L4};
  EXPECT_EQ(comparison_text(two_variants(), context).find("published"), std::string::npos);
  context = with_claim(Level::L4);
  context.treated["fused"].vertebrae = {Level::L3};
  EXPECT_EQ(comparison_text(two_variants(), context).find("published"), std::string::npos);
  // Elsewhere it is told.
  context = with_claim(Level::L4);
  context.treated["fused"].vertebrae = {Level::L1};
  const std::string text = comparison_text(two_variants(), context);
  EXPECT_NE(text.find("(fused is treated at L1, too)\n"), std::string::npos) << text;
}

TEST(ComparisonTable, SpinesOfDifferentLengthAreTold)
{
  std::vector<ResultRow> rows = two_variants();
  EXPECT_EQ(comparison_text(rows, against("intact")).find("different length"), std::string::npos);
  ResultRow longer = rows.front();
  for (const ResultRow &row : rows)
    if (row.quantity == "rom" && row.context.variant == "fused")
      longer = row;
  longer.level = "L1-L2";
  rows.push_back(longer);
  EXPECT_NE(comparison_text(rows, against("intact")).find("spines of different length"), std::string::npos);
}

TEST(ComparisonTable, NoPublishedFiguresInOtherDirections)
{
  std::vector<ResultRow> rows = two_variants();
  for (ResultRow &row : rows)
    row.context.direction = "extension";
  const std::string text = comparison_text(rows, with_claim(Level::L4));
  EXPECT_EQ(text.find("published"), std::string::npos) << text;
  EXPECT_NE(text.find("it needs flexion of a spine with L3-L4 before and after a fusion of L4-L5"), std::string::npos);
}

TEST(ComparisonTable, AnnulusAndEndplatesAreThoseOfTheNeighbours)
{
  const std::vector<ResultRow> rows = stresses({"intact"});
  const auto annulus = [&](const TreatedLevels &treated) { return lines_with("posterior annulus", rows, treated); };
  const auto endplates = [&](const TreatedLevels &treated) { return lines_with("endplate", rows, treated); };
  EXPECT_EQ(annulus(fused_at(Level::L4)), Words({"L3-L4"}));
  EXPECT_EQ(endplates(fused_at(Level::L4)), Words({"L2 inferior", "L3 superior", "L3 inferior", "L4 superior"}));
  EXPECT_EQ(annulus(fused_at(Level::L3)), Words({"L2-L3"}));
  EXPECT_EQ(endplates(fused_at(Level::L3)), Words({"L1 inferior", "L2 superior", "L2 inferior", "L3 superior"}));
  EXPECT_EQ(annulus(fused_at(Level::L5)), Words({"L4-L5"}));
  EXPECT_EQ(endplates(fused_at(Level::L5)), Words({"L3 inferior", "L4 superior", "L4 inferior", "L5 superior"}));
  TreatedLevels two = fused_at(Level::L3);
  two.add(fused_at(Level::L4));
  EXPECT_EQ(annulus(two), Words({"L2-L3"}));
  EXPECT_EQ(endplates(fused_at(Level::L2)), Words({"L1 inferior", "L2 superior"}));
  // Nothing above: the discs below.
  EXPECT_EQ(annulus(fused_at(Level::L1)), Words({"L2-L3"}));
  EXPECT_EQ(endplates(fused_at(Level::L1)), Words({"L2 inferior", "L3 superior", "L3 inferior", "L4 superior"}));
  TreatedLevels cement;
  cement.vertebrae = {Level::L3};
  EXPECT_EQ(annulus(cement), Words({"L2-L3", "L3-L4"}));
  EXPECT_EQ(endplates(cement), Words({"L2 inferior", "L3 superior", "L3 inferior", "L4 superior"}));
  // Without surgery no level is special.
  EXPECT_EQ(annulus({}).size(), 5u);
  EXPECT_EQ(endplates({}).size(), 10u);
}

TEST(ComparisonTable, ALongerTableHoldsAllLevels)
{
  const std::vector<ResultRow> rows = stresses({"intact", "fused"});
  std::size_t n_primary = 0, n_annulus = 0;
  for (const ComparisonLine &line : comparison_lines(rows, {"intact", "fused"}, fused_at(Level::L5))) {
    n_primary += line.is_primary;
    n_annulus += line.quantity == "annulus_stress";
  }
  EXPECT_EQ(n_primary, 1u + 4u);
  EXPECT_EQ(n_annulus, 5u);
}

TEST(ComparisonTable, FlagsMomentsOutOfReach)
{
  std::vector<ResultRow> rows = two_variants();
  rows.push_back(row("intact", "applied_moment", "", "", "", "", "value", 7.5, "Nm"));
  EXPECT_EQ(comparison_text(rows, against("intact")).find("above 25 Nm"), std::string::npos);
  rows.push_back(row("fused", "applied_moment", "", "", "", "", "value", 31, "Nm"));
  EXPECT_NE(comparison_text(rows, against("intact")).find("above 25 Nm, beyond what a spine bears: fused\n"),
            std::string::npos);
}

TEST(ComparisonTable, FitsAPageWithManyVariants)
{
  std::vector<ResultRow> rows;
  for (int k = 0; k < 9; ++k)
    rows.push_back(
        row("variant_with_long_name_" + std::to_string(k), "rom", "", "", "", "primary", "value", 10 + k, "deg"));
  const std::string text = comparison_text(rows, against("variant_with_long_name_3"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 120u) << line;
  for (int k = 0; k < 9; ++k)
    EXPECT_NE(text.find("variant_with_long_name_" + std::to_string(k)), std::string::npos);
}

TEST(Summary, HoldsProvenanceAndResults)
{
  RunProvenance provenance;
  provenance.program.version = "0.1.0";
  provenance.program.libraries["MUMPS"] = "5.5.1";
  provenance.identity = {"0123456789abcdef", "fedcba9876543210"};
  provenance.early_ends.push_back({"moment", "flexion", "hybrid", 0.5, "no convergence"});
  provenance.study_text = "title = \"test\"\n";
  provenance.treated = fused_at(Level::L4);
  provenance.treated.vertebrae = {Level::L3};
  provenance.newton_table.push_back({"moment", "flexion", "hybrid", 1, 2, 0.5, 1e-3, 1e-2, 1, 12, 3, true, 0});
  std::vector<ResultRow> rows = two_variants();
  rows[0].value = std::nan("");
  const std::string path = scratch_path("summary.json");
  write_summary(path, provenance, rows);
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  const std::string text = content.str();
  for (const char *part :
       {"\"lumbarfem-summary-1\"", "\"MUMPS\": \"5.5.1\"", "\"residual_N\": 0.001", "\"quantity\": \"annulus_stress\"",
        "\"value\": null", "\"id\": \"0123456789abcdef\"", "\"frozen_hash\": \"fedcba9876543210\"",
        "\"reason\": \"no convergence\"", "title = \\\"test\\\"\\n"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
  const auto treated = nlohmann::json::parse(text)["treated"];
  EXPECT_EQ(treated.dump(), R"({"discs":["L4-L5"],"fused":["L4-L5"],"vertebrae":["L3"]})");
  std::filesystem::remove(path);
}
} // namespace lumbarfem
