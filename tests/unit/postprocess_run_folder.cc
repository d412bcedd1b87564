#include "base/digest.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/figure_identity.h"
#include "postprocess/folder_lock.h"
#include "postprocess/folder_replacement.h"
#include "postprocess/measures/measure_definitions.h"
#include "postprocess/opened_results.h"
#include "postprocess/report/report.h"
#include "postprocess_report_support.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <sstream>

namespace lumbarfem::report_tests
{
namespace
{
namespace fs = std::filesystem;

std::set<std::string> files_in(const std::string &folder)
{
  std::set<std::string> files;
  for (const auto &entry : fs::recursive_directory_iterator(folder))
    if (!entry.is_directory())
      files.insert(entry.path().lexically_relative(folder).generic_string());
  return files;
}

TEST(RunManifest, OnlyNamesThatTheProgramWritesAreARunsOwn)
{
  for (const char *name : {"spine.pvd", "solid.pvd", "solid_0012.pvtu", "lines_0000.vtp", "facets_10000.vtp",
                           "spine_0003.vtm", "parts/solid_0003_L4-L5_cartilage_endplates_000.vtu",
                           "parts/follower_load_0002.vtp", "results.csv", "results.csv.part", "solid_0012.pvtu.part"})
    EXPECT_TRUE(is_name_of_run(std::string("out/intact/flexion-hybrid/") + name)) << name;
  for (const char *name :
       {"my_clip.vtp", "clip.pvd", "solid.vtu", "solid_clip.vtp", "spine_12.vtm", "parts/clip.vtp",
        "parts/solid_cut.vtu", "lines_0000.vtu", "notes.part", "clip.vtm", "follower_load_0002.vtp", "disc_idp.svg"})
    EXPECT_FALSE(is_name_of_run(std::string("out/intact/flexion-hybrid/") + name)) << name;
  EXPECT_TRUE(is_name_of_run("figures/disc_idp.svg"));
  EXPECT_FALSE(is_name_of_run("intact/figures/mine.svg"));
}

/// A run of one variant whose tables hold the run's own identity.
RunManifest write_run(const std::string &folder, const std::string &run, const std::string &variant)
{
  fs::create_directories(folder + "/" + variant + "/flexion-hybrid");
  write_text(folder + "/results.csv", "table of " + run);
  write_text(folder + "/" + variant + "/summary.json", "summary of " + run);
  write_text(folder + "/" + variant + "/flexion-hybrid/solid.pvd", "fields of " + run);
  return write_manifest_of(folder, {variant}, run);
}

template <typename Work>
std::string message_of(const Work &work)
{
  try {
    work();
  } catch (const UserError &error) {
    return error.what();
  }
  return "(no error)";
}
} // namespace

TEST(Manifest, RoundTrip)
{
  const ScratchFolder folder;
  RunManifest manifest = write_run(folder.path(), "aaaa", "intact");
  manifest.part_of = "bbbbbbbbbbbbbbbb";
  manifest.command_line = {"run", "study.toml", "--set", "a=\"b\""};
  manifest.program = {"0.2.0", "abc-dirty", "GNU 12", "Release", {{"MUMPS", "5.5"}}};
  manifest.hashes = {"m", "d", "f", "l"};
  manifest.parts["6mm"] = "cccc";
  manifest.departures = {"--quick", "--set a=\"b\""};
  write_manifest(folder.path(), manifest);
  const RunManifest read = read_manifest(folder.path()).value();
  EXPECT_EQ(read.run, "aaaa");
  EXPECT_EQ(read.part_of, "bbbbbbbbbbbbbbbb");
  EXPECT_EQ(read.command_line, manifest.command_line);
  EXPECT_EQ(read.program.git_revision, "abc-dirty");
  EXPECT_EQ(read.program.libraries.at("MUMPS"), "5.5");
  EXPECT_EQ(read.identity().frozen_hash, manifest.hashes.frozen());
  EXPECT_EQ(read.parts.at("6mm"), "cccc");
  EXPECT_EQ(read.departures, manifest.departures);
  ASSERT_TRUE(read.find_variant("intact"));
  EXPECT_TRUE(read.find_variant("intact")->is_reference);
  EXPECT_FALSE(read.find_variant("fused"));
  ASSERT_TRUE(read.find_file("results.csv"));
  EXPECT_EQ(read.find_file("results.csv")->sha256, sha256("table of aaaa"));
  EXPECT_EQ(read.find_file("results.csv")->bytes, 13u);
  ASSERT_TRUE(read.find_file("intact/flexion-hybrid/solid.pvd"));
  EXPECT_EQ(read.find_file("intact/flexion-hybrid/solid.pvd")->sha256.size(), 64u);
}

TEST(Manifest, TheFrozenHashFollowsEachOfItsParts)
{
  const FrozenHashes hashes{"a", "b", "c", "d"};
  std::set<std::string> all = {hashes.frozen()};
  for (const auto member :
       {&FrozenHashes::material_library, &FrozenHashes::measures, &FrozenHashes::follower_path, &FrozenHashes::loads}) {
    FrozenHashes changed = hashes;
    changed.*member += "x";
    all.insert(changed.frozen());
  }
  EXPECT_EQ(all.size(), 5u);
  EXPECT_EQ(hashes.frozen().size(), 16u);
}

TEST(Manifest, AChangedTableIsNoticed)
{
  const ScratchFolder folder;
  const RunManifest manifest = write_run(folder.path(), "aaaa", "intact");
  EXPECT_NO_THROW(check_file(folder.path(), manifest, "results.csv"));
  write_text(folder.path() + "/results.csv", "table of aaab");
  EXPECT_NE(message_of([&] { check_file(folder.path(), manifest, "results.csv"); }).find("is not the file"),
            std::string::npos);
  EXPECT_NO_THROW(check_file(folder.path(), manifest, "notes.txt")) << "not listed";
}

/// What a manifest lists is removed with its run: it must not reach out of the folder.
TEST(Manifest, PathsStayWithinTheFolder)
{
  const ScratchFolder folder;
  for (const std::string path : {"../other", "/etc/passwd", "a/../../b"}) {
    RunManifest manifest = write_run(folder.path(), "aaaa", "intact");
    manifest.files.push_back({path, 1, ""});
    write_manifest(folder.path(), manifest);
    EXPECT_NE(message_of([&] { read_manifest(folder.path()); }).find("does not lie within"), std::string::npos) << path;
  }
}

TEST(Replacement, NothingOfTheOldRunIsLeftAndNothingElseIsTouched)
{
  const ScratchFolder folder;
  const std::string output = folder.path();
  const RunManifest old = write_run(output, "aaaa", "intact");
  write_text(
      output + "/report.html",
      fill_page("<head><meta name=\"generator\" content=\"LumbarFEM\"></head>__LUMBARFEM_REPORT_DATA__", Json()));
  write_text(output + "/notes.txt", "mine");
  write_text(output + "/intact/notes.txt", "mine");
  const std::string staging = output + "/" + staging_name("bbbbbbbbbbbbbbbb");
  write_run(staging, "bbbbbbbbbbbbbbbb", "fused");
  EXPECT_EQ(staging_folders(output), std::vector<std::string>{staging});
  replace_run(output, staging, old);
  EXPECT_EQ(files_in(output), (std::set<std::string>{"manifest.json", "results.csv", "notes.txt", "intact/notes.txt",
                                                     "fused/summary.json", "fused/flexion-hybrid/solid.pvd"}));
  EXPECT_EQ(read_text(output + "/results.csv"), "table of bbbbbbbbbbbbbbbb");
  EXPECT_EQ(read_manifest(output)->run, "bbbbbbbbbbbbbbbb");
}

/// Killed at any of its steps, the replacement is finished by whoever comes next, and the new run is whole then.
TEST(Replacement, CanBeFinishedFromWhereverItWasInterrupted)
{
  const ScratchFolder folder;
  const std::string output = folder.path() + "/results", staging = output + "/" + staging_name("bbbbbbbbbbbbbbbb");
  const auto prepare = [&] {
    fs::remove_all(output);
    fs::create_directories(output);
    write_run(output, "aaaa", "intact");
    write_run(staging, "bbbbbbbbbbbbbbbb", "intact");
  };
  const std::set<std::string> wanted = {"manifest.json", "results.csv", "intact/summary.json",
                                        "intact/flexion-hybrid/solid.pvd"};
  const auto expect_new_run = [&](const char *where) {
    EXPECT_TRUE(is_replacement_pending(output)) << where;
    finish_replacement(output);
    EXPECT_FALSE(is_replacement_pending(output)) << where;
    EXPECT_EQ(files_in(output), wanted) << where;
    EXPECT_EQ(read_text(output + "/results.csv"), "table of bbbbbbbbbbbbbbbb") << where;
    EXPECT_EQ(read_text(output + "/intact/flexion-hybrid/solid.pvd"), "fields of bbbbbbbbbbbbbbbb") << where;
    EXPECT_EQ(read_manifest(output)->run, "bbbbbbbbbbbbbbbb") << where;
  };
  prepare();
  fs::rename(output + "/manifest.json", staging + "/replaced.json");
  EXPECT_FALSE(read_manifest(output)) << "nobody takes the old tables for results";
  expect_new_run("after the old manifest was moved");
  prepare();
  fs::rename(output + "/manifest.json", staging + "/replaced.json");
  fs::remove(output + "/results.csv");
  expect_new_run("while the old files are removed");
  prepare();
  fs::rename(output + "/manifest.json", staging + "/removed.json");
  remove_run(output, *read_manifest_file(staging + "/removed.json"));
  fs::rename(staging + "/results.csv", output + "/results.csv");
  expect_new_run("while the new files are moved");
  prepare();
  const RunManifest old = *read_manifest(output);
  remove_run(output, old);
  for (const char *file : {"results.csv", "manifest.json"})
    fs::rename(staging + "/" + file, output + "/" + file);
  fs::create_directories(output + "/intact");
  fs::rename(staging + "/intact/summary.json", output + "/intact/summary.json");
  fs::rename(staging + "/intact/flexion-hybrid", output + "/intact/flexion-hybrid");
  write_manifest_file(staging + "/removed.json", old);
  expect_new_run("after the new manifest was moved");
}

TEST(Replacement, ARunWithoutEndOwnsWhatItSaidItWouldWrite)
{
  const ScratchFolder folder;
  RunManifest manifest = write_run(folder.path(), "aaaa", "intact");
  manifest.files.clear();
  manifest.state = RunState::running;
  write_text(folder.path() + "/notes.txt", "mine");
  write_text(folder.path() + "/intact/notes.txt", "mine");
  EXPECT_TRUE(has_results(folder.path(), manifest));
  remove_run(folder.path(), manifest);
  EXPECT_EQ(files_in(folder.path()), (std::set<std::string>{"notes.txt", "intact/notes.txt"}));
}

TEST(Replacement, TablesWithoutAManifestAreNobodysToReplace)
{
  const ScratchFolder folder;
  EXPECT_FALSE(manifest_of_output(folder.path()));
  write_text(folder.path() + "/study.toml", "mine");
  fs::create_directories(folder.path() + "/elsewhere");
  write_text(folder.path() + "/elsewhere/results.csv", "of another study");
  EXPECT_FALSE(manifest_of_output(folder.path())) << "a folder with a study is no result";
  write_run(folder.path(), "aaaa", "intact");
  fs::remove(folder.path() + "/manifest.json");
  EXPECT_FALSE(manifest_of_output(folder.path())) << "results.csv is somebody else's table";
  write_results(folder.path() + "/results.csv", motion_rows("intact", 1));
  const std::string message = message_of([&] { manifest_of_output(folder.path()); });
  EXPECT_NE(message.find("tables of \"lumbarfem run\" without manifest.json"), std::string::npos) << message;
}

TEST(Replacement, AVariantsFolderIsAPartOfItsRun)
{
  const ScratchFolder folder;
  write_run(folder.path(), "aaaa", "intact");
  fs::create_directories(folder.path() + "/intact/flexion-load_control");
  fs::create_directories(folder.path() + "/mine");
  for (const char *inner : {"/intact", "/intact/flexion-load_control"}) {
    const std::string message = message_of([&] { manifest_of_output(folder.path() + inner); });
    EXPECT_NE(message.find("is a part of the results in"), std::string::npos) << message;
  }
  EXPECT_FALSE(manifest_of_output(folder.path() + "/mine"));
}

TEST(Lock, OneWriterAtATime)
{
  const ScratchFolder folder;
  EXPECT_FALSE(is_locked(folder.path()));
  {
    const FolderLock lock(folder.path(), "lumbarfem run");
    ASSERT_TRUE(lock.is_kept());
    EXPECT_TRUE(is_locked(folder.path()));
    const std::string message = message_of([&] { FolderLock second(folder.path(), "lumbarfem run"); });
    EXPECT_NE(message.find("is being written by another command (lumbarfem run, process"), std::string::npos)
        << message;
  }
  EXPECT_FALSE(is_locked(folder.path()));
  EXPECT_NO_THROW(FolderLock(folder.path(), "lumbarfem run"));
}

/// No stale lock is left by a process that was killed.
TEST(Lock, EndsWithItsProcess)
{
  const ScratchFolder folder;
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t process = fork();
  if (process == 0) {
    try {
      const FolderLock lock(folder.path(), "lumbarfem run");
      const char byte = 1;
      if (write(ready[1], &byte, 1) == 1)
        pause();
    } catch (...) {
    }
    _exit(1);
  }
  close(ready[1]); // so that the end of the process ends the wait for its byte
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  EXPECT_TRUE(is_locked(folder.path()));
  kill(process, SIGKILL);
  waitpid(process, nullptr, 0);
  EXPECT_FALSE(is_locked(folder.path()));
  close(ready[0]);
}

TEST(OpenedResults, SayWhatIsNotComplete)
{
  const ScratchFolder folder;
  RunManifest manifest = write_run(folder.path(), "aaaa", "intact");
  EXPECT_TRUE(open_results(folder.path()).remarks.empty());
  manifest.state = RunState::running;
  write_manifest(folder.path(), manifest);
  {
    const FolderLock lock(folder.path(), "lumbarfem run");
    const OpenedResults opened = open_results(folder.path());
    EXPECT_FALSE(opened.has_ended);
    ASSERT_EQ(opened.remarks.size(), 1u);
    EXPECT_NE(opened.remarks[0].find("is still going on"), std::string::npos) << opened.remarks[0];
  }
  ASSERT_EQ(open_results(folder.path()).remarks.size(), 1u);
  EXPECT_NE(open_results(folder.path()).remarks[0].find("was interrupted"), std::string::npos);
  manifest.state = RunState::complete;
  write_manifest(folder.path(), manifest);
  write_run(folder.path() + "/" + staging_name("bbbbbbbbbbbbbbbb"), "bbbbbbbbbbbbbbbb", "intact");
  ASSERT_EQ(open_results(folder.path()).remarks.size(), 1u);
  EXPECT_NE(open_results(folder.path()).remarks[0].find("Left out: "), std::string::npos);
}

/// A file system that takes no more: an error, and nothing half is left.
TEST(AtomicFile, AFileThatDoesNotFitIsAnError)
{
  const ScratchFolder folder;
  const std::string path = folder.path() + "/table.csv", text(100000, 'x');
  write_text(path, "before");
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 4096;
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string written = message_of([&] { write_text(path, text); });
  const std::string appended = message_of([&] { append_text(path, text); });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_DFL);
  EXPECT_EQ(written, "cannot write " + path + ": File too large");
  EXPECT_EQ(appended, "cannot write " + path + ": File too large");
  EXPECT_EQ(read_text(path), "before");
  EXPECT_EQ(files_in(folder.path()), std::set<std::string>{"table.csv"});
}

TEST(Measures, TheHashFollowsTheList)
{
  std::set<std::string> hashes = {measure_hash(), measure_hash(measure_definitions(), measure_version + 1)};
  for (std::string MeasureDefinition::*member :
       {&MeasureDefinition::quantity, &MeasureDefinition::units, &MeasureDefinition::sentence}) {
    std::vector<MeasureDefinition> changed = measure_definitions();
    changed.front().*member += "x";
    hashes.insert(measure_hash(changed));
  }
  EXPECT_EQ(hashes.size(), 5u);
  EXPECT_EQ(measure_hash().size(), 64u);
  std::set<std::string> names;
  for (const MeasureDefinition &definition : measure_definitions()) {
    EXPECT_TRUE(names.insert(definition.quantity).second) << definition.quantity << " stands twice";
    EXPECT_FALSE(definition.units.empty() || definition.sentence.empty()) << definition.quantity;
  }
}

/// Every quantity of the list has its definition in the documentation, and no other has one there.
TEST(Measures, TheListIsThatOfTheDocumentation)
{
  const std::string text = read_text(LUMBARFEM_TEST_DATA "/../../docs/measures.md");
  for (const MeasureDefinition &definition : measure_definitions())
    EXPECT_NE(text.find("`" + definition.quantity + "`"), std::string::npos) << definition.quantity;
  std::set<std::string> quantities;
  for (const MeasureDefinition &definition : measure_definitions())
    quantities.insert(definition.quantity);
  int n_documented = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("| `", 0) != 0)
      continue;
    std::istringstream cell(line.substr(2, line.find('|', 2) - 2));
    for (std::string blank, word; std::getline(cell, blank, '`') && std::getline(cell, word, '`'); ++n_documented)
      EXPECT_EQ(quantities.count(word), 1u) << word;
  }
  EXPECT_GT(n_documented, 30);
}

TEST(FigureIdentity, IsReadOfBothKindsOfText)
{
  const ScratchFolder folder;
  const auto chunk = [](const std::string &content) {
    const std::size_t length = content.size() - 4; // without the type
    return std::string({'\0', '\0', '\0', static_cast<char>(length)}) + content + "CRC_";
  };
  const auto origin = [&](const std::string &texts) {
    write_text(folder.path() + "/picture.png", "\x89PNG\r\n\x1a\n" + texts);
    return origin_of_figure(folder.path() + "/picture.png");
  };
  const std::string zero(1, '\0'), none(5, '\0');
  const FigureOrigin rendered = origin(chunk("iTXtSoftware" + none + "LumbarFEM") +
                                       chunk("iTXtResult" + none + "aaaa") + chunk("iTXtFile" + none + "sagittal.png"));
  EXPECT_TRUE(rendered.is_drawn_here);
  EXPECT_EQ(rendered.run, "aaaa");
  EXPECT_EQ(rendered.file, "sagittal.png");
  // With the digest of its picture, and drawn on.
  const std::string texts = chunk("iTXtSoftware" + none + "LumbarFEM") + chunk("iTXtResult" + none + "aaaa") +
                            chunk("iTXtDigest" + none + sha256("picture"));
  EXPECT_TRUE(origin(texts + "picture").is_drawn_here);
  EXPECT_FALSE(origin(texts + "another picture").is_drawn_here);
  EXPECT_EQ(origin(texts + "another picture").run, "");
  // As matplotlib writes it.
  const FigureOrigin plotted = origin(chunk("tEXtSoftware" + zero + "LumbarFEM") + chunk("tEXtResult" + zero + "bbbb"));
  EXPECT_TRUE(plotted.is_drawn_here);
  EXPECT_EQ(plotted.run, "bbbb");
  EXPECT_EQ(plotted.file, "");
}

TEST(FigureIdentity, IsEmptyForOtherFiles)
{
  const ScratchFolder folder;
  write_text(folder.path() + "/picture.png", "\x89PNG\r\n\x1a\n" + std::string(100, '0'));
  EXPECT_FALSE(origin_of_figure(folder.path() + "/picture.png").is_drawn_here);
  EXPECT_FALSE(origin_of_figure(folder.path() + "/absent.png").is_drawn_here);
}
} // namespace lumbarfem::report_tests
