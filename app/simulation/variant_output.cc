#include "app/simulation/variant_output.h"

#include "app/simulation/frozen_hashes.h"
#include "app/simulation/provenance.h"
#include "base/collective.h"
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
VariantOutput::VariantOutput(const Study &study, const RunOptions &options, MPI_Comm communicator)
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
  });
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
  warnings_.push_back(text);
  progress_->finish();
  print("warning: %s\n", text.c_str());
}

void VariantOutput::tell(const StepReport &report, const std::string &direction, const std::string &protocol,
                         double fraction)
{
  steps_.push_back({report.stage, direction, protocol, report.step, report.load_factor, report.accepted,
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
  fields_.reset();
  if (study_.write_fields)
    fields_ = std::make_unique<FieldWriter>(model, folder_ + "/" + run, options_.identity);
}

void VariantOutput::add_fields(const State &state, const StepContext &context, double time)
{
  if (!fields_)
    return;
  const double begin = MPI_Wtime();
  fields_->write(state, context, time);
  seconds_["output"] += MPI_Wtime() - begin;
}

void VariantOutput::repeat_as_hybrid(std::size_t first)
{
  const std::size_t end = rows_.size();
  for (std::size_t k = first; k < end; ++k)
    if (rows_[k].context.protocol == "load_control" && rows_[k].quantity != "laxity") { // of given moments
      rows_.push_back(rows_[k]);
      rows_.back().context.protocol = "hybrid";
    }
}

void VariantOutput::keep_rows()
{
  together(communicator_, [&] {
    if (rank_ == 0)
      write_results(folder_ + "/results.csv", rows_);
  });
}

void VariantOutput::end_early(const StepContext &context, const std::string &reason)
{
  early_ends_.push_back({context.stage, context.direction, context.protocol, context.load_factor, reason});
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
  const SolverTimes &times = model.system->times();
  seconds_["assembly"] = times.assembly;
  seconds_["factor"] = times.factor;
  seconds_["solve"] = times.solve;
  if (quick) {
    const SolverTimes &quick_times = quick->system->times();
    seconds_["predictor"] = quick_times.assembly + quick_times.factor + quick_times.solve;
  }
  seconds_["total"] = MPI_Wtime() - start_;
  RunProvenance provenance = make_provenance(study_, model, solver, seconds_, warnings_, communicator_);
  provenance.identity = options_.identity;
  provenance.study_hash = study_hash_;
  provenance.has_converged = has_converged;
  provenance.early_ends = early_ends_;
  provenance.steps = steps_;
  const double start = MPI_Wtime();
  keep_rows();
  together(communicator_, [&] {
    if (rank_ == 0)
      write_summary(folder_ + "/summary.json", provenance, last_step_rows(rows_));
  });
  print("%s: %.1f s (mesh %.1f, assembly %.1f, %d factorisations %.1f, %d solves %.1f, predictor %.1f, measures %.1f, "
        "output %.1f), "
        "%d Newton iterations, %d cuts, %.2f GiB\n",
        study_.variant.c_str(), seconds_["total"], seconds_["mesh"], times.assembly, times.n_factors, times.factor,
        times.n_solves, times.solve, seconds_["predictor"], seconds_["measures"],
        seconds_["output"] + MPI_Wtime() - start, solver.total_newton(), solver.total_cuts(),
        provenance.peak_memory_MiB / 1024);
}
} // namespace lumbarfem
