#include "app/simulation/reference_rotation.h"
#include "app/simulation/run_folder.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/folder_replacement.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

namespace lumbarfem
{
namespace
{
namespace fs = std::filesystem;

/// An empty folder that goes away, with a result folder in it.
class RunFolders : public testing::Test
{
protected:
  RunFolders()
      : root_(testing::TempDir() + "lumbarfem_run_folder_" +
              testing::UnitTest::GetInstance()->current_test_info()->name()),
        output_(root_ + "/results")
  {
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  ~RunFolders() override { fs::remove_all(root_); }

  static RunManifest manifest(const std::string &run)
  {
    RunManifest result;
    result.run = run;
    result.command = "run";
    result.entries = {"study.toml", "results.csv", "intact"};
    return result;
  }

  static void write_tables(const std::string &work, const std::string &run)
  {
    write_text(work + "/study.toml", "study of " + run);
    write_text(work + "/results.csv", "table of " + run);
    fs::create_directories(work + "/intact");
    write_text(work + "/intact/summary.json", "summary of " + run);
  }

  /// A whole run.
  void run(const std::string &name, RunState state = RunState::complete)
  {
    RunFolder folder(output_, "run");
    folder.begin(manifest(name));
    write_tables(folder.work(), name);
    folder.end(state);
  }

  std::string table() const { return read_text(output_ + "/results.csv"); }

  std::string message_of(const std::function<void()> &work) const
  {
    try {
      work();
    } catch (const UserError &error) {
      return error.what();
    }
    return "(no error)";
  }

  std::string root_, output_;
};
TEST_F(RunFolders, AFreshFolderIsWrittenInPlace)
{
  RunFolder folder(output_, "run");
  folder.begin(manifest("aaaaaaaaaaaaaaaa"));
  EXPECT_EQ(folder.work(), output_);
  EXPECT_EQ(read_manifest(output_)->state, RunState::running) << "whoever looks meanwhile knows";
  write_tables(folder.work(), "aaaaaaaaaaaaaaaa");
  EXPECT_EQ(folder.end(RunState::complete), output_);
  const RunManifest found = read_manifest(output_).value();
  EXPECT_EQ(found.state, RunState::complete);
  EXPECT_EQ(found.files.size(), 3u);
  EXPECT_FALSE(found.end_time.empty());
}

TEST_F(RunFolders, EarlierResultsStayUntilTheEnd)
{
  run("aaaaaaaaaaaaaaaa");
  RunFolder folder(output_, "run");
  folder.begin(manifest("bbbbbbbbbbbbbbbb"));
  EXPECT_NE(folder.work(), output_);
  write_tables(folder.work(), "bbbbbbbbbbbbbbbb");
  EXPECT_EQ(table(), "table of aaaaaaaaaaaaaaaa");
  EXPECT_EQ(read_manifest(output_)->run, "aaaaaaaaaaaaaaaa");
  EXPECT_EQ(folder.end(RunState::complete), output_);
  EXPECT_EQ(table(), "table of bbbbbbbbbbbbbbbb");
  EXPECT_EQ(read_manifest(output_)->run, "bbbbbbbbbbbbbbbb");
  EXPECT_TRUE(staging_folders(output_).empty());
}

TEST_F(RunFolders, ARunThatDidNotComeToAnEndStaysBeside)
{
  run("aaaaaaaaaaaaaaaa");
  for (const RunState state : {RunState::stopped, RunState::failed}) {
    run("bbbbbbbbbbbbbbbb", state);
    EXPECT_EQ(table(), "table of aaaaaaaaaaaaaaaa");
    ASSERT_EQ(staging_folders(output_).size(), 1u);
    EXPECT_EQ(read_manifest(staging_folders(output_).front())->state, state);
  }
  run("cccccccccccccccc");
  EXPECT_EQ(table(), "table of cccccccccccccccc") << "it came to an end of its own";
  EXPECT_TRUE(staging_folders(output_).empty());
}

TEST_F(RunFolders, ARunThatDidNotConvergeTakesTheEarlierOnesPlaceUnlessThatWasComplete)
{
  run("aaaaaaaaaaaaaaaa", RunState::not_converged);
  run("bbbbbbbbbbbbbbbb", RunState::not_converged);
  EXPECT_EQ(table(), "table of bbbbbbbbbbbbbbbb");
  EXPECT_TRUE(staging_folders(output_).empty());
  run("cccccccccccccccc");
  run("dddddddddddddddd", RunState::not_converged);
  EXPECT_EQ(table(), "table of cccccccccccccccc");
  EXPECT_EQ(read_manifest(output_)->run, "cccccccccccccccc");
  ASSERT_EQ(staging_folders(output_).size(), 1u);
  EXPECT_EQ(read_manifest(staging_folders(output_).front())->run, "dddddddddddddddd");
}

TEST_F(RunFolders, FinishedVariantsGoForNoRunThatHasThemNot)
{
  const auto with_intact = [&](const std::string &identity, bool has_converged, RunState state) {
    RunFolder folder(output_, "run");
    RunManifest one = manifest(identity);
    one.variants = {{"intact", true, ""}};
    folder.begin(one);
    write_tables(folder.work(), identity);
    write_text(folder.work() + "/intact/summary.json",
               std::string("{\"run\": {\"converged\": ") + (has_converged ? "true" : "false") + "}}");
    folder.end(state);
  };
  with_intact("aaaaaaaaaaaaaaaa", true, RunState::stopped); // in place: there was nothing
  with_intact("bbbbbbbbbbbbbbbb", false, RunState::not_converged);
  EXPECT_EQ(table(), "table of aaaaaaaaaaaaaaaa");
  with_intact("cccccccccccccccc", true, RunState::not_converged);
  EXPECT_EQ(table(), "table of cccccccccccccccc");
}

TEST_F(RunFolders, FinishedVariantsOfARunThatDidNotEndAreKept)
{
  run("aaaaaaaaaaaaaaaa");
  {
    RunFolder folder(output_, "run");
    RunManifest stopped = manifest("bbbbbbbbbbbbbbbb");
    stopped.variants = {{"intact", true, ""}};
    folder.begin(stopped);
    write_tables(folder.work(), "bbbbbbbbbbbbbbbb");
    write_text(folder.work() + "/intact/summary.json", "{\"run\": {\"converged\": true}}");
    folder.end(RunState::stopped);
  }
  run("cccccccccccccccc");
  EXPECT_EQ(table(), "table of cccccccccccccccc");
  ASSERT_EQ(staging_folders(output_).size(), 1u);
  EXPECT_EQ(read_text(staging_folders(output_).front() + "/results.csv"), "table of bbbbbbbbbbbbbbbb");
}

TEST_F(RunFolders, APartOfOtherResultsIsNotReplacedByItself)
{
  {
    RunFolder folder(output_, "run");
    RunManifest part = manifest("aaaaaaaaaaaaaaaa");
    part.part_of = "ffffffffffffffff";
    folder.begin(part);
    write_tables(folder.work(), "aaaaaaaaaaaaaaaa");
    folder.end(RunState::complete);
  }
  RunFolder folder(output_, "run");
  EXPECT_NE(message_of([&] {
              folder.begin(manifest("bbbbbbbbbbbbbbbb"));
            }).find("holds a part of the results of run ffffffffffffffff"),
            std::string::npos);
  EXPECT_EQ(table(), "table of aaaaaaaaaaaaaaaa");
}

TEST_F(RunFolders, ARunThatReachedNothingTakesNoPlace)
{
  run("aaaaaaaaaaaaaaaa");
  RunFolder folder(output_, "run");
  folder.begin(manifest("bbbbbbbbbbbbbbbb"));
  fs::create_directories(folder.work() + "/intact"); // not converged within the preload: no table of the whole
  write_text(folder.work() + "/intact/summary.json", "summary of bbbbbbbbbbbbbbbb");
  EXPECT_NE(folder.end(RunState::not_converged), output_);
  EXPECT_EQ(table(), "table of aaaaaaaaaaaaaaaa");
  EXPECT_EQ(read_manifest(output_)->run, "aaaaaaaaaaaaaaaa");
}

TEST_F(RunFolders, AnExceptionLeavesTheEarlierResults)
{
  run("aaaaaaaaaaaaaaaa");
  try {
    RunFolder folder(output_, "run");
    folder.begin(manifest("bbbbbbbbbbbbbbbb"));
    write_tables(folder.work(), "bbbbbbbbbbbbbbbb");
    throw std::runtime_error("in the middle");
  } catch (const std::runtime_error &) {
  }
  EXPECT_EQ(table(), "table of aaaaaaaaaaaaaaaa");
  ASSERT_EQ(staging_folders(output_).size(), 1u);
  EXPECT_EQ(read_manifest(staging_folders(output_).front())->state, RunState::failed);
}

TEST_F(RunFolders, ARefusedRunLeavesNothing)
{
  try {
    RunFolder folder(output_ + "/deeper/still", "run");
    throw UserError("refused");
  } catch (const UserError &) {
  }
  EXPECT_FALSE(fs::exists(output_)) << "nor the folders above it";
}

TEST_F(RunFolders, TheSecondWriterIsRefused)
{
  RunFolder folder(output_, "run");
  folder.begin(manifest("aaaaaaaaaaaaaaaa"));
  EXPECT_NE(message_of([&] { RunFolder(output_, "run"); }).find("is being written"), std::string::npos);
}

TEST_F(RunFolders, AnotherCommandsResultsAreNotReplaced)
{
  run("aaaaaaaaaaaaaaaa");
  const std::string message = message_of([&] { RunFolder(output_, "mesh"); });
  EXPECT_NE(message.find("\"lumbarfem run\" made"), std::string::npos) << message;
  EXPECT_EQ(table(), "table of aaaaaaaaaaaaaaaa");
}

TEST_F(RunFolders, FilesOfTheUserAreNotOverwritten)
{
  for (const char *name : {"results.csv", "study.toml", "intact"}) {
    fs::create_directories(output_);
    write_text(output_ + "/" + name, "mine");
    const std::string message = message_of([&] {
      RunFolder folder(output_, "run");
      folder.begin(manifest("aaaaaaaaaaaaaaaa"));
    });
    EXPECT_NE(message.find(std::string(name) + ": is there already"), std::string::npos) << message;
    EXPECT_EQ(read_text(output_ + "/" + name), "mine");
    fs::remove_all(output_);
  }
}

TEST_F(RunFolders, ATableThatWasChangedIsNotLost)
{
  run("aaaaaaaaaaaaaaaa");
  write_text(output_ + "/results.csv", "with my remarks");
  const std::string message = message_of([&] {
    RunFolder folder(output_, "run");
    folder.begin(manifest("bbbbbbbbbbbbbbbb"));
  });
  EXPECT_NE(message.find("is not the file that the run aaaaaaaaaaaaaaaa wrote"), std::string::npos) << message;
  EXPECT_EQ(table(), "with my remarks");
}

/// A study that lies where its results go is the user's: it is neither taken over nor removed, now or later.
TEST_F(RunFolders, TheStudyInItsOwnFolderStays)
{
  fs::create_directories(output_);
  write_text(output_ + "/study.toml", "mine");
  for (const char *name : {"aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"}) {
    RunFolder folder(output_, "run");
    folder.begin(manifest(name), {{"study.toml", "mine"}});
    write_text(folder.work() + "/results.csv", std::string("table of ") + name);
    folder.end(RunState::complete);
    EXPECT_EQ(read_text(output_ + "/study.toml"), "mine");
    EXPECT_FALSE(read_manifest(output_)->find_file("study.toml"));
  }
  EXPECT_EQ(table(), "table of bbbbbbbbbbbbbbbb");
}

TEST_F(RunFolders, TheCopyInAResultFolderCanBeRun)
{
  run("aaaaaaaaaaaaaaaa");
  RunFolder folder(output_, "run");
  folder.begin(manifest("bbbbbbbbbbbbbbbb"), {{"study.toml", "study of aaaaaaaaaaaaaaaa"}});
  write_text(folder.work() + "/study.toml", "study of aaaaaaaaaaaaaaaa");
  write_text(folder.work() + "/results.csv", "table of bbbbbbbbbbbbbbbb");
  folder.end(RunState::complete);
  EXPECT_EQ(read_text(output_ + "/study.toml"), "study of aaaaaaaaaaaaaaaa");
  EXPECT_EQ(table(), "table of bbbbbbbbbbbbbbbb");
}

TEST_F(RunFolders, AnswersOfTheReferenceAreByDirection)
{
  const auto never = [] { return false; };
  write_reference_rotation(root_, "flexion", 0.125);
  mark_reference_failed(root_, "extension");
  close_reference_rotations(root_, {Direction::flexion, Direction::extension, Direction::left_bending}, true);
  close_reference_rotations(root_, {Direction::left_bending, Direction::right_bending}, false);
  EXPECT_EQ(read_reference_rotation(root_, "flexion", true, MPI_COMM_SELF, never), 0.125);
  EXPECT_THROW(read_reference_rotation(root_, "extension", true, MPI_COMM_SELF, never), NotConverged);
  EXPECT_THROW(read_reference_rotation(root_, "left_lateral_bending", true, MPI_COMM_SELF, never), NotConverged);
  // Stopped or killed: not yet, and no verdict.
  EXPECT_THROW(read_reference_rotation(root_, "right_lateral_bending", true, MPI_COMM_SELF, never), Stopped);
  EXPECT_THROW(read_reference_rotation(root_, "left_axial_rotation", false, MPI_COMM_SELF, never), UserError);
  EXPECT_THROW(read_reference_rotation(root_, "left_axial_rotation", true, MPI_COMM_SELF, [] { return true; }),
               Stopped);
}
} // namespace
} // namespace lumbarfem
