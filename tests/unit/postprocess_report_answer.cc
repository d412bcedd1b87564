#include "postprocess/report/answer.h"
#include "postprocess/report/plots.h"
#include "postprocess/report/report.h"
#include "postprocess/report/told_changes.h"
#include "postprocess/report/variant_families.h"
#include "postprocess_report_support.h"

namespace lumbarfem::report_tests
{
namespace
{
std::string annulus(const std::string &preset) { return "[materials.annulus]\npreset = \"" + preset + "\"\n"; }

const std::string rods = "[[surgery.rod]]\nname = \"rod_left\"\nupper = \"L4\"\nlower = \"L5\"\n";

/// intact and fused, the latter turning by a share of the former.
void write_pair(const std::string &folder, double share, const std::string &more = annulus("annulus_calibrated_a"))
{
  std::vector<ResultRow> rows = motion_rows("intact", 1), fused = motion_rows("fused", share);
  write_variant(folder, "intact", study_text("intact", true, more), rows);
  write_variant(folder, "fused", study_text("fused", false, more + rods), fused, {{Level::L4}, {}, {}});
  rows.insert(rows.end(), fused.begin(), fused.end());
  write_results(folder + "/results.csv", rows);
  RunManifest manifest = write_manifest_of(folder, {"intact", "fused"});
  manifest.command_line = {"run", "my study.toml", "--set", "loading.moment_Nm=5", "--set=mesh.resolution=9", "--jobs",
                           "2"};
  write_manifest(folder, manifest);
}

/// The convergence study of such a pair: bands on meshes of 9 and 6 mm.
void write_bands(const std::string &folder, const std::string &lines)
{
  RunManifest top;
  top.run = "fedcba9876543210";
  top.command = "convergence";
  top.state = RunState::complete;
  for (const std::string size : {"12mm", "9mm", "6mm"}) {
    write_pair(folder + "/" + size, 0.5);
    top.parts[size] = read_manifest(folder + "/" + size)->run;
  }
  write_text(folder + "/convergence.csv",
             "variant,direction,protocol,quantity,unit,size_mm_coarse,size_mm_middle,size_mm_fine,coarse,middle,fine,"
             "kind,order,extrapolated,gci_middle,gci_fine\n" +
                 lines);
  write_manifest(folder, top);
}

/// All sentences of the answer, a line each.
std::string answer_of(const std::string &folder)
{
  const Json data = report_data(folder, {}, 0);
  std::string text;
  for (const Json &section : data["answer"]) {
    text += section["heading"].get<std::string>() + "\n" + section["introduction"].get<std::string>() + "\n";
    for (const Json &item : section["items"])
      for (const Json &point : item["points"])
        text += item["name"].get<std::string>() + ": " + point.get<std::string>() + "\n";
  }
  return text;
}

void expect_within(const std::string &text, const std::string &words)
{
  EXPECT_NE(text.find(words), std::string::npos) << "expected: " << words << "\nin: " << text;
}

ResultFolder folder_of(const std::vector<std::pair<std::string, std::string>> &variants)
{
  ResultFolder folder;
  for (const auto &[name, settings] : variants) {
    VariantRecord record;
    record.name = name;
    record.is_reference = folder.variants.empty();
    record.settings = flatten_settings(study_text(name, record.is_reference, settings));
    folder.variants.push_back(record);
    folder.rows.push_back(row(name, "rom", "L3-L4", "", "", "primary", "value", 1, "deg"));
  }
  return folder;
}

std::string cement_of_volume(const std::string &volume)
{
  return "[[surgery.cement]]\nname = \"c\"\nlevel = \"L3\"\nvolume_mL = " + volume + "\n";
}
} // namespace

TEST(ReportAnswer, TellsNeighboursCostAndWhatIsNotResolved)
{
  const ScratchFolder scratch;
  const std::string folder = scratch.path() + "/run";
  write_pair(folder, 0.5);
  const std::string text = answer_of(folder);
  expect_within(text, "In short\nThe largest change against intact at the neighbours, load control, the motion of the "
                      "operated level, and what it costs.\nfused: rotation (L3-L4) -50.0 % (from 4.000 to 2.000 deg, "
                      "flexion); operated L4-L5: rotation -50.0 % (from 5.000 to 2.500 deg, flexion); rotation of the "
                      "whole spine -50.0 % (from 15.000 to 7.500 deg, flexion)\n");
  expect_within(text, "What each variant does to the neighbours\nChanges against intact at the full load, flexion, "
                      "load control.");
  expect_within(text, "\nfused: L3-L4 (adjacent, above): rotation -50.0 % (from 4.000 to 2.000 deg, flexion)\n");
  expect_within(text, "\nfused: L5-S1 (adjacent, below): rotation -50.0 % (from 6.000 to 3.000 deg, flexion)\n");
  expect_within(text, "\nfused: L4-L5 (operated): rotation -50.0 % (from 5.000 to 2.500 deg, flexion)\n");
  expect_within(text, "\nWhat it costs\nEvery variant bears the same load here");
  expect_within(text, "\nfused: rotation of the whole spine -50.0 % (from 15.000 to 7.500 deg, flexion)\n");
  expect_within(text, "by the mesh: no error band of the mesh is known");
  expect_within(text, "`lumbarfem convergence 'my study.toml' --set loading.moment_Nm=5 --output ");
  expect_within(text, "by the assumptions: no spread was computed");
  expect_within(text, "`lumbarfem run 'my study.toml' --set loading.moment_Nm=5 --set mesh.resolution=9 --set "
                      "materials.annulus=annulus_calibrated_b --output ");
  EXPECT_EQ(
      report_data(folder, {}, 0)["levels"].dump(),
      R"([{"name":"L4-L5","role":"operated"},{"name":"L3-L4","role":"adjacent"},{"name":"L5-S1","role":"adjacent"}])");
}

TEST(ReportAnswer, AChangeWithinItsErrorBandIsNotResolved)
{
  const ScratchFolder scratch;
  const std::string folder = scratch.path() + "/run";
  write_pair(folder, 0.5);
  // On the mesh of 9 mm: 100 x 0.5 x (4 % + 4 %), and 100 x 0.5 x (60 % + 60 %).
  const std::string start = ",flexion,load_control,ROM ";
  write_bands(folder + "-convergence", "intact" + start + "L3-L4,deg,12,9,6,1,1,1,monotone,2,1,0.04,0.02\n" + "fused" +
                                           start + "L3-L4,deg,12,9,6,1,1,1,monotone,2,1,0.04,0.02\n" + "intact" +
                                           start + "L5-S1,deg,12,9,6,1,1,1,monotone,2,1,0.6,0.02\n" + "fused" + start +
                                           "L5-S1,deg,12,9,6,1,1,1,monotone,2,1,0.6,0.02\n" + "intact" + start +
                                           "L4-L5,deg,12,9,6,1,1,1,not converging,,,,\n");
  const std::string text = answer_of(folder);
  expect_within(text, "rotation -50.0 % (from 4.000 to 2.000 deg, flexion, mesh \xc2\xb1 4.0 %)");
  expect_within(text, "rotation -50.0 % (from 6.000 to 3.000 deg, flexion, not resolved by the mesh: \xc2\xb1 60.0 %)");
  expect_within(text, "rotation -50.0 % (from 5.000 to 2.500 deg, flexion)");
  expect_within(text,
                "of 4 changes told in full 1 are larger than their error band (grid convergence index of both values, "
                "added); smaller, and so not resolved: fused, L5-S1 rotation (flexion, load control); 2 have no "
                "band");
}

TEST(ReportAnswer, BandsOfOtherMeshesDoNotHold)
{
  const ScratchFolder scratch;
  const std::string folder = scratch.path() + "/run";
  write_pair(folder, 0.5);
  write_bands(folder + "-convergence",
              "intact,flexion,load_control,ROM L3-L4,deg,9,7,5,1,1,1,monotone,2,1,0.04,0.02\n");
  const std::string text = answer_of(folder);
  expect_within(text, "bands for its two finer meshes alone (finest 5 mm), none of which is that of this run");
  EXPECT_EQ(text.find("mesh \xc2\xb1"), std::string::npos) << text;
}

/// The same study with another annulus in a folder beside it, solved by the command that the page names.
TEST(ReportAnswer, ARunBesideGivesTheSpread)
{
  const ScratchFolder scratch;
  const std::string folder = scratch.path() + "/run";
  write_pair(folder, 0.5);
  write_pair(folder + "-b", 0.75, annulus("annulus_calibrated_b"));
  std::string text = answer_of(folder);
  expect_within(text, "rotation -50.0 to -25.0 % over 2 runs (fused: from 4.000 to 2.000 deg, flexion)");
  expect_within(text, "the ranges hold the run run-b (materials.annulus.preset = annulus_calibrated_b)");
  expect_within(text, "4 of 4 changes with a range have one sign over all of it\n");
  write_pair(folder + "-b", 1.25, annulus("annulus_calibrated_b"));
  text = answer_of(folder);
  expect_within(text, "-50.0 to +25.0 % over 2 runs");
  expect_within(text,
                "0 of 4 changes with a range have one sign over all of it; not resolved are fused, L3-L4 rotation");
  // Another moment is another question.
  write_pair(folder + "-b", 0.75, annulus("annulus_calibrated_b") + "[loading]\nmoment_Nm = 3\n");
  expect_within(answer_of(folder), "no spread was computed");
  write_pair(folder + "-b", 0.75);
  expect_within(answer_of(folder), "no spread was computed");
}

/// More motion under a larger moment is no cost.
TEST(ReportAnswer, VariantsOfOtherLoadsHaveNoCost)
{
  const ScratchFolder scratch;
  write_pair(scratch.path(), 0.5);
  EXPECT_NE(answer_of(scratch.path()).find("What it costs"), std::string::npos);
  write_variant(scratch.path(), "fused",
                study_text("fused", false, annulus("annulus_calibrated_a") + "[loading]\nmoment_Nm = 3\n" + rods),
                motion_rows("fused", 0.5), {{Level::L4}, {}, {}});
  write_manifest_of(scratch.path(), {"intact", "fused"});
  const std::string text = answer_of(scratch.path());
  EXPECT_EQ(text.find("What it costs"), std::string::npos) << text;
  EXPECT_EQ(text.find("rotation of the whole spine"), std::string::npos) << text;
}

/// The range over the directions is that of the level that is told.
TEST(ReportAnswer, TheLargestOfSeveralLevelsIsToldWithItsOwnRange)
{
  const auto line = [](const std::string &direction, const std::string &level, double value) {
    ComparisonLine one;
    one.direction = direction;
    one.protocol = "hybrid";
    one.label = "ROM " + level;
    one.quantity = "rom";
    one.level = level;
    one.unit = "deg";
    one.values = {1., value};
    one.change_percent = {0., 100 * (value - 1)};
    return one;
  };
  const std::vector<ComparisonLine> lines = {line("flexion", "L3-L4", 1.1), line("flexion", "L5-S1", 1.5),
                                             line("extension", "L3-L4", 0.9), line("extension", "L5-S1", 1.2)};
  const KnownBands none;
  ChangeTeller teller(none);
  EXPECT_EQ(teller.largest_of({{"fused", "intact", &lines, 1, true}},
                              {{"rotation", "rom", {"L3-L4", "L5-S1"}, "", "", false}}, "hybrid"),
            "rotation (L5-S1) +50.0 % (from 1.000 to 1.500 deg, flexion), over 2 directions +20.0 to +50.0 %");
  ASSERT_EQ(teller.told().size(), 1u);
  EXPECT_EQ(teller.told()[0].what, "fused, L5-S1 rotation (flexion, hybrid)");
}

TEST(ReportAnswer, AVariantOfOtherTissuesSaysSo)
{
  const ScratchFolder scratch;
  write_pair(scratch.path(), 0.5);
  write_variant(scratch.path(), "fused", study_text("fused", false, annulus("annulus_calibrated_b") + rods),
                motion_rows("fused", 0.5), {{Level::L4}, {}, {}});
  write_manifest_of(scratch.path(), {"intact", "fused"});
  const std::string text = answer_of(scratch.path());
  expect_within(text, "; but it differs from intact in more than its surgery\n");
  expect_within(text, "differs from intact in more than the surgery: fused (materials.annulus.preset)\n");
}

TEST(ReportAnswer, OneVariantIsComparedWithNothing)
{
  const ScratchFolder scratch;
  write_variant(scratch.path(), "intact", study_text("intact", true), motion_rows("intact", 1));
  write_results(scratch.path() + "/results.csv", motion_rows("intact", 1));
  write_manifest_of(scratch.path(), {"intact"});
  expect_within(answer_of(scratch.path()), "There is one variant, so that nothing is compared.\nintact: it turns by "
                                           "15.000 deg in flexion (load control)\n");
}

TEST(ReportAnswer, TheFirstPictureIsOfTheUntreatedDiscThatChangesMost)
{
  ResultFolder folder = folder_of({{"intact", ""}, {"fused", rods}});
  folder.variants[1].treated.discs = {Level::L4};
  const auto stress = [&](const std::string &variant, const std::string &disc, const std::string &direction,
                          double value) {
    folder.rows.push_back(
        row(variant, "annulus_stress", disc, "annulus", "posterior_outer", "maximum_principal", "p95", value, "MPa"));
    folder.rows.back().context.direction = direction;
  };
  for (const std::string direction : {"flexion", "extension"}) {
    stress("intact", "L3-L4", direction, 1);
    stress("intact", "L4-L5", direction, 1);
    stress("intact", "L5-S1", direction, 0.01);
    stress("fused", "L4-L5", direction, 9);    // operated
    stress("fused", "L5-S1", direction, 0.03); // three times a small stress
  }
  stress("fused", "L3-L4", "flexion", 1.2);
  stress("fused", "L3-L4", "extension", 0.7);
  const Json view = first_view(folder, comparison_lines(folder.rows, folder.variant_names(), folder.treated()));
  EXPECT_EQ(view["level"], "L3-L4");
  EXPECT_EQ(view["direction"], "extension");
  EXPECT_EQ(view["variants"], Json({"intact", "fused"}));
  expect_within(view["words"], "from 1.000 (intact) to 0.700 MPa (fused)");
}

TEST(ReportFamilies, OneSurgeryUnderThreeAnnuli)
{
  const std::string a = annulus("annulus_calibrated_a"), b = annulus("annulus_calibrated_b");
  const std::vector<VariantFamily> families =
      variant_families(folder_of({{"intact", a}, {"intact_b", b}, {"fused", a + rods}, {"fused_b", b + rods}}));
  ASSERT_EQ(families.size(), 1u);
  EXPECT_EQ(families[0].name(), "fused, fused_b");
  EXPECT_EQ(families[0].members[0].reference, "intact");
  EXPECT_EQ(families[0].members[1].reference, "intact_b") << "against the spine with the same annulus";
  EXPECT_TRUE(families[0].members[1].mixed_with.empty());
  EXPECT_EQ(families[0].varied,
            std::vector<std::string>{"materials.annulus.preset (annulus_calibrated_a, annulus_calibrated_b)"});
}

TEST(ReportFamilies, AnAnnulusWithoutItsOwnReferenceMixes)
{
  const std::string a = annulus("annulus_calibrated_a"), b = annulus("annulus_calibrated_b");
  const std::vector<VariantFamily> families =
      variant_families(folder_of({{"intact", a}, {"fused", a + rods}, {"fused_b", b + rods}}));
  ASSERT_EQ(families.size(), 1u);
  EXPECT_EQ(families[0].members[1].reference, "intact");
  EXPECT_EQ(families[0].members[1].mixed_with, std::vector<std::string>{"materials.annulus.preset"});
}

TEST(ReportFamilies, ASweepIsOneFamilyAndSurgeriesAreTheirOwn)
{
  const std::vector<VariantFamily> families = variant_families(folder_of({{"none", ""},
                                                                          {"two", cement_of_volume("2")},
                                                                          {"four", cement_of_volume("4")},
                                                                          {"rods", rods},
                                                                          {"six", cement_of_volume("6")}}));
  ASSERT_EQ(families.size(), 2u);
  EXPECT_EQ(families[0].name(), "two, four, six");
  EXPECT_EQ(families[0].varied, std::vector<std::string>{"surgery.cement.c.volume_mL (2, 4, 6)"});
  EXPECT_EQ(families[1].name(), "rods");
  EXPECT_TRUE(families[1].varied.empty());
  // Without a surgery the assumptions are the question.
  EXPECT_EQ(variant_families(folder_of({{"a", annulus("a")}, {"b", annulus("b")}, {"c", annulus("c")}})).size(), 2u);
  EXPECT_TRUE(variant_families(folder_of({{"alone", ""}})).empty());
}

TEST(ReportSweeps, CurvesHaveTheBandsThatAreKnown)
{
  std::vector<ResultRow> rows;
  for (const std::string name : {"a", "b", "c"})
    for (const ResultRow &one : motion_rows(name, 1))
      rows.push_back(one);
  KnownBands bands;
  bands.convergence.emplace();
  bands.size_mm = 9;
  for (const std::string name : {"a", "b"})
    bands.convergence->bands[{"9", name, "flexion", "load_control", "ROM L3-L4"}] = 0.1;
  Json plots = Json::array();
  add_sweep_plots(ResultSeries(rows, {"a", "b", "c"}), {{"key", "number", "", {{1, "a"}, {2, "b"}, {3, "c"}}}}, bands,
                  plots);
  ASSERT_EQ(plots.size(), 3u);
  EXPECT_EQ(plots[0]["series"][0]["low"], Json({3.6, 3.6, nullptr}));
  EXPECT_NEAR(plots[0]["series"][0]["high"][1].get<double>(), 4.4, 1e-12);
  expect_within(plots[0]["note"], "where it is known");
  EXPECT_FALSE(plots[1]["series"][0].contains("low"));
  expect_within(plots[1]["note"], "No error band of the mesh is known");
}

TEST(ReportData, IdleFacetsAreFoldedAndAWarningStandsOnce)
{
  const ScratchFolder scratch;
  std::vector<ResultRow> rows;
  for (const std::string variant : {"intact", "fused"}) {
    RunProvenance origin = provenance(study_text(variant, variant == "intact"));
    origin.warnings = {std::string("the gap is ") + (variant == "intact" ? "1.5" : "1.2") + " mm"};
    std::filesystem::create_directories(scratch.path() + "/" + variant);
    write_summary(scratch.path() + "/" + variant + "/summary.json", origin, {});
    for (const ResultRow &one : motion_rows(variant, 1))
      rows.push_back(one);
    for (const std::string level : {"L3-L4", "L4-L5"})
      for (const std::string side : {"left", "right"}) {
        ResultRow force = rows.back();
        force.quantity = "facet_force";
        force.level = level;
        force.object = "facet_" + side;
        force.component = "resultant";
        force.value = 0;
        force.unit = "N";
        rows.push_back(force);
      }
  }
  write_results(scratch.path() + "/results.csv", rows);
  write_manifest_of(scratch.path(), {"intact", "fused"});
  const Json data = report_data(scratch.path(), {}, 0);
  EXPECT_EQ(data["warnings"], Json({"intact, fused: the gap is 1.2 to 1.5 mm"}));
  const Json &table = data["tables"][0];
  ASSERT_EQ(table["folds"].size(), 1u);
  EXPECT_EQ(table["folds"][0]["label"], "facet forces: 0 N in all variants at L3-L4, L4-L5");
  ASSERT_EQ(table["folds"][0]["rows"].size(), 4u);
  for (const Json &row : table["folds"][0]["rows"])
    expect_within(table["rows"][row.get<std::size_t>()][2], "facet force");
}
} // namespace lumbarfem::report_tests
