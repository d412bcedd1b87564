/// Files of claims: what is read of them, and every refusal.
#include "base/user_error.h"
#include "cases/claim_file.h"
#include "tests/support/scratch_path.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

using namespace lumbarfem;

namespace
{
const std::string claim_head = "[claim]\ntitle = \"t\"\nquestion = \"q\"\n";
const std::string with_study = claim_head + "study = \"study.toml\"\nassumptions = [\"soft\"]\n";
const std::string a_figure = "[[figure]]\nlabel = \"l\"\nvariant = \"fused\"\nreference = \"intact\"\n"
                             "directions = [\"flexion\"]\nquantity = \"rom component=primary\"\ncompared = \"ratio\"\n";

/// A folder of claims with one row.
class ClaimFolder
{
public:
  explicit ClaimFolder(const std::string &row, const std::string &assumptions = "") : path_(scratch_path("claims"))
  {
    std::filesystem::create_directories(path_);
    std::ofstream(path_ + "/A1.toml") << row;
    std::ofstream(path_ + "/assumptions.toml")
        << (assumptions.empty() ? "[[assumption]]\nname = \"soft\"\ntitle = \"t\"\nset = [\"materials.annulus=x\"]\n"
                                : assumptions);
  }
  ~ClaimFolder() { std::filesystem::remove_all(path_); }
  const std::string &path() const { return path_; }
  std::string fault() const
  {
    try {
      read_claims(path_);
    } catch (const UserError &error) {
      return error.what();
    }
    return "";
  }

private:
  std::string path_;
};

void expect_fault(const std::string &row, const std::string &part, const std::string &assumptions = "")
{
  const std::string fault = ClaimFolder(row, assumptions).fault();
  EXPECT_NE(fault.find(part), std::string::npos) << "expected: " << part << "\nfound: " << fault;
}
} // namespace

TEST(ClaimFile, ReadsWhatIsComparedWithWhat)
{
  const ClaimFolder folder(with_study +
                           "[[side]]\nsays = \"up\"\nsource = \"s\"\nconfidence = \"c\"\n"
                           "[[side]]\nsays = \"down\"\nsource = \"s\"\nconfidence = \"c\"\n" +
                           a_figure +
                           "levels = [\"above\", \"L5-S1\"]\nof_several = \"largest\"\nlow = 1.2\nexpected = \"rise\"\n"
                           "source = \"s\"\nnumerical_error_percent = { flexion = 3.2 }\n");
  std::ofstream(folder.path() + "/A10.toml") << claim_head + "needs = \"a case\"\n";
  std::ofstream(folder.path() + "/A2.toml") << claim_head + "needs = \"a case\"\n";
  const ClaimSet set = read_claims(folder.path());
  ASSERT_EQ(set.claims.size(), 3u);
  EXPECT_EQ(set.claims[1].row, "A2");
  EXPECT_EQ(set.claims[2].row, "A10");
  const Claim &claim = set.claims.front();
  EXPECT_EQ(claim.sides.size(), 2u);
  const ClaimFigure &figure = claim.figures.at(0);
  EXPECT_EQ(figure.compared, Compared::ratio);
  EXPECT_EQ(figure.several, SeveralRows::largest);
  EXPECT_EQ(figure.levels.size(), 2u);
  EXPECT_EQ(figure.low, 1.2);
  EXPECT_FALSE(figure.high.has_value());
  EXPECT_EQ(figure.expected, 1);
  EXPECT_EQ(figure.error_percent.at("flexion"), 3.2);
  EXPECT_EQ(figure.protocol, "load_control");
}

TEST(ClaimFile, Refusals)
{
  expect_fault(claim_head, "A1.toml");
  expect_fault(claim_head, "a row without study says in needs");
  expect_fault(claim_head + "study = \"s\"\nneeds = \"n\"\n", "exclude each other");
  expect_fault(with_study, "a row with a study has at least one");
  expect_fault(claim_head + "needs = \"n\"\ntitel = \"t\"\n", "did you mean \"title\"?");
  expect_fault(claim_head + "needs = \"n\"\nassumptions = [\"sfot\"]\n", "did you mean \"soft\"?");
  expect_fault(claim_head + "needs = \"n\"\n[quick]\nset = [\"loading.moment_Nm=5\"]\n", "is no key of [mesh]");
  expect_fault(claim_head + "needs = \"n\"\n[[side]]\nsays = \"a\"\nsource = \"s\"\nconfidence = \"c\"\n",
               "two sides at least");
  expect_fault(with_study + a_figure + "expected = \"rises\"\n", "allowed");
  expect_fault(with_study + a_figure + "published = 2\n", "needs its source");
  expect_fault(with_study + a_figure + "low = 2\nhigh = 1\nsource = \"s\"\n", "is above high");
  expect_fault(with_study + a_figure + "unit = \"MPa\"\n", "has none");
  expect_fault(with_study + a_figure + "limit = 2\n", "only compared = \"margin\" takes it");
  expect_fault(with_study + a_figure + "over_directions = true\n", "several directions");
  expect_fault(with_study + a_figure + "needs = \"a crack\"\n", "has no variant yet");
  expect_fault(claim_head + "needs = \"n\"\n" + a_figure, "no study whose variant it could be");
  expect_fault(with_study + "[[figure]]\nlabel = \"l\"\n", "is missing; a figure without it");
  std::string figure = a_figure;
  figure.replace(figure.find("component=primary"), 17, "componnet=primary");
  expect_fault(with_study + figure, "did you mean \"component\"?");
  figure = a_figure;
  figure.replace(figure.find("\"ratio\""), 7, "\"value\"\nunit = \"deg\"");
  expect_fault(with_study + figure, "takes none");
  figure = a_figure;
  figure.replace(figure.find("reference = \"intact\"\n"), 21, "");
  expect_fault(with_study + figure, "needs it");
  figure = a_figure;
  figure.replace(figure.find("[\"flexion\"]"), 11, "[\"flexoin\"]");
  expect_fault(with_study + figure, "did you mean \"flexion\"?");
}

TEST(ClaimFile, RefusalsOfAssumptions)
{
  const std::string open = claim_head + "needs = \"n\"\n", soft = "[[assumption]]\nname = \"soft\"\ntitle = \"t\"\n";
  expect_fault(open, "is given twice", soft + "set = [\"a=1\"]\n" + soft + "set = [\"a=1\"]\n");
  expect_fault(open, "is missing", soft);
  expect_fault(open, "is the study as it stands", "[[assumption]]\nname = \"base\"\ntitle = \"t\"\nset = [\"a=1\"]\n");
  expect_fault(open, "assumptions.toml", soft + "set = [\"nothing\"]\n");
  try {
    read_claims(testing::TempDir() + "nowhere");
    FAIL() << "an absent folder is read";
  } catch (const UserError &error) {
    EXPECT_NE(std::string(error.what()).find("no claims are there"), std::string::npos) << error.what();
  }
}

TEST(ClaimFile, ShippedRowsAreTheWholeList)
{
  const ClaimSet set = read_claims(std::string(LUMBARFEM_TEST_DATA) + "/../../cases/claims");
  EXPECT_EQ(set.claims.size(), 29u);
}
