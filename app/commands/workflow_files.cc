#include "app/commands/workflow_files.h"

#include "app/simulation/provenance.h"
#include "base/formatted.h"
#include "base/shell_word.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <utility>

namespace lumbarfem
{
namespace data
{
extern const char *const snakefile, *const slurm_part, *const slurm_gather, *const slurm_submit;
} // namespace data

namespace
{
namespace fs = std::filesystem;
using Values = std::map<std::string, std::string>;

/// In the head of each file, by which it is known.
const char *const mark = "# Written by lumbarfem plan";

/// The template with the values in the place of @NAME@.
std::string filled(const std::string &pattern, const Values &values)
{
  std::string text;
  for (std::size_t k = 0; k < pattern.size();) {
    const std::size_t end = pattern[k] == '@' ? pattern.find('@', k + 1) : std::string::npos;
    const auto value = end == std::string::npos ? values.end() : values.find(pattern.substr(k + 1, end - k - 1));
    text += value == values.end() ? std::string(1, pattern[k]) : value->second;
    k = value == values.end() ? k + 1 : end + 1;
  }
  return text;
}

/// On one line of a comment.
std::string one_line(std::string text)
{
  std::replace_if(
      text.begin(), text.end(), [](unsigned char letter) { return letter < ' '; }, ' ');
  return text;
}

std::string words_for_shell(const std::vector<std::string> &words)
{
  std::vector<std::string> quoted;
  for (const std::string &word : words)
    quoted.push_back(quoted_for_shell(word));
  return joined(quoted, " ");
}

/// JSON's texts, lists and objects are Python's, too.
std::string for_python(const nlohmann::ordered_json &value)
{
  try {
    return value.dump();
  } catch (const nlohmann::json::exception &) {
    throw UserError("--snakemake: a path or an option is not written in UTF-8, which Snakemake reads its files as; "
                    "rename the file");
  }
}

/// Memory to ask for: the estimate is one, and a job that takes more is killed.
int megabytes(const PlannedRun &run)
{
  constexpr double reserve = 1.25, unit = 1e6, step = 100;
  return static_cast<int>(step * std::ceil(reserve * run.bytes / unit / step));
}

/// Time to ask for; a machine may be slower, a load step may be cut. A job that is killed goes on when it is started
/// again.
int minutes(const PlannedRun &run)
{
  constexpr double reserve = 4, minute = 60;
  constexpr int least = 10, unknown = 1440;
  return run.seconds ? std::max(least, static_cast<int>(std::ceil(reserve * *run.seconds / minute))) : unknown;
}

std::string summary(const Workflow &workflow)
{
  return one_line("Study " + workflow.study + ": " + std::to_string(workflow.runs.size()) +
                  (workflow.runs.size() > 1 ? " variants" : " variant"));
}

/// Element numbers of the runs that are chosen, as sbatch writes them: "0,2-4".
template <typename Choice>
std::string elements(const std::vector<PlannedRun> &runs, const Choice &is_chosen)
{
  std::string text;
  for (std::size_t k = 0; k < runs.size(); ++k) {
    if (!is_chosen(k))
      continue;
    std::size_t last = k;
    while (last + 1 < runs.size() && is_chosen(last + 1))
      ++last;
    text += (text.empty() ? "" : ",") + std::to_string(k) + (last > k ? "-" + std::to_string(last) : "");
    k = last;
  }
  return text;
}

std::string submissions(const Workflow &workflow, std::string &order)
{
  const std::vector<PlannedRun> &runs = workflow.runs;
  const std::string end = " \"$@\" part.sh\n";
  const bool has_waiting =
      std::any_of(runs.begin(), runs.end(), [](const PlannedRun &run) { return run.needs_reference; });
  if (!has_waiting) {
    order = "none waits for another.";
    return "submit --array=" + elements(runs, [](std::size_t) { return true; }) + end;
  }
  order = "the reference first, whose rotation the others need.";
  std::string text = "submit --array=0" + end;
  const std::string ready = elements(runs, [&](std::size_t k) { return k > 0 && !runs[k].needs_reference; });
  if (!ready.empty())
    text += "submit --array=" + ready + end;
  return text + "submit --array=" + elements(runs, [&](std::size_t k) { return runs[k].needs_reference; }) +
         " --dependency=\"afterok:${submitted[0]}\" --kill-on-invalid-dep=yes" + end;
}
} // namespace

WorkflowFiles snakemake_files(const std::string &folder, const Workflow &workflow)
{
  nlohmann::ordered_json memory = nlohmann::ordered_json::object(), time = memory;
  nlohmann::ordered_json waiting = nlohmann::ordered_json::array();
  for (const PlannedRun &run : workflow.runs) {
    memory[run.variant] = megabytes(run);
    time[run.variant] = minutes(run);
    if (run.needs_reference)
      waiting.push_back(run.variant);
  }
  const Values values = {{"SUMMARY", summary(workflow)},
                         {"VERSION", program_version()},
                         {"FILE", one_line(quoted_for_shell((fs::path(folder) / "Snakefile").string()))},
                         {"PROGRAM", for_python(workflow.program)},
                         {"STUDY", for_python(workflow.study)},
                         {"OPTIONS", for_python(workflow.options)},
                         {"REFERENCE", workflow.reference.empty() ? "None" : for_python(workflow.reference)},
                         {"WAITING", for_python(waiting)},
                         {"MEMORY_MB", for_python(memory)},
                         {"MINUTES", for_python(time)},
                         {"INPUTS", for_python(workflow.inputs)}};
  return {{(fs::path(folder) / "Snakefile").string(), filled(data::snakefile, values)}};
}

WorkflowFiles slurm_files(const std::string &folder, const Workflow &workflow)
{
  constexpr int least_to_gather = 2000; // megabytes: the report holds all variants
  int memory = 0, time = 0;
  std::vector<std::string> variants;
  for (const PlannedRun &run : workflow.runs) {
    memory = std::max(memory, megabytes(run));
    time = std::max(time, minutes(run));
    variants.push_back(run.variant);
  }
  std::string order;
  const std::string submitted = submissions(workflow, order);
  const Values values = {{"SUMMARY", summary(workflow)},
                         {"LIMITS", formatted("--mem=%dM --time=%d", memory, time)},
                         {"GATHER_LIMITS", formatted("--mem=%dM --time=60", std::max(memory, least_to_gather))},
                         {"SETTINGS", "program=" + quoted_for_shell(workflow.program) +
                                          "\nstudy=" + quoted_for_shell(workflow.study) + "\noptions=(" +
                                          words_for_shell(workflow.options) + ")"},
                         {"VARIANTS", words_for_shell(variants)},
                         {"ORDER", order},
                         {"SUBMISSIONS", submitted}};
  const fs::path place = folder;
  return {{(place / "part.sh").string(), filled(data::slurm_part, values)},
          {(place / "gather.sh").string(), filled(data::slurm_gather, values)},
          {(place / "submit.sh").string(), filled(data::slurm_submit, values)}};
}

void write_workflow(const WorkflowFiles &files)
{
  for (const auto &[path, text] : files) {
    const bool is_ours = fs::is_regular_file(path) && read_head(path, 200).find(mark) != std::string::npos;
    if (fs::is_symlink(path) || (fs::exists(path) && !is_ours))
      throw UserError(path + ": is there already and was not written by \"lumbarfem plan\"; move it away, or give "
                             "another folder");
  }
  for (const auto &[path, text] : files) {
    const fs::path file = path, folder = file.parent_path();
    std::error_code error;
    fs::create_directories(folder, error);
    if (error || !fs::is_directory(folder))
      throw UserError(folder.string() + ": cannot be made a folder" + (error ? " (" + error.message() + ")" : "") +
                      "; give the name of another one");
    write_text(path, text);
    if (file.extension() == ".sh")
      fs::permissions(file, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                      fs::perm_options::add);
  }
}
} // namespace lumbarfem
