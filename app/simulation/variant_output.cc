#include "app/simulation/variant_output.h"

#include "app/simulation/frozen_hashes.h"
#include "app/simulation/provenance.h"
#include "app/simulation/resumable.h"
#include "base/collective.h"
#include "base/digest.h"
#include "base/formatted.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/comparison_table.h"
#include "postprocess/result_writer.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace lumbarfem
{
VariantOutput::VariantOutput(const Study &study, const RunOptions &options, const OutputRecord *resumed,
                             MPI_Comm communicator)
    : study_(study), options_(options), communicator_(communicator), folder_(options.output + "/" + study.variant),
      start_(MPI_Wtime())
{
  MPI_Comm_rank(communicator, &rank_);
  prints_ = rank_ == 0 && !options.quiet;
  progress_ = std::make_unique<ProgressLine>(prints_ && options.terminal, options.start);
  together(communicator_, [&] {
    study_hash_ = variant_hash(study);
    std::error_code error;
    if (rank_ == 0)
      std::filesystem::create_directories(folder_, error);
    if (error)
      throw UserError("cannot make the folder " + folder_ + ": " + error.message());
    if (!resumed)
      return;
    if (rank_ == 0) // that of a run that was stopped says how far it had come
      std::filesystem::remove(folder_ + "/summary.json", error);
    record_ = *resumed;
    ++record_.n_resumed;
    rows_ = kept_rows(folder_ + "/results.csv", record_);
  });
  if (!resumed)
    record_.start_time = time_now();
  write("effective.toml", "# " + options.identity.line() + "\n" + study.effective_toml);
}

void VariantOutput::require_same_mesh() const
{
  together(communicator_, [&] {
    const std::optional<RunManifest> manifest = read_manifest(options_.output);
    const ManifestVariant *begun = manifest ? manifest->find_variant(study_.variant) : nullptr;
    if (begun && begun->study_hash != variant_hash(study_))
      throw UserError(study_.mesh_file +
                      ": has changed since the run began, so that its variants would stand on different "
                      "meshes; run the study again");
  });
}

void VariantOutput::warn(const std::string &text)
{
  if (std::count(record_.warnings.begin(), record_.warnings.end(), text) > 0)
    return;
  record_.warnings.push_back(text);
  progress_->finish();
  print("warning: %s\n", text.c_str());
}

void VariantOutput::tell(const StepReport &report, const std::string &direction, const std::string &protocol,
                         double fraction)
{
  record_.steps.push_back({report.stage, direction, protocol, report.step, report.load_factor, report.accepted,
                           report.newton_iterations, report.residual_N, report.tolerance_N});
  progress_->finish();
  if (report.accepted)
    print("%-12s %-24s %-13s step %2d  load %6.4f  Newton %2d  residual %9.2e N (tolerance %8.2e)  %6.1f s\n",
          study_.variant.c_str(), direction.c_str(), report.stage.c_str(), report.step, report.load_factor,
          report.newton_iterations, report.residual_N, report.tolerance_N, report.seconds);
  else
    print("%-12s %-24s %-13s step %2d  load %6.4f  cut after %d iterations: %s\n", study_.variant.c_str(),
          direction.c_str(), report.stage.c_str(), report.step, report.load_factor, report.newton_iterations,
          report.rejection.c_str());
  if (fraction < 0)
    return;
  const double done = options_.done_before + options_.share * fraction;
  progress_->update(done, study_.variant + " " + direction);
  if (rank_ == 0 && !options_.progress_file.empty())
    std::ofstream(options_.progress_file) << done; // without it only the time that remains is not known
}

void VariantOutput::write(const std::string &name, const std::string &text)
{
  together(communicator_, [&] {
    if (rank_ == 0)
      write_text(folder_ + "/" + name, text);
  });
}

void VariantOutput::start_fields(const Model &model, const std::string &run)
{
  end_fields();
  if (!study_.write_fields)
    return;
  fields_ = std::make_unique<FieldWriter>(model, folder_ + "/" + run, options_.identity);
  record_.fields = run;
}

void VariantOutput::resume_fields(const Model &model)
{
  if (!record_.fields.empty())
    fields_ =
        std::make_unique<FieldWriter>(model, folder_ + "/" + record_.fields, options_.identity, record_.n_field_steps);
}

void VariantOutput::end_fields()
{
  fields_.reset();
  record_.fields.clear();
  record_.n_field_steps = 0;
}

void VariantOutput::add_fields(const State &state, const StepContext &context, double time)
{
  if (!fields_)
    return;
  const double begin = MPI_Wtime();
  fields_->write(state, context, time);
  ++record_.n_field_steps;
  seconds_["output"] += MPI_Wtime() - begin;
}

void VariantOutput::repeat_as_hybrid(std::size_t first)
{
  const std::size_t end = rows_.size();
  for (std::size_t k = first; k < end; ++k)
    if (rows_[k].context.protocol == name(Protocol::load_control) &&
        rows_[k].quantity != "laxity") { // of given moments
      rows_.push_back(rows_[k]);
      rows_.back().context.protocol = name(Protocol::hybrid);
    }
}

OutputRecord VariantOutput::record(const Model &model, const EquilibriumSolver &solver, const Model *quick) const
{
  OutputRecord result = record_;
  result.n_rows = rows_.size();
  for (const auto &[phase, seconds] : seconds_)
    result.seconds[phase] += seconds;
  const SolverTimes &times = model.system->times();
  result.seconds["assembly"] += times.assembly;
  result.seconds["factor"] += times.factor;
  result.seconds["solve"] += times.solve;
  if (quick) {
    const SolverTimes &quick_times = quick->system->times();
    result.seconds["predictor"] += quick_times.assembly + quick_times.factor + quick_times.solve;
  }
  result.seconds["total"] += MPI_Wtime() - start_;
  result.n_factors += times.n_factors;
  result.n_solves += times.n_solves;
  result.n_cuts += solver.total_cuts();
  result.newton_table.insert(result.newton_table.end(), solver.newton_table().begin(), solver.newton_table().end());
  return result;
}

void VariantOutput::keep(Checkpoint checkpoint, const Model &model, const EquilibriumSolver &solver, const Model *quick)
{
  const double begin = MPI_Wtime();
  checkpoint.run = options_.identity.run;
  checkpoint.study_hash = study_hash_;
  checkpoint.output = record(model, solver, quick);
  together(communicator_, [&] {
    if (rank_ != 0)
      return;
    const std::string rows = results_text(rows_);
    checkpoint.output.rows_hash = sha256(rows);
    checkpoint.output.field_files = field_files(folder_);
    write_text(folder_ + "/results.csv", rows);
    write_checkpoint(folder_ + "/" + checkpoint_name, checkpoint);
  });
  seconds_["output"] += MPI_Wtime() - begin;
}

void VariantOutput::end_early(const StepContext &context, const std::string &reason)
{
  record_.early_ends.push_back({context.stage, context.direction, context.protocol, context.load_factor, reason});
  if (!fields_)
    return;
  std::string words = "The last step is the last good one: stage \"" + context.stage + "\" ended at load factor " +
                      formatted("%.4g", context.load_factor) + " of 1. " + reason;
  std::replace(words.begin(), words.end(), '\n', ' ');
  fields_->mark_early_end(words);
}

void VariantOutput::finish(const Model &model, const EquilibriumSolver &solver, const Model *quick, bool has_converged)
{
  progress_->finish();
  const double begin = MPI_Wtime();
  const OutputRecord whole = record(model, solver, quick);
  RunProvenance provenance = make_provenance(study_, model, communicator_);
  provenance.identity = options_.identity;
  provenance.study_hash = study_hash_;
  provenance.start_time = whole.start_time;
  provenance.n_resumed = whole.n_resumed;
  provenance.seconds = whole.seconds;
  provenance.has_converged = has_converged;
  provenance.early_ends = whole.early_ends;
  provenance.steps = whole.steps;
  provenance.newton_table = whole.newton_table;
  provenance.warnings = whole.warnings;
  together(communicator_, [&] {
    if (rank_ != 0)
      return;
    write_results(folder_ + "/results.csv", rows_);
    write_summary(folder_ + "/summary.json", provenance, last_step_rows(rows_));
  });
  const auto seconds = [&](const char *phase) {
    const auto found = whole.seconds.find(phase);
    return found == whole.seconds.end() ? 0. : found->second;
  };
  print("%s: %.1f s (mesh %.1f, assembly %.1f, %d factorisations %.1f, %d solves %.1f, predictor %.1f, measures %.1f, "
        "output %.1f), "
        "%d Newton iterations, %d cuts, %.2f GiB\n",
        study_.variant.c_str(), seconds("total"), seconds("mesh"), seconds("assembly"), whole.n_factors,
        seconds("factor"), whole.n_solves, seconds("solve"), seconds("predictor"), seconds("measures"),
        seconds("output") + MPI_Wtime() - begin, static_cast<int>(whole.newton_table.size()), whole.n_cuts,
        provenance.peak_memory_MiB / 1024);
}
} // namespace lumbarfem
