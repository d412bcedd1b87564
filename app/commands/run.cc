/// lumbarfem run: solves the variants of a study, one after another or side by side.
#include "app/commands/report_page.h"
#include "app/commands/study_selection.h"
#include "app/simulation/gathered_results.h"
#include "app/simulation/job_pool.h"
#include "app/simulation/provenance.h"
#include "app/simulation/reference_rotation.h"
#include "app/simulation/study_runner.h"
#include "app/simulation/work_slot.h"
#include "base/user_error.h"

#include <mpi.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>

namespace lumbarfem
{
namespace po = boost::program_options;
namespace
{
/// Nothing of an earlier run may be taken for this one's.
void prepare_output(const std::string &output, const std::string &study, const StudyFile &file)
{
  try {
    std::filesystem::create_directories(output);
    clear_reference_rotations(output);
    for (const char *name : {"results.csv", "comparison.txt", "comparison.md", "report.html"})
      std::filesystem::remove(output + "/" + name);
    for (const Study &variant : file.variants)
      for (const char *name : {"results.csv", "summary.json", "waiting"})
        std::filesystem::remove(output + "/" + variant.variant + "/" + name);
    std::filesystem::copy_file(study, output + "/study.toml", std::filesystem::copy_options::overwrite_existing);
  } catch (const std::filesystem::filesystem_error &error) {
    throw UserError("--output " + output + ": cannot write there (" + error.code().message() + ")");
  }
}

void print_start(const StudyFile &file, const std::string &output)
{
  const std::string blas = blas_in_use();
  std::printf("LumbarFEM %s (%s), BLAS: %s\n", program_version().c_str(), git_revision().c_str(), blas.c_str());
  if (is_reference_blas(blas))
    std::printf("warning: the reference BLAS makes the factorisation about 8 times slower; install "
                "libopenblas0-pthread\n");
  std::printf("%s: %s\nresults go to %s\n", file.path.c_str(), file.variants.front().title.c_str(), output.c_str());
  std::fflush(stdout);
}

std::string waiting_mark(const std::string &output, const std::string &variant)
{
  return output + "/" + variant + "/waiting";
}

std::string slots_folder(const std::string &output) { return output + "/slots"; }

/// Child processes, one a variant; each writes its own folder.
int run_jobs(const StudyFile &file, const Invocation &invocation, const RunOptions &options, int n_jobs,
             const Words &passed_on)
{
  std::filesystem::create_directories(slots_folder(options.output));
  std::vector<Job> jobs;
  for (const Study &study : file.variants) {
    Job job;
    job.name = study.variant;
    job.log = options.output + "/" + study.variant + "/log.txt";
    job.waiting_mark = waiting_mark(options.output, study.variant);
    job.command = {invocation.program, "run",          file.path, "--variant",           study.variant,
                   "--output",         options.output, "--child", std::to_string(n_jobs)};
    job.command.insert(job.command.end(), passed_on.begin(), passed_on.end());
    if (study.reference)
      job.on_failure = [output = options.output] { mark_reference_failed(output); };
    std::filesystem::create_directories(options.output + "/" + study.variant);
    jobs.push_back(job);
  }
  const int code = run_side_by_side(jobs, n_jobs, options.quiet);
  std::filesystem::remove_all(slots_folder(options.output));
  return code;
}

int run_here(const StudyFile &file, const RunOptions &options)
{
  int rank = 0;
  MPI_Init(nullptr, nullptr);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  install_signal_handlers();
  std::string failures;
  ExitCode code = ExitCode::done;
  for (const Study &study : file.variants)
    try {
      run_variant(study, options, MPI_COMM_WORLD);
    } catch (const NotConverged &error) {
      failures += "variant \"" + study.variant + "\": " + error.what() + "\n";
      code = ExitCode::not_converged;
      if (study.reference && !options.wait_for_reference)
        mark_reference_failed(options.output);
    } catch (const Stopped &error) {
      failures += std::string(error.what()) + "\n";
      code = ExitCode::stopped;
      break;
    } catch (const UserError &error) {
      failures += "variant \"" + study.variant + "\": " + error.what() + "\n";
      code = code == ExitCode::done ? ExitCode::bad_input : code;
    }
  MPI_Barrier(MPI_COMM_WORLD);
  if (rank == 0 && !failures.empty())
    std::cerr << "lumbarfem: " << failures;
  MPI_Finalize();
  return static_cast<int>(code);
}
} // namespace

int run_command(const Invocation &invocation)
{
  po::options_description visible("options");
  visible.add_options()("variant", po::value<Words>()->composing(), "only this variant (repeatable)")(
      "direction", po::value<Words>()->composing(), "only this direction: flexion, extension, ... (repeatable)")(
      "protocol", po::value<Words>()->composing(), "only this protocol: load_control or hybrid (repeatable)")(
      "set", po::value<Words>()->composing(),
      "KEY=VALUE: a dotted key of the study, e.g. loading.moment_Nm=5 (repeatable)")(
      "output", po::value<std::string>(), "folder of the results (default results/<name of the study>)")(
      "jobs", po::value<int>()->default_value(1), "variants to run side by side")("quiet",
                                                                                  "print the table and errors only");
  add_report_switch(visible);
  po::options_description hidden;
  hidden.add_options()("child", po::value<int>(),
                       "used by --jobs: one of so many at a time, which does not gather the results");
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem run STUDY [options]", visible, {"STUDY"}, values, hidden))
    return 0;
  StudyFile file = read_selected_study(values);
  const bool child = values.count("child") > 0;
  if (child) { // one variant; the reference, if it was kept too, is another process's work
    const std::string own = words(values, "variant").front();
    file.variants.erase(std::remove_if(file.variants.begin(), file.variants.end(),
                                       [&](const Study &study) { return study.variant != own; }),
                        file.variants.end());
  }
  const int n_jobs = values["jobs"].as<int>();
  check_jobs(n_jobs, 1024);
  RunOptions options;
  options.output = values.count("output") ? values["output"].as<std::string>() : default_output(file.path);
  options.quiet = values.count("quiet") > 0;
  options.terminal = isatty(STDOUT_FILENO) != 0;
  options.wait_for_reference = child;
  const char *mpi_rank = std::getenv("OMPI_COMM_WORLD_RANK");
  const bool first = !mpi_rank || std::atoi(mpi_rank) == 0;
  if (!child) {
    check_against_meshes(file);
    if (first) {
      prepare_output(options.output, file.path, file);
      if (!options.quiet)
        print_start(file, options.output);
    }
  }
  int code;
  if (n_jobs > 1 && file.variants.size() > 1) {
    const Words passed_on = repeated(values, {"set", "direction", "protocol"});
    code = run_jobs(file, invocation, options, n_jobs, passed_on);
  } else {
    std::unique_ptr<WorkSlot> slot;
    if (child) {
      slot = std::make_unique<WorkSlot>(slots_folder(options.output), values["child"].as<int>(),
                                        waiting_mark(options.output, file.variants.front().variant));
      slot->take([] { return false; });
      options.slot = slot.get();
    }
    code = run_here(file, options);
  }
  if (!child && first && code != static_cast<int>(ExitCode::bad_input)) {
    std::cout << "\n" << gather_results(file, options.output) << "\nresults: " << options.output << "\n";
    if (code != static_cast<int>(ExitCode::done))
      std::cout << "NOT ALL RUNS "
                << (code == static_cast<int>(ExitCode::not_converged) ? "CONVERGED" : "WERE FINISHED")
                << ": see the messages above and <variant>/summary.json\n";
    report_after(options.output, values);
  }
  return code;
}
} // namespace lumbarfem
