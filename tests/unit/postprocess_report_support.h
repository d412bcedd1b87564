/// Result folders for the tests of the report, written by the program's own writers.
#pragma once

#include "postprocess/atomic_file.h"
#include "postprocess/report/result_folder.h"
#include "postprocess/result_writer.h"
#include "postprocess/run_manifest.h"
#include "postprocess/summary_writer.h"
#include "result_rows.h"
#include "tests/support/scratch_path.h"

#include <gtest/gtest.h>
#include <mpi.h>

#include <filesystem>

namespace lumbarfem::report_tests
{
/// An empty folder of this test and rank, removed at the end.
class ScratchFolder
{
public:
  ScratchFolder()
  {
    path_ = scratch_path("folder");
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~ScratchFolder()
  {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder &) = delete;
  ScratchFolder &operator=(const ScratchFolder &) = delete;
  const std::string &path() const { return path_; }

private:
  std::string path_;
};

const RunIdentity identity{"0123456789abcdef", FrozenHashes().frozen()};

/// manifest.json of a run of these variants, the first of which is the reference; lists the files that are there.
inline RunManifest write_manifest_of(const std::string &folder, const std::vector<std::string> &variants,
                                     const std::string &run = identity.run, RunState state = RunState::complete)
{
  RunManifest manifest;
  manifest.run = run;
  manifest.command = "run";
  manifest.state = state;
  manifest.start_time = "2026-01-01T00:00:00Z";
  manifest.entries = {"results.csv"};
  for (const std::string &variant : variants) {
    manifest.variants.push_back({variant, variant == variants.front(), ""});
    manifest.entries.push_back(variant);
  }
  manifest.files = list_files(folder, manifest.entries);
  write_manifest(folder, manifest);
  return manifest;
}

/// A variant whose levels turn by 4, 5 and 6 degrees times a factor in the second of two steps.
inline std::vector<ResultRow> motion_rows(const std::string &variant, double factor)
{
  std::vector<ResultRow> rows;
  const std::pair<const char *, double> levels[] = {{"L3-L4", 4}, {"L4-L5", 5}, {"L5-S1", 6}, {"", 15}};
  for (const int step : {1, 2})
    for (const auto &[level, rotation] : levels) {
      rows.push_back(row(variant, "rom", level, "", "", "primary", "value", rotation * factor * step / 2, "deg"));
      rows.back().context.run = identity.run;
      rows.back().context.step = step;
      rows.back().context.load_factor = step / 2.;
      rows.back().context.moment_Nm = 7.5 * step / 2;
    }
  return rows;
}

inline std::string study_text(const std::string &variant, bool reference, const std::string &more = "",
                              const std::string &title = "A study")
{
  return "[study]\ntitle = '''" + title + "'''\nquestion = \"What?\"\n[mesh]\nresolution = 9\nelement = \"q2p1\"\n" +
         more + "\n[[variant]]\nname = \"" + variant + "\"\nreference = " + (reference ? "true" : "false") + "\n";
}

inline RunProvenance provenance(const std::string &study)
{
  RunProvenance result;
  result.program.version = "0.1.0";
  result.program.git_revision = "abc123";
  result.identity = identity;
  result.study_text = study;
  result.start_time = "2026-01-01T00:00:00Z";
  result.seconds["total"] = 1.5;
  const auto step = [](double load_factor, double residual_N) {
    return StepRecord{"moment", "flexion", "load_control", 1, load_factor, true, 2, residual_N, 1};
  };
  result.steps = {step(0.5, 0.5), step(1, 0.25)};
  return result;
}

/// summary.json and the rows of one variant.
inline void write_variant(const std::string &folder, const std::string &variant, const std::string &study,
                          const std::vector<ResultRow> &rows, const TreatedLevels &treated = {})
{
  std::filesystem::create_directories(folder + "/" + variant);
  RunProvenance origin = provenance(study);
  origin.treated = treated;
  write_summary(folder + "/" + variant + "/summary.json", origin, rows);
}

/// intact (reference) and fused, which turns half as far; rods over L4-L5.
inline void write_two_variants(const std::string &folder, const std::string &title = "A study")
{
  std::vector<ResultRow> rows = motion_rows("intact", 1);
  write_variant(folder, "intact", study_text("intact", true, "", title), rows);
  const std::vector<ResultRow> more = motion_rows("fused", 0.5);
  write_variant(
      folder, "fused",
      study_text("fused", false, "[[surgery.rod]]\nname = \"rod_left\"\nupper = \"L4\"\nlower = \"L5\"\n", title), more,
      {{Level::L4}, {}, {}});
  rows.insert(rows.end(), more.begin(), more.end());
  for (ResultRow &one : rows)
    one.context.study = title;
  write_results(folder + "/results.csv", rows);
  write_manifest_of(folder, {"intact", "fused"});
}
} // namespace lumbarfem::report_tests
