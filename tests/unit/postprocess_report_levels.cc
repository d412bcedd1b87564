#include "postprocess/report/credibility.h"
#include "postprocess/report/plots.h"
#include "postprocess/report/report.h"
#include "postprocess_report_support.h"

namespace lumbarfem::report_tests
{
namespace
{
VariantRecord variant(const std::string &name, const std::string &surgery, bool reference = false)
{
  VariantRecord record;
  record.name = name;
  record.settings = flatten_settings(study_text(name, reference, surgery));
  record.is_reference = reference;
  return record;
}

std::string cement(const std::string &volume, const std::string &pattern = "central")
{
  return "[[surgery.cement]]\nname = \"c\"\nlevel = \"L3\"\npattern = \"" + pattern + "\"\nvolume_mL = " + volume +
         "\n";
}

/// Text of a factor of the credibility section of a result folder, with its status in front.
std::string factor(const std::string &folder, const std::string &name)
{
  const ResultFolder result = read_result_folder(folder);
  for (const Json &entry : credibility_section(result, check_run(result)))
    if (entry["factor"] == name)
      return entry["status"].get<std::string>() + ": " + entry["text"].get<std::string>();
  return "(absent)";
}

void write_convergence(const std::string &folder, const std::string &more)
{
  RunManifest top;
  top.run = "fedcba9876543210";
  top.command = "convergence";
  top.state = RunState::complete;
  for (const std::string size : {"12mm", "9mm", "6mm"}) {
    write_variant(folder + "/" + size, "intact", study_text("intact", true, more), {});
    write_results(folder + "/" + size + "/results.csv", motion_rows("intact", 1));
    top.parts[size] = write_manifest_of(folder + "/" + size, {"intact"}).run;
  }
  write_text(folder + "/convergence.csv",
             "variant,direction,protocol,quantity,unit,size_mm_coarse,size_mm_middle,size_mm_fine,coarse,middle,fine,"
             "kind,order,extrapolated,gci_middle,gci_fine\n"
             "intact,flexion,load_control,ROM total,deg,12,9,6,14,14.5,15,monotone,2,15.2,0.04,0.02\n"
             "intact,flexion,load_control,IDP,MPa,12,9,6,1,2,4,not converging,,,,\n");
  write_manifest(folder, top);
}
} // namespace

TEST(ReportLevels, TreatedLevelsComeFromTheSummaries)
{
  const ScratchFolder folder;
  write_two_variants(folder.path());
  const ResultFolder results = read_result_folder(folder.path());
  EXPECT_TRUE(results.find("intact")->treated.is_empty());
  EXPECT_EQ(names(results.find("fused")->treated), std::vector<std::string>{"L4-L5"});
  EXPECT_EQ(names(results.treated()), std::vector<std::string>{"L4-L5"});
}

TEST(ReportLevels, PlotsOfTheNeighbours)
{
  std::vector<ResultRow> rows = motion_rows("intact", 1);
  const std::vector<ResultRow> more = motion_rows("fused", 0.5);
  rows.insert(rows.end(), more.begin(), more.end());
  const ResultSeries series(rows, {"intact", "fused"});
  const auto titles = [&](const NeighbourDiscs &discs) {
    Json plots = Json::array();
    add_adjacent_plots(series, discs, plots);
    std::string text;
    for (const Json &plot : plots)
      text += plot["title"].get<std::string>() + "; ";
    return text;
  };
  EXPECT_NE(titles({Level::L3, Level::L5}).find("L3-L4 (above): change of range of motion"), std::string::npos);
  EXPECT_NE(titles({Level::L3, Level::L5}).find("L5-S1 (below): change of range of motion"), std::string::npos);
  EXPECT_EQ(titles({{}, Level::L5}).find("above"), std::string::npos);
  EXPECT_EQ(titles({}), "");
}

TEST(ReportSweeps, CementVolumeFromNone)
{
  const std::vector<Sweep> sweeps =
      find_sweeps({variant("none", "", true), variant("four", cement("4")), variant("two", cement("2"))});
  ASSERT_EQ(sweeps.size(), 1u);
  EXPECT_EQ(sweeps[0].label, "Cement volume");
  EXPECT_EQ(sweeps[0].unit, "mL");
  const std::vector<std::pair<double, std::string>> expected = {{0, "none"}, {2, "two"}, {4, "four"}};
  EXPECT_EQ(sweeps[0].points, expected);
}

TEST(ReportSweeps, SweepsOverOneKeySayWhatElseHolds)
{
  const auto at = [](const std::string &name, const std::string &moment, const std::string &force) {
    return variant(name, "[loading]\nmoment_Nm = " + moment + "\nforce_N = " + force + "\n");
  };
  const std::vector<Sweep> sweeps = find_sweeps({at("a1", "1", "10"), at("a2", "2", "10"), at("a3", "3", "10"),
                                                 at("b1", "1", "20"), at("b2", "2", "20"), at("b3", "3", "20")});
  ASSERT_EQ(sweeps.size(), 2u);
  EXPECT_EQ(sweeps[0].key, "loading.moment_Nm");
  EXPECT_EQ(sweeps[0].others, "loading.force_N = 10");
  EXPECT_EQ(sweeps[1].others, "loading.force_N = 20");
}

TEST(ReportSweeps, NoneWhereMoreThanOneThingDiffers)
{
  EXPECT_TRUE(
      find_sweeps({variant("none", "", true), variant("two", cement("2")), variant("four", cement("4", "left"))})
          .empty());
  EXPECT_TRUE(find_sweeps({variant("a", "[loading]\nmoment_Nm = 1\nforce_N = 1\n"),
                           variant("b", "[loading]\nmoment_Nm = 2\nforce_N = 2\n"),
                           variant("c", "[loading]\nmoment_Nm = 3\nforce_N = 3\n")})
                  .empty());
  const std::vector<Sweep> one =
      find_sweeps({variant("a", "[loading]\nmoment_Nm = 1\n"), variant("b", "[loading]\nmoment_Nm = 2\n"),
                   variant("c", "[loading]\nmoment_Nm = 3\n")});
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].label, "moment");
  EXPECT_EQ(one[0].unit, "Nm");
}

TEST(ReportSweeps, AMomentIsNotSweptWhereTheRotationIsGiven)
{
  std::vector<ResultRow> rows;
  for (const std::string name : {"a", "b", "c"})
    for (const std::string protocol : {"load_control", "hybrid"})
      for (ResultRow row : motion_rows(name, 1)) {
        row.context.protocol = protocol;
        rows.push_back(row);
      }
  const ResultSeries series(rows, {"a", "b", "c"});
  const auto plotted = [&](const std::string &key) {
    Json plots = Json::array();
    add_sweep_plots(series, {{key, "number", "", {{1, "a"}, {2, "b"}, {3, "c"}}}}, {}, plots);
    std::set<std::string> protocols;
    for (const Json &plot : plots)
      protocols.insert(plot["filters"]["protocol"].get<std::string>());
    return protocols;
  };
  EXPECT_EQ(plotted("spine.disc.L4-L5.centre_height_mm"), (std::set<std::string>{"hybrid", "load_control"}));
  EXPECT_EQ(plotted("loading.moment_Nm"), std::set<std::string>{"load_control"});
}

TEST(ReportSweeps, AStiffnessHasItsWholeUnit)
{
  const auto cord = [](const std::string &stiffness) {
    return "[[surgery.dynamic]]\nname = \"link\"\ncord_stiffness_N_per_mm = " + stiffness + "\n";
  };
  const std::vector<Sweep> sweeps =
      find_sweeps({variant("a", cord("200")), variant("b", cord("500")), variant("c", cord("1000"))});
  ASSERT_EQ(sweeps.size(), 1u);
  EXPECT_EQ(sweeps[0].label, "cord stiffness of link");
  EXPECT_EQ(sweeps[0].unit, "N/mm");
}

TEST(ReportCredibility, ClaimsOnlyWhatTheResultsHold)
{
  const ScratchFolder folder;
  const std::string run = folder.path() + "/run";
  std::filesystem::create_directories(run);
  write_two_variants(run);
  EXPECT_EQ(factor(run, "Question of interest"), "known: What?");
  EXPECT_EQ(factor(run, "Model risk").rfind("open", 0), 0u);
  EXPECT_EQ(factor(run, "Applicability").rfind("open", 0), 0u);
  EXPECT_EQ(factor(run, "Verification: calculation, discretisation").rfind("open", 0), 0u);
  EXPECT_EQ(factor(run, "Validation: assessment").rfind("open", 0), 0u);
  const std::string solver = factor(run, "Verification: calculation, numerical solver");
  EXPECT_EQ(solver.rfind("partly", 0), 0u) << "no cuts in the results: " << solver;
  EXPECT_NE(solver.find("4 of 4 attempted load steps were accepted. Of the accepted 4 met the tolerance"),
            std::string::npos)
      << solver;
  EXPECT_NE(solver.find("the largest residual is 0.5 of it"), std::string::npos) << solver;
  EXPECT_NE(solver.find("No free-body cuts"), std::string::npos) << solver;
}

TEST(ReportCredibility, SettledStepsAreNoCutOnes)
{
  const ScratchFolder folder;
  std::filesystem::create_directories(folder.path() + "/intact");
  RunProvenance given = provenance(study_text("intact", true));
  given.steps.push_back({"moment", "flexion", "load_control", 3, 0.75, false, 4, 9, 1}); // cut
  given.steps.push_back({"moment", "flexion", "load_control", 3, 0.75, true, 2, 12, 1}); // settled
  write_summary(folder.path() + "/intact/summary.json", given, {});
  std::vector<ResultRow> rows = motion_rows("intact", 1);
  // A study of the preload alone has free-body cuts without a direction.
  ResultRow cut = rows.front();
  cut.context.direction.clear();
  cut.context.stage = "preload";
  cut.context.load_factor = 1;
  cut.quantity = "cut_residual";
  cut.component = "force";
  cut.value = 3e-6;
  rows.push_back(cut);
  write_results(folder.path() + "/results.csv", rows);
  write_manifest_of(folder.path(), {"intact"}, identity.run, RunState::complete);
  const std::string solver = factor(folder.path(), "Verification: calculation, numerical solver");
  EXPECT_NE(solver.find("3 of 4 attempted load steps were accepted; the others were cut"), std::string::npos) << solver;
  EXPECT_NE(solver.find("Of the accepted 2 met the tolerance"), std::string::npos) << solver;
  EXPECT_NE(solver.find("the largest residual is 12 of it"), std::string::npos) << solver;
  EXPECT_NE(solver.find("Free-body cuts through all discs close to 3e-06 N"), std::string::npos) << solver;
}

TEST(ReportCredibility, MeshConvergenceCountsForTheSameStudyOnly)
{
  const ScratchFolder folder;
  const std::string run = folder.path() + "/run";
  std::filesystem::create_directories(run);
  write_two_variants(run);
  write_convergence(run + "-convergence", "[loading]\nmoment_Nm = 3\n");
  EXPECT_EQ(factor(run, "Verification: calculation, discretisation").rfind("open", 0), 0u)
      << "another moment is another study";
  write_convergence(run + "-convergence", "");
  const std::string text = factor(run, "Verification: calculation, discretisation");
  EXPECT_EQ(text.rfind("partly", 0), 0u) << text;
  EXPECT_NE(text.find("Mesh convergence (intact; "), std::string::npos) << "one of two variants: " << text;
  EXPECT_NE(text.find("at most 2 %"), std::string::npos) << text;
  EXPECT_NE(text.find("1 of 2 values; 1 do not converge"), std::string::npos) << text;
  RunManifest other = *read_manifest(run + "-convergence");
  other.program.git_revision = "0123456789ab";
  write_manifest(run + "-convergence", other);
  EXPECT_NE(factor(run, "Verification: calculation, discretisation").find("(program 0123456789ab; intact; "),
            std::string::npos);
  other.hashes.measures = "other";
  write_manifest(run + "-convergence", other);
  const std::string refused = factor(run, "Verification: calculation, discretisation");
  EXPECT_EQ(refused.rfind("open", 0), 0u) << refused;
  EXPECT_NE(refused.find("made with other definitions of measures"), std::string::npos) << refused;
  EXPECT_EQ(refused.find("at most 2 %"), std::string::npos) << refused;
  const std::string alone = folder.path() + "/alone";
  write_variant(alone, "intact", study_text("intact", true), {});
  write_results(alone + "/results.csv", motion_rows("intact", 1));
  write_manifest_of(alone, {"intact"});
  write_convergence(alone + "-convergence", "");
  const std::string all = factor(alone, "Verification: calculation, discretisation");
  EXPECT_EQ(all.rfind("known", 0), 0u) << all;
}

TEST(ReportLevels, RowsAreThoseOfTheFinestMeshOrNone)
{
  const ScratchFolder folder;
  write_convergence(folder.path(), "");
  EXPECT_FALSE(read_result_folder(folder.path()).rows.empty());
  std::filesystem::remove_all(folder.path() + "/6mm");
  const ResultFolder without = read_result_folder(folder.path());
  EXPECT_TRUE(without.rows.empty());
  ASSERT_EQ(without.remarks.size(), 1u);
  EXPECT_NE(without.remarks[0].find("6mm, which is not there any more"), std::string::npos) << without.remarks[0];
}

TEST(ReportCredibility, ValidationBesideTheResultsIsCountedWithItsRevision)
{
  const ScratchFolder folder;
  const std::string run = folder.path() + "/run", validation = folder.path() + "/validation";
  std::filesystem::create_directories(run);
  write_two_variants(run);
  write_variant(validation + "/disc", "base", study_text("base", true), {});
  write_text(
      validation + "/validation.csv",
      "validation,label,variant,quantity,level,direction,load,computed,published,low,high,unit,ratio,verdict,kind,"
      "confidence,source\n"
      "disc,a,,rom,,flexion,7.5,5,4,3,6,deg,1.25,inside,independent,,\n"
      "disc,b,,rom,,flexion,7.5,9,4,3,6,deg,2.25,outside,independent,,\n");
  const std::string text = factor(run, "Validation: assessment");
  EXPECT_EQ(text.rfind("partly", 0), 0u) << text;
  EXPECT_NE(text.find("1 rows inside their corridor, 1 outside (1 of them independent)"), std::string::npos) << text;
  EXPECT_NE(text.find("revision abc123"), std::string::npos) << text;
  EXPECT_NE(text.find("Those are the shipped validation studies"), std::string::npos) << text;
  // One that was asked something else is not the shipped one, and says so.
  write_results(validation + "/disc/results.csv", motion_rows("base", 1));
  RunManifest top;
  top.run = "fedcba9876543210";
  top.command = "validate";
  top.state = RunState::complete;
  top.parts["disc"] = write_manifest_of(validation + "/disc", {"base"}).run;
  top.departures = {"disc was not solved as shipped: --set mesh.element=q1p0"};
  write_manifest(validation, top);
  const std::string other = factor(run, "Validation: assessment");
  EXPECT_NE(other.find("disc was not solved as shipped: --set mesh.element=q1p0. Those are validation studies"),
            std::string::npos)
      << other;
  // Its own page says so before any count, and among the warnings.
  const Json data = report_data(validation, {}, 0);
  const std::string first = data["answer"][0]["introduction"];
  EXPECT_EQ(first.rfind("Not the validation that is shipped: disc was not solved as shipped", 0), 0u) << first;
  EXPECT_NE(data["warnings"].dump().find("disc was not solved as shipped"), std::string::npos) << data["warnings"];
}

TEST(ReportCredibility, TissuesAreThoseOfAllVariants)
{
  const ScratchFolder folder;
  const std::string start = "[materials.annulus]\npreset = \"annulus_";
  write_variant(folder.path(), "intact", study_text("intact", true, start + "gruber2024\"\n"),
                motion_rows("intact", 1));
  write_variant(folder.path(), "fused", study_text("fused", false, start + "calibrated_a\"\nk1_scale = 2\n"),
                motion_rows("fused", 1));
  std::vector<ResultRow> rows = motion_rows("intact", 1), more = motion_rows("fused", 1);
  rows.insert(rows.end(), more.begin(), more.end());
  write_results(folder.path() + "/results.csv", rows);
  write_manifest_of(folder.path(), {"intact", "fused"});
  std::string text;
  const ResultFolder result = read_result_folder(folder.path());
  for (const Json &entry : credibility_section(result, check_run(result)))
    text += entry["text"].get<std::string>() + "\n";
  EXPECT_NE(text.find("annulus: annulus_calibrated_a, annulus_gruber2024; 1 constants set by the study"),
            std::string::npos)
      << text;
}
} // namespace lumbarfem::report_tests
