/// Everything that leaves the run of a variant: what it prints, its rows, fields, and summary.
#pragma once

#include "app/simulation/checkpoint.h"
#include "app/simulation/study_runner.h"
#include "base/progress.h"
#include "postprocess/field_writer.h"

#include <cstdio>
#include <memory>

namespace lumbarfem
{
/// Files below <output>/<variant>. What is collective says so; a file that one rank cannot write is a UserError on all.
class VariantOutput
{
public:
  /// Makes the folder and writes effective.toml. @p resumed: of the run that is gone on with, or null; of its rows
  /// those that count are read. Collective.
  VariantOutput(const Study &study, const RunOptions &options, const OutputRecord *resumed, MPI_Comm communicator);

  /// Of the first rank, unless quiet.
  template <typename... Arguments>
  void print(const char *format, Arguments... arguments) const
  {
    if (!prints_)
      return;
    std::printf(format, arguments...);
    std::fflush(stdout);
  }
  void print(const char *text) const { print("%s", text); }
  /// On the line of progress.
  void say(const std::string &text) { progress_->update(options_.done_before, study_.variant + ": " + text); }
  /// UserError when the mesh that the study names is no longer the one that the run began with; after it was read.
  void require_same_mesh() const;
  /// Also kept for the summary; what was told is not told again.
  void warn(const std::string &text);
  /// The line of a load step; @p fraction of the whole variant that is done with it, negative: none is shown.
  void tell(const StepReport &report, const std::string &direction, const std::string &protocol, double fraction);
  /// A file of the variant's folder; collective.
  void write(const std::string &name, const std::string &text);

  /// Begins the series <variant>/<run>, without fields nothing; collective.
  void start_fields(const Model &model, const std::string &run);
  /// Opens the series that was being written when the run that is resumed was ended; collective.
  void resume_fields(const Model &model);
  /// Later steps belong to no series until another one begins.
  void end_fields();
  /// Adds a state to it; nothing without one. Collective.
  void add_fields(const State &state, const StepContext &context, double time);

  void add_rows(const std::vector<ResultRow> &rows) { rows_.insert(rows_.end(), rows.begin(), rows.end()); }
  const std::vector<ResultRow> &rows() const { return rows_; }
  /// The rows from number @p first on again, those under load control, now under the name of the hybrid protocol.
  void repeat_as_hybrid(std::size_t first);

  /// Writes results.csv with the rows so far and then the checkpoint, to which it adds its own record: a process that
  /// is killed loses the step that it was in, no more. Collective.
  void keep(Checkpoint checkpoint, const Model &model, const EquilibriumSolver &solver, const Model *quick);

  /// The run of a stage ended before its full load: @p context is that of its last good step. Collective.
  void end_early(const StepContext &context, const std::string &reason);

  /// Seconds by phase.
  std::map<std::string, double> &seconds() { return seconds_; }
  /// Writes results.csv and summary.json, and prints the last line; collective. @p quick: may be null.
  void finish(const Model &model, const EquilibriumSolver &solver, const Model *quick, bool has_converged);

private:
  const Study &study_;
  const RunOptions &options_;
  MPI_Comm communicator_;
  int rank_ = 0;
  bool prints_ = false;
  std::string folder_, study_hash_;
  double start_;
  std::unique_ptr<ProgressLine> progress_;
  std::unique_ptr<FieldWriter> fields_;
  std::vector<ResultRow> rows_;
  OutputRecord record_; ///< its sums are those of earlier processes
  std::map<std::string, double> seconds_;

  /// With what this process has added to the sums.
  OutputRecord record(const Model &model, const EquilibriumSolver &solver, const Model *quick) const;
};
} // namespace lumbarfem
