/// A study's run as jobs of others: the workflow of Snakemake and the scripts of SLURM that `plan` writes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lumbarfem
{
struct PlannedRun {
  std::string variant;
  bool needs_reference = false; ///< cannot begin before the reference has ended
  double unknowns = 0, bytes = 0;
  std::optional<double> seconds; ///< nothing where that is not known
};

/// The commands of a workflow: PROGRAM run STUDY --prepare OPTIONS, then --part VARIANT and --gather in its place.
struct Workflow {
  std::string program, study;       ///< absolute paths
  std::vector<std::string> inputs;  ///< the study and the files that it names
  std::vector<std::string> options; ///< of every command
  std::string reference;            ///< variant; empty: there is none
  std::vector<PlannedRun> runs;     ///< the reference first
};

/// Texts by path.
using WorkflowFiles = std::map<std::string, std::string>;
/// <folder>/Snakefile. UserError when a path cannot stand in it.
WorkflowFiles snakemake_files(const std::string &folder, const Workflow &workflow);
/// <folder>/submit.sh, part.sh and gather.sh.
WorkflowFiles slurm_files(const std::string &folder, const Workflow &workflow);
/// Makes the folders. UserError, with nothing written, when a file of the name is there that `plan` did not write.
void write_workflow(const WorkflowFiles &files);
} // namespace lumbarfem
