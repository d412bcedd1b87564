/// lumbarfem plan: what a run of a study will do and take, and the same as jobs for Snakemake or SLURM.
#include "app/commands/run_estimate.h"
#include "app/commands/run_parts.h"
#include "app/commands/study_selection.h"
#include "app/commands/workflow_files.h"
#include "app/simulation/model_builder.h"
#include "base/formatted.h"
#include "base/memory.h"
#include "base/progress.h"
#include "base/shell_word.h"
#include "base/text_columns.h"
#include "base/user_error.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace lumbarfem
{
namespace fs = std::filesystem;
namespace po = boost::program_options;
namespace
{
std::string described_directions(const Study &study)
{
  if (study.loading.is_compression())
    return "compression";
  if (study.loading.directions.empty() || study.loading.protocols.empty())
    return "preload";
  std::vector<std::string> names;
  for (const Direction direction : study.loading.directions)
    names.push_back(name(direction));
  return names.size() > 2 ? std::to_string(names.size()) + " directions" : joined(names);
}

std::string described_protocols(const Study &study)
{
  std::vector<std::string> names;
  for (const Protocol protocol : study.loading.protocols)
    names.push_back(name(protocol));
  return study.loading.is_compression() || study.loading.directions.empty() || names.empty() ? "-" : joined(names);
}

/// UserError with the faults of all variants, as `run` would tell them.
std::vector<PlannedRun> planned_runs(const StudyFile &file)
{
  std::vector<PlannedRun> runs;
  std::string faults;
  MeshMaker meshes;
  for (const Study &study : file.variants)
    try {
      const SpineMesh mesh = meshes.make(study);
      check_against_mesh(study, mesh);
      runs.push_back({study.variant, needs_reference(study), expected_unknowns(study, mesh),
                      expected_memory(study, mesh), expected_seconds(study, mesh)});
    } catch (const UserError &error) {
      faults += (faults.empty() ? "" : "\n") + std::string(error.what());
    }
  if (!faults.empty())
    throw UserError(faults);
  return runs;
}

void print_runs(const StudyFile &file, const std::vector<PlannedRun> &runs, const std::string &reference)
{
  std::vector<std::vector<std::string>> rows = {
      {"run", "waits for", "directions", "protocols", "load steps", "unknowns", "memory", "time"}};
  for (std::size_t k = 0; k < runs.size(); ++k) {
    const Study &study = file.variants[k];
    rows.push_back({runs[k].variant, runs[k].needs_reference ? reference : "-", described_directions(study),
                    described_protocols(study), std::to_string(planned_steps(study)),
                    formatted("%.0f", runs[k].unknowns), described_memory(runs[k].bytes),
                    runs[k].seconds ? format_duration(*runs[k].seconds) : "not known"});
  }
  std::printf("%s", aligned_columns(rows, [](std::size_t k) { return k < 4; }).c_str());
}

void print_sums(const std::vector<PlannedRun> &runs)
{
  double sum = 0, longest = 0, first = 0;
  for (const PlannedRun &run : runs) {
    const double own = run.seconds.value_or(0);
    sum += own;
    if (&run == &runs.front())
      first = own;
    longest = std::max(longest, own + (run.needs_reference ? first : 0));
  }
  const auto n_unknown = std::count_if(runs.begin(), runs.end(), [](const PlannedRun &run) { return !run.seconds; });
  std::printf("\n%d run%s", static_cast<int>(runs.size()), runs.size() > 1 ? "s" : "");
  if (n_unknown == 0 && runs.size() > 1)
    std::printf(": %s one after another, %s when all go side by side", format_duration(sum).c_str(),
                format_duration(longest).c_str());
  std::printf("\nMemory and time are estimates, for one core like that of docs/benchmarks.md, from what was measured "
              "there; no load step is cut.\n");
  if (n_unknown > 0)
    std::printf("The time of %d with muscles is not known: their forces are searched for in several passes.\n",
                static_cast<int>(n_unknown));
}

std::string absolute_path(const std::string &path) { return fs::absolute(path).lexically_normal().string(); }
} // namespace

int plan_command(const Invocation &invocation)
{
  po::options_description visible("options");
  visible.add_options()("variant", po::value<Words>()->composing(),
                        "only this variant (repeatable), and the reference that a hybrid run needs")(
      "direction", po::value<Words>()->composing(), "only this direction: flexion, extension, ... (repeatable)")(
      "protocol", po::value<Words>()->composing(), "only this protocol: load_control or hybrid (repeatable)")(
      "set", po::value<Words>()->composing(), "KEY=VALUE: a dotted key of the study (repeatable)")(
      "output", po::value<std::string>(), "folder of the results (default results/<name of the study>)")(
      "snakemake", po::value<std::string>(), "FOLDER: write a workflow of Snakemake 7 there (Snakefile)")(
      "slurm", po::value<std::string>(), "FOLDER: write scripts for SLURM there (submit.sh, part.sh, gather.sh)");
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem plan STUDY [options]", visible, {"STUDY"}, values))
    return 0;
  const std::string path = values["STUDY"].as<std::string>();
  const StudyFile file = selected(read_study(path, words(values, "set")), values);
  const std::string output = values.count("output") ? values["output"].as<std::string>() : default_output(path);
  Workflow workflow;
  workflow.runs = planned_runs(file);
  for (const Study &study : file.variants)
    if (study.reference)
      workflow.reference = study.variant;
  WorkflowFiles files;
  if (values.count("snakemake") || values.count("slurm")) {
    workflow.program = fs::read_symlink("/proc/self/exe").string();
    workflow.study = absolute_path(path);
    workflow.inputs = {workflow.study};
    for (const Study &study : file.variants)
      if (!study.mesh_file.empty() &&
          std::find(workflow.inputs.begin(), workflow.inputs.end(), study.mesh_file) == workflow.inputs.end())
        workflow.inputs.push_back(study.mesh_file);
    workflow.options = repeated(values, {"variant", "direction", "protocol", "set"});
    workflow.options.insert(workflow.options.end(), {"--output", absolute_path(output)});
    if (values.count("snakemake"))
      files = snakemake_files(absolute_path(values["snakemake"].as<std::string>()), workflow);
    if (values.count("slurm"))
      files.merge(slurm_files(absolute_path(values["slurm"].as<std::string>()), workflow));
    write_workflow(files);
  }
  std::printf("%s: %s\nresults go to %s\n\n", path.c_str(), file.variants.front().title.c_str(), output.c_str());
  print_runs(file, workflow.runs, workflow.reference);
  print_sums(workflow.runs);
  for (const auto &[written, text] : files)
    std::printf("written: %s\n", written.c_str());
  if (values.count("snakemake"))
    std::printf("run it by: snakemake --snakefile %s/Snakefile --cores 2\n",
                quoted_for_shell(values["snakemake"].as<std::string>()).c_str());
  if (values.count("slurm"))
    std::printf("submit it by: %s/submit.sh\n", quoted_for_shell(values["slurm"].as<std::string>()).c_str());
  return 0;
}
} // namespace lumbarfem
