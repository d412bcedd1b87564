#include "base/user_error.h"
#include "postprocess/comparison_table.h"
#include "postprocess/result_writer.h"
#include "postprocess/summary_writer.h"
#include "result_rows.h"

#include <gtest/gtest.h>
#include <mpi.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lumbarfem
{
namespace
{
std::string scratch(const std::string &file)
{
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return testing::TempDir() + "lumbarfem_" + testing::UnitTest::GetInstance()->current_test_info()->name() + "_" +
         std::to_string(rank) + "_" + file;
}

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
  const std::string path = scratch("results.csv");
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
  const std::string path = scratch("results.csv");
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
  const std::string path = scratch("results.csv");
  const std::string header = result_header().substr(0, result_header().rfind(','));
  std::ofstream(path, std::ios::binary)
      << "\xef\xbb\xbf" << header << "\r\nstudy,intact,flexion,load_control,moment,1,1,7.5,0,rom,,,,,primary,value,3.5,deg\r\n";
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
  const std::string path = scratch("other.csv");
  std::ofstream(path) << "a,b\n1,2\n";
  EXPECT_THROW(read_results(path), UserError);
  std::ofstream(path) << result_header() << "\n1,2\n";
  EXPECT_THROW(read_results(path), UserError);
  std::filesystem::remove(path);
  EXPECT_THROW(read_results(path), UserError);
  EXPECT_THROW(write_results(scratch("no/such/folder/results.csv"), {}), UserError);
}

TEST(ComparisonTable, ReferenceComesFirstAndChangesAreInPercent)
{
  const std::string text = comparison_text(two_variants(), "intact");
  EXPECT_LT(text.find("intact"), text.find("fused"));
  EXPECT_NE(text.find("flexion, load_control (change against intact)"), std::string::npos) << text;
  EXPECT_NE(text.find("-50.0 %"), std::string::npos) << text;
  EXPECT_NE(text.find("+20.0 %"), std::string::npos) << text;
  EXPECT_NE(text.find("ratio 1.62"), std::string::npos) << text;
  EXPECT_NE(text.find("here 2.00 -> 3.00 MPa (ratio 1.50): model without facet joints"), std::string::npos) << text;
  // Rows without any value are left out.
  EXPECT_EQ(text.find("endplate"), std::string::npos) << text;
  const std::string markdown = comparison_markdown(two_variants(), "intact");
  EXPECT_NE(markdown.find("| ROM total | deg | 20.000 | 10.000 | -50.0 % |"), std::string::npos) << markdown;
}

TEST(ComparisonTable, NoPublishedValuesInOtherDirections)
{
  std::vector<ResultRow> rows = two_variants();
  for (ResultRow &row : rows)
    row.context.direction = "extension";
  EXPECT_EQ(comparison_text(rows, "intact").find("published"), std::string::npos);
}

TEST(ComparisonTable, FlagsMomentsOutOfReach)
{
  std::vector<ResultRow> rows = two_variants();
  rows.push_back(row("intact", "applied_moment", "", "", "", "", "value", 7.5, "Nm"));
  EXPECT_EQ(comparison_text(rows, "intact").find("above 25 Nm"), std::string::npos);
  rows.push_back(row("fused", "applied_moment", "", "", "", "", "value", 31, "Nm"));
  EXPECT_NE(comparison_text(rows, "intact").find("above 25 Nm, beyond what a spine bears: fused\n"), std::string::npos);
}

TEST(ComparisonTable, FitsAPageWithManyVariants)
{
  std::vector<ResultRow> rows;
  for (int k = 0; k < 9; ++k)
    rows.push_back(
        row("variant_with_long_name_" + std::to_string(k), "rom", "", "", "", "primary", "value", 10 + k, "deg"));
  const std::string text = comparison_text(rows, "variant_with_long_name_3");
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
  provenance.program.libraries["PETSc"] = "3.18.5";
  provenance.identity = {"0123456789abcdef", "fedcba9876543210"};
  provenance.early_ends.push_back({"moment", "flexion", "hybrid", 0.5, "no convergence"});
  provenance.study_text = "title = \"test\"\n";
  provenance.newton_table.push_back({"moment", "flexion", "hybrid", 1, 2, 0.5, 1e-3, 1e-2, 1, 12, 3, true, 0});
  std::vector<ResultRow> rows = two_variants();
  rows[0].value = std::nan("");
  const std::string path = scratch("summary.json");
  write_summary(path, provenance, rows);
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  const std::string text = content.str();
  for (const char *part : {"\"lumbarfem-summary-1\"", "\"PETSc\": \"3.18.5\"", "\"residual_N\": 0.001",
                           "\"quantity\": \"annulus_stress\"", "\"value\": null", "\"id\": \"0123456789abcdef\"",
                           "\"frozen_hash\": \"fedcba9876543210\"", "\"reason\": \"no convergence\"", "title = \\\"test\\\"\\n"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
  std::filesystem::remove(path);
}
} // namespace lumbarfem
