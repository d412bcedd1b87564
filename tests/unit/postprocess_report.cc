#include "base/user_error.h"
#include "postprocess/report/plots.h"
#include "postprocess/report/report.h"
#include "postprocess_report_support.h"

#include <fstream>

namespace lumbarfem::report_tests
{
namespace
{
const std::string page = "<html><script type=\"application/json\" id=\"report-data\">__LUMBARFEM_REPORT_DATA__</script>"
                         "<p>rest</p></html>";
const std::string hostile = "</script><script>alert('\"&\xe2\x80\xa8 __LUMBARFEM_REPORT_DATA__ <!--</title>";

std::size_t count(const std::string &text, const std::string &word)
{
  std::size_t n = 0;
  for (std::size_t place = text.find(word); place != std::string::npos; place = text.find(word, place + 1))
    ++n;
  return n;
}

Json between_scripts(const std::string &text)
{
  const std::string start = "id=\"report-data\">";
  const std::size_t begin = text.find(start) + start.size();
  return Json::parse(text.substr(begin, text.find("</script>") - begin));
}

std::string message_of(const std::string &folder)
{
  try {
    report_data(folder, {}, 0);
  } catch (const UserError &error) {
    return error.what();
  }
  return "(no error)";
}

const Json &row_of(const Json &table, const std::string &measure)
{
  for (const Json &row : table["rows"])
    if (row[2] == measure)
      return row;
  static const Json nothing;
  ADD_FAILURE() << "no row " << measure;
  return nothing;
}

const Json *find_plot(const Json &data, const std::string &family, const Json &filters)
{
  for (const Json &plot : data["plots"])
    if (plot["family"] == family && plot["filters"] == filters)
      return &plot;
  return nullptr;
}
} // namespace

TEST(ReportPage, HostileTextStaysText)
{
  const ScratchFolder folder;
  write_two_variants(folder.path(), hostile);
  const Json data = report_data(folder.path(), {}, 0);
  EXPECT_EQ(data["title"], hostile);
  const std::string text = fill_page(page, data);
  EXPECT_EQ(count(text, "</script>"), 1u);
  EXPECT_EQ(count(text, "<script"), 1u);
  EXPECT_EQ(count(text, "<!--"), 1u) << "the digest of the page";
  EXPECT_EQ(count(text, "\xe2\x80\xa8"), 0u);
  EXPECT_EQ(between_scripts(text)["title"], hostile) << "escapes must read back to the same text";
  EXPECT_NE(text.find("</script><p>rest</p></html>\n<!-- sha256 "), std::string::npos);
}

TEST(ReportPage, LigamentsAreSlackOrTenseInEachState)
{
  std::vector<ResultRow> rows;
  const auto add = [&](const std::string &stage, const std::string &direction, int step, double strain, double force) {
    for (const bool is_strain : {true, false}) {
      rows.push_back(row("intact", is_strain ? "ligament_strain" : "ligament_force", "L3-L4", "CL", "", "",
                         is_strain ? "maximum" : "sum", is_strain ? strain : force, is_strain ? "-" : "N"));
      rows.back().side = "left";
      rows.back().context.stage = stage;
      rows.back().context.direction = direction;
      rows.back().context.protocol = direction.empty() ? "" : "load_control";
      rows.back().context.step = step;
    }
  };
  add("installation", "", 1, -0.35, 0);
  add("preload", "", 4, -0.4, 0);
  add("moment", "flexion", 1, 0.05, 3);
  add("moment", "flexion", 2, 0.25, 40);
  Json tables = Json::array();
  add_ligament_table(rows, tables);
  ASSERT_EQ(tables.size(), 1u);
  ASSERT_EQ(tables[0]["rows"].size(), 1u);
  EXPECT_EQ(tables[0]["rows"][0], Json({"intact", "L3-L4", "CL left", -35., 0., -40., 0., 25., 40.}));
  EXPECT_EQ(tables[0]["columns"][3]["title"], "step 0: strain");
  EXPECT_EQ(tables[0]["columns"][5]["title"], "after the preload: strain");
  EXPECT_EQ(tables[0]["columns"][7]["title"], "flexion, load control: strain");
  tables.clear();
  add_ligament_table({row("intact", "rom", "L3-L4", "", "", "primary", "value", 4, "deg")}, tables);
  EXPECT_TRUE(tables.empty());
}

TEST(ReportPage, TextThatIsNotUtf8IsReplaced)
{
  const Json data = {{"title", "caf\xe9"}};
  const std::string text = embedded_json(data);
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; }));
  EXPECT_EQ(Json::parse(text)["title"], "caf\xef\xbf\xbd");
}

TEST(ReportPage, APageThatSomebodyChangedIsTheirs)
{
  const ScratchFolder folder;
  const std::string path = folder.path() + "/report.html",
                    head = "<head><meta name=\"generator\" content=\"LumbarFEM\"></head>";
  const std::string text = fill_page(head + page, Json::object());
  write_text(path, text);
  EXPECT_TRUE(is_report_page(path));
  std::string changed = text;
  changed.insert(changed.find("rest"), "my ");
  write_text(path, changed);
  EXPECT_FALSE(is_report_page(path));
  write_text(path, text + "mine\n");
  EXPECT_FALSE(is_report_page(path));
  write_text(path, fill_page(page, Json::object()));
  EXPECT_FALSE(is_report_page(path)) << "not made of the page's template";
}

TEST(ReportPage, NeedsOnePlaceholder)
{
  EXPECT_THROW(fill_page("<html></html>", Json::object()), UserError);
  EXPECT_THROW(fill_page(page + page, Json::object()), UserError);
}

TEST(ReportData, TableHoldsValuesAndChanges)
{
  const ScratchFolder folder;
  write_two_variants(folder.path());
  const Json data = report_data(folder.path(), {}, 0);
  EXPECT_EQ(data["kind"], "run");
  EXPECT_EQ(data["question"], "What?");
  const Json &table = data["tables"][0];
  ASSERT_EQ(table["id"], "comparison");
  ASSERT_EQ(table["columns"].size(), 8u);
  EXPECT_EQ(table["columns"][5]["title"], "intact") << "the reference goes first";
  EXPECT_EQ(table["columns"][7]["role"], "change");
  const Json &row = row_of(table, "ROM L4-L5");
  EXPECT_EQ(row[3], "L4-L5");
  EXPECT_DOUBLE_EQ(row[5], 5);
  EXPECT_DOUBLE_EQ(row[6], 2.5);
  EXPECT_DOUBLE_EQ(row[7], -50);
}

TEST(ReportData, PlotsFollowTheRows)
{
  const ScratchFolder folder;
  write_two_variants(folder.path());
  const Json data = report_data(folder.path(), {}, 0);
  const Json *rotation =
      find_plot(data, "moment_rotation", {{"direction", "flexion"}, {"protocol", "load_control"}, {"level", "L5-S1"}});
  ASSERT_TRUE(rotation);
  ASSERT_EQ((*rotation)["series"].size(), 2u);
  EXPECT_EQ((*rotation)["series"][1]["name"], "fused");
  EXPECT_EQ((*rotation)["series"][1]["x"], Json({0., 3.75, 7.5}));
  EXPECT_EQ((*rotation)["series"][1]["y"], Json({0., 1.5, 3.}));
  const Json *share = find_plot(data, "share", {{"direction", "flexion"}, {"protocol", "load_control"}});
  ASSERT_TRUE(share);
  EXPECT_NEAR((*share)["series"][0]["y"][2].get<double>(), 40, 1e-9);
  const Json *above = find_plot(
      data, "adjacent", {{"measure", "range of motion"}, {"level", "above (L3-L4)"}, {"protocol", "load_control"}});
  ASSERT_TRUE(above);
  EXPECT_NEAR((*above)["series"][0]["y"][0].get<double>(), -50, 1e-9);
  EXPECT_TRUE(find_plot(data, "adjacent",
                        {{"measure", "range of motion"}, {"level", "below (L5-S1)"}, {"protocol", "load_control"}}));
}

TEST(ReportErrors, OneMessageForEach)
{
  const ScratchFolder folder;
  EXPECT_NE(message_of(folder.path() + "/absent").find("no such folder"), std::string::npos);
  EXPECT_NE(message_of(folder.path()).find("no results are there"), std::string::npos);
  std::filesystem::create_directories(folder.path() + "/intact");
  write_text(folder.path() + "/intact/effective.toml", "");
  EXPECT_NE(message_of(folder.path()).find("the run has not ended"), std::string::npos);
  write_two_variants(folder.path());
  EXPECT_EQ(message_of(folder.path()), "(no error)");
  std::filesystem::remove(folder.path() + "/fused/summary.json");
  EXPECT_NE(message_of(folder.path()).find("summary.json is missing"), std::string::npos);
  write_text(folder.path() + "/fused/summary.json", "{\"program\": {");
  EXPECT_NE(message_of(folder.path()).find("is not the file that the run"), std::string::npos);
  write_manifest_of(folder.path(), {"intact", "fused"}); // as if the run had written it so
  EXPECT_NE(message_of(folder.path()).find("not a complete summary"), std::string::npos);
  write_text(folder.path() + "/results.csv", result_header() + "\nstudy,intact,flex");
  EXPECT_NE(message_of(folder.path()).find("is not the file that the run"), std::string::npos);
  write_manifest_of(folder.path(), {"intact", "fused"});
  EXPECT_NE(message_of(folder.path()).find("columns instead of"), std::string::npos);
  write_text(folder.path() + "/results.csv", result_header() + "\n");
  write_manifest_of(folder.path(), {"intact", "fused"});
  EXPECT_NE(message_of(folder.path()).find("holds no results"), std::string::npos);
  write_text(folder.path() + "/manifest.json", "{\"format\": \"lumbarfem-results-2\"");
  EXPECT_NE(message_of(folder.path()).find("not a complete description of a run"), std::string::npos);
  write_text(folder.path() + "/manifest.json", "{\"format\": \"lumbarfem-results-9\"}");
  EXPECT_NE(message_of(folder.path()).find("lumbarfem-results-9"), std::string::npos);
}

/// What another run left in the folder is not shown, and one sentence says so.
TEST(ReportData, ShowsOneRunAlone)
{
  const ScratchFolder folder;
  write_two_variants(folder.path());
  write_variant(folder.path(), "stranger", study_text("stranger", false), motion_rows("stranger", 3));
  std::vector<ResultRow> rows = read_results(folder.path() + "/results.csv");
  rows.push_back(motion_rows("stranger", 3).front());
  rows.back().context.run = "another";
  write_results(folder.path() + "/results.csv", rows);
  write_manifest_of(folder.path(), {"intact", "fused"});
  const ResultFolder read = read_result_folder(folder.path());
  EXPECT_EQ(read.variants.size(), 2u);
  EXPECT_EQ(read.rows.size(), rows.size() - 1);
  ASSERT_EQ(read.remarks.size(), 2u);
  EXPECT_NE(read.remarks[0].find("stranger, which is not of this run"), std::string::npos) << read.remarks[0];
  EXPECT_NE(read.remarks[1].find("1 rows of another run"), std::string::npos) << read.remarks[1];
  const Json data = report_data(folder.path(), {}, 0);
  EXPECT_EQ(data["run"]["id"], identity.run);
  EXPECT_EQ(data.dump().find("\"stranger\""), std::string::npos);
}

TEST(ReportData, AVariantOfAnotherRunIsLeftOut)
{
  const ScratchFolder folder;
  write_two_variants(folder.path());
  RunProvenance other = provenance(study_text("fused", false));
  other.identity.run = "another";
  write_summary(folder.path() + "/fused/summary.json", other, {});
  write_manifest_of(folder.path(), {"intact", "fused"});
  const ResultFolder read = read_result_folder(folder.path());
  ASSERT_EQ(read.variants.size(), 1u);
  EXPECT_EQ(read.variants[0].name, "intact");
  ASSERT_EQ(read.remarks.size(), 1u);
  EXPECT_NE(read.remarks[0].find("of another run (another)"), std::string::npos) << read.remarks[0];
}

/// A killed run: the variants that it finished are shown, and that it is not complete.
TEST(ReportData, AnInterruptedRunSaysSo)
{
  const ScratchFolder folder;
  write_two_variants(folder.path());
  write_results(folder.path() + "/intact/results.csv", motion_rows("intact", 1));
  std::filesystem::remove(folder.path() + "/results.csv");
  std::filesystem::remove(folder.path() + "/fused/summary.json");
  write_manifest_of(folder.path(), {"intact", "fused"}, identity.run, RunState::running);
  const Json data = report_data(folder.path(), {}, 0);
  ASSERT_EQ(data["variants"].size(), 1u);
  ASSERT_FALSE(data["warnings"].empty());
  EXPECT_NE(data["warnings"][0].get<std::string>().find("was interrupted"), std::string::npos);
  EXPECT_NE(data["notes"].dump().find("No results so far: fused"), std::string::npos);
}

/// Version 0.1 wrote no manifest: its tables are shown when they can be of one run only.
TEST(ReportData, WithoutManifestOnlyWhatIsUnambiguous)
{
  const ScratchFolder folder;
  write_two_variants(folder.path());
  std::filesystem::remove(folder.path() + "/manifest.json");
  const ResultFolder read = read_result_folder(folder.path());
  EXPECT_EQ(read.variants.size(), 2u);
  ASSERT_EQ(read.remarks.size(), 1u);
  EXPECT_NE(read.remarks[0].find("no manifest.json"), std::string::npos);
  write_variant(folder.path(), "stranger", study_text("stranger", false), {});
  EXPECT_NE(message_of(folder.path()).find("stranger: is not in the table"), std::string::npos);
  std::filesystem::remove_all(folder.path() + "/stranger");
  std::vector<ResultRow> rows = read_results(folder.path() + "/results.csv");
  ASSERT_GT(rows.size(), 1u);
  rows.front().context.run = "1111111111111111";
  rows.back().context.run = "2222222222222222";
  write_results(folder.path() + "/results.csv", rows);
  EXPECT_NE(message_of(folder.path()).find("runs, and no manifest.json tells which one counts"), std::string::npos);
}

TEST(ReportData, UnconvergedVariantIsMarked)
{
  const ScratchFolder folder;
  std::vector<ResultRow> rows = motion_rows("intact", 1);
  rows.resize(4); // the first step only
  std::filesystem::create_directories(folder.path() + "/intact");
  RunProvenance given = provenance(study_text("intact", true));
  given.has_converged = false;
  write_summary(folder.path() + "/intact/summary.json", given, {});
  write_results(folder.path() + "/results.csv", rows);
  write_manifest_of(folder.path(), {"intact"}, identity.run, RunState::not_converged);
  const Json data = report_data(folder.path(), {}, 0);
  EXPECT_EQ(data["variants"][0]["status"], "failed");
  EXPECT_NE(data["variants"][0]["message"].get<std::string>().find("load factor 0.5"), std::string::npos);
  EXPECT_EQ(data["tables"][0]["rows"].size(), 0u) << "nothing may stand as a result at the full load";
  EXPECT_FALSE(find_plot(data, "share", {{"direction", "flexion"}, {"protocol", "load_control"}}));
  ASSERT_EQ(data["warnings"].size(), 1u);
}
} // namespace lumbarfem::report_tests
