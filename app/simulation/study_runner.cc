#include "app/simulation/study_runner.h"

#include "app/simulation/balance_line.h"
#include "app/simulation/external_work.h"
#include "app/simulation/facet_builder.h"
#include "app/simulation/gravity_builder.h"
#include "app/simulation/installation_check.h"
#include "app/simulation/laxity.h"
#include "app/simulation/load_plan.h"
#include "app/simulation/loaded_spine.h"
#include "app/simulation/model_builder.h"
#include "app/simulation/reference_rotation.h"
#include "app/simulation/resumable.h"
#include "app/simulation/screw_stiffness.h"
#include "app/simulation/variant_output.h"
#include "app/simulation/work_slot.h"
#include "base/collective.h"
#include "base/failure.h"
#include "base/formatted.h"
#include "base/user_error.h"
#include "postprocess/field_folder.h"
#include "postprocess/measures/motion_measures.h"
#include "postprocess/measures/stretch_measures.h"
#include "solver/pure_moment.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
void on_first_rank(MPI_Comm communicator, const std::function<void()> &work)
{
  int rank = 0;
  MPI_Comm_rank(communicator, &rank);
  together(communicator, [&] {
    if (rank == 0)
      work();
  });
}

/// One variant's way through its plan.
class VariantRun
{
public:
  /// @p from: null, or what the run is to go on with.
  VariantRun(const Study &study, const RunOptions &options, const Checkpoint *from, MPI_Comm communicator)
      : study_(study), options_(options), communicator_(communicator), plan_(load_plan(study)),
        output_(study, options, from ? &from->output : nullptr, communicator)
  {
    const double start = MPI_Wtime();
    output_.say("building the mesh");
    const bool has_multiplier =
        std::any_of(plan_.begin(), plan_.end(), [](const PlannedStage &stage) { return stage.is_rotation_given; });
    spine_ = std::make_unique<LoadedSpine>(study, has_multiplier, communicator);
    if (!study.mesh_file.empty())
      output_.require_same_mesh();
    const Model &model = spine_->model();
    output_.seconds()["mesh"] = MPI_Wtime() - start;
    context_.study = study.title;
    context_.variant = study.variant;
    context_.run = options.identity.run;
    print("%s: %d elements (%s), %d unknowns, %d rank%s\n", study.variant.c_str(),
          static_cast<int>(model.mesh.cells.size()), study.element.c_str(), model.system->n_unknowns(),
          model.field.n_ranks, model.field.n_ranks > 1 ? "s" : "");
    print("%s", implicit_volume_text(model).c_str());
    for (const std::string &text : study.warnings)
      output_.warn(text);
    for (const std::string &text : model.warnings)
      output_.warn(text);
    print("%s", facet_start_text(study, model).c_str());
    if (study.facets.contact)
      output_.write("facets.csv", facet_start_csv(study, model));
    if (from)
      resume(*from);
  }

  void run()
  {
    try {
      for (; next_ < plan_.size(); ++next_) {
        walk(plan_[next_]);
        begin_factor_ = 0;
        // The state of the preload is measured under the name of the stage before.
        if (next_ + 1 == plan_.size() || plan_[next_ + 1].kind != Kind::preloaded)
          keep({next_ + 1});
      }
    } catch (const std::runtime_error &error) {
      // An internal error one rank met alone, and nothing collective can follow.
      if (current_failure().code != ExitCode::internal_error)
        close(error);
      throw;
    }
    finish(failures_.empty());
    keep({plan_.size(), true});
    if (!failures_.empty())
      throw NotConverged(failures_);
  }

private:
  using Kind = PlannedStage::Kind;

  void walk(const PlannedStage &stage)
  {
    if (stage.kind != Kind::preloaded)
      set_context(stage);
    if (stage.is_measured())
      return walk_measured(stage);
    if (!is_resumed())
      spine_->begin_stage();
    const Loading &loading = study_.loading;
    switch (stage.kind) {
    case Kind::installation:
      if (spine_->model().has_pretension())
        run_stage(stage, spine_->installation());
      finish_installation();
      break;
    case Kind::follower_load:
      run_stage(stage, spine_->follower_load(loading.follower_load_N));
      break;
    case Kind::gravity:
      run_gravity(stage);
      break;
    case Kind::force_preload:
      run_stage(stage, spine_->axial_force(0, loading.force_preload_N));
      break;
    default:
      spine_->keep_preload();
      preload_work_ = work_;
      context_.preload_N = whole_preload_N();
      add_rows(true);
      write_fields(spine_->state(), context_);
    }
  }

  double whole_preload_N() const { return study_.loading.follower_load_N + study_.loading.force_preload_N; }

  void finish_installation()
  {
    spine_->keep_installation();
    const Model &model = spine_->model();
    work_.look(model, spine_->state());
    for (const std::string &text : installation_warnings(model, spine_->state()))
      output_.warn(text);
    if (model.has_pretension()) // the work that stretched the ligaments, and the surgeon's
      for (const ResultRow &row : measure_spine(model, spine_->state(), spine_->reference(), context_))
        if (row.quantity == "strain_energy" && row.object == "total")
          work_.start_from(row.value);
    // Without a moment or compression the preload is all there is to show.
    if (!plan_.back().is_measured())
      start_fields(preload_run_name, spine_->state(), "installation");
  }

  void run_gravity(const PlannedStage &stage)
  {
    if (const std::string text = stiffness_warning(study_); !text.empty())
      output_.warn(text);
    GravityPreload gravity;
    gravity.stiffness = study_.loading.gravity.muscle_stiffness;
    gravity.run_stage = [&](const auto &apply) { run_stage(stage, apply); };
    gravity.state = [&]() -> const State & { return spine_->state(); };
    gravity.for_all_models = [&](const auto &set) { spine_->for_both(set); };
    const double change = gravity.run(spine_->model());
    if (change >= 0.01)
      output_.warn(formatted("the muscle forces still change by %.2g %% of the largest one", 100 * change));
  }

  /// From the preload on, as a series of its own. The others start there, too, and may succeed where one fails.
  void walk_measured(const PlannedStage &stage)
  {
    const bool is_moment = stage.kind == Kind::moment;
    context_.preload_N = whole_preload_N();
    if (!is_resumed()) {
      spine_->return_to_preload();
      spine_->begin_stage();
      work_ = preload_work_;
      first_row_ = output_.rows().size();
    }
    try {
      const LoadedSpine::Apply apply = is_moment ? moment_of(stage) : compression();
      if (!is_resumed())
        start_fields(context_.direction + "-" + context_.protocol, spine_->reference().preload, "preload");
      run_stage(stage, apply);
      if (is_moment && study_.reference)
        finish_reference(stage);
    } catch (const NotConverged &error) {
      output_.end_early(context_, error.what());
      failures_ += (failures_.empty() ? "" : "\n") + context_.direction + (is_moment ? ", " + context_.protocol : "") +
                   ": " + error.what();
      if (is_moment && study_.reference) {
        rotations_[context_.direction] = {};
        on_first_rank(communicator_, [&] { mark_reference_failed(options_.output, context_.direction); });
      }
    }
    output_.end_fields();
    if (is_moment)
      spine_->remove_moment(); // the next one starts from the preload
  }

  LoadedSpine::Apply compression()
  {
    const Loading &loading = study_.loading;
    return loading.kind == "displacement" ? spine_->axial_displacement(loading.displacement_mm)
                                          : spine_->axial_force(loading.force_preload_N, loading.force_N);
  }

  LoadedSpine::Apply moment_of(const PlannedStage &stage)
  {
    const int axis = moment_axis(*stage.towards);
    return stage.is_rotation_given
               ? spine_->rotation(axis, wait_for_reference(stage.direction))
               : spine_->moment(axis, moment_sign(*stage.towards) * study_.loading.moment_Nm * 1000);
  }

  /// The reference variant's total rotation. While it is not there yet others may use the machine.
  double wait_for_reference(const std::string &direction)
  {
    const auto stop = is_stop_requested;
    const auto read = [&] {
      return read_reference_rotation(options_.output, direction, options_.wait_for_reference, communicator_, stop);
    };
    // The first rank's answer: the others may see the file a moment later.
    int is_known = is_reference_known(options_.output, direction);
    MPI_Bcast(&is_known, 1, MPI_INT, 0, communicator_);
    if (!options_.slot || is_known)
      return read();
    spine_->model().system->release_factor();
    options_.slot->give_back();
    const double target = read();
    options_.slot->take(stop);
    return target;
  }

  /// The rotation that the other variants take over, and the reference's own rows under the name of the hybrid
  /// protocol.
  void finish_reference(const PlannedStage &stage)
  {
    const double angle =
        total_rotation(spine_->model(), spine_->reference().preload, spine_->state(), moment_axis(*stage.towards));
    rotations_[stage.direction] = angle;
    on_first_rank(communicator_, [&] { write_reference_rotation(options_.output, stage.direction, angle); });
    const auto &protocols = study_.loading.protocols;
    if (std::count(protocols.begin(), protocols.end(), Protocol::hybrid) > 0)
      output_.repeat_as_hybrid(first_row_);
  }

  void set_context(const PlannedStage &stage)
  {
    context_.stage = stage.name();
    context_.direction = stage.direction;
    context_.protocol = stage.protocol;
    context_.step = is_resumed() ? begin_step_ : 0;
    context_.load_factor = begin_factor_;
    context_.moment_Nm = 0;
  }

  void run_stage(const PlannedStage &stage, const std::function<void(double)> &apply)
  {
    EquilibriumSolver::Stage part;
    part.name = stage.name();
    part.direction = stage.direction;
    part.protocol = stage.protocol;
    part.apply = apply;
    part.first_step = 1. / stage.steps;
    part.largest_step = stage.largest_step;
    part.waypoints = stage.waypoints;
    part.should_stop = is_stop_requested;
    if (is_resumed()) {
      part.from = begin_factor_;
      part.first_step = begin_increment_;
      part.predictor_from = 0;
    }
    spine_->solver().run(
        part, [&](double done, double increment) { on_step(stage, done, increment); },
        [&](const StepReport &report) { on_report(stage, report); });
  }

  void on_step(const PlannedStage &stage, double done, double increment)
  {
    context_.load_factor = done;
    ++context_.step;
    context_.moment_Nm = spine_->model().get<PureMoment>().moment(spine_->state()) / 1000;
    work_.add_step(spine_->model(), spine_->state());
    for (const std::string &text : stretch_watch_.look(spine_->model(), spine_->state()))
      output_.warn(text);
    const bool is_end = done > 1 - 1e-9;
    if (stage.name() == "preload")
      context_.preload_N = done * whole_preload_N();
    if (stage.is_measured())
      add_rows(is_end);
    // At its end a stage has more to do, and the muscles' forces are found in several passes of one.
    if (!is_end && stage.kind != Kind::gravity)
      keep({next_, false, done, increment});
  }

  void on_report(const PlannedStage &stage, const StepReport &report)
  {
    if (!report.note.empty())
      output_.warn(report.note);
    output_.tell(report, context_.direction, context_.protocol,
                 report.accepted && stage.is_measured() ? fraction_done(report.load_factor) : -1);
    int stop = is_stop_requested(); // signals reach the ranks at different moments
    MPI_Allreduce(MPI_IN_PLACE, &stop, 1, MPI_INT, MPI_MAX, communicator_);
    if (stop)
      throw Stopped("variant \"" + study_.variant + "\": stopped by a signal in stage " + report.stage +
                    " on the way to load factor " + formatted("%.4g", report.load_factor) +
                    "; the same command with --resume goes on");
  }

  void print_balance(const std::vector<ResultRow> &rows) const
  {
    const std::string line = balance_line(spine_->model(), spine_->state(), rows, work_.total_mJ());
    print("%-12s %-24s %s\n", study_.variant.c_str(), context_.direction.c_str(), line.c_str());
  }

  /// Of the measured stages, which are the last ones.
  double fraction_done(double load_factor) const
  {
    const auto n = std::count_if(plan_.begin(), plan_.end(), [](const auto &stage) { return stage.is_measured(); });
    return 1 - (static_cast<double>(plan_.size() - next_) - load_factor) / static_cast<double>(n);
  }

  /// Stage number plus load factor: 0 installed, 0 .. 1 preload, 1 .. 2 moment or compression.
  static double time_of(const StepContext &context)
  {
    const bool is_measured = context.stage == "moment" || context.stage == "compression";
    return (is_measured ? 1 : context.stage == "preload" ? 0 : -1) + context.load_factor;
  }

  /// A series that begins with a state at the end of a stage.
  void start_fields(const std::string &run, const State &state, const std::string &stage)
  {
    output_.start_fields(spine_->model(), run);
    StepContext context = context_;
    context.stage = stage;
    context.load_factor = 1;
    context.moment_Nm = 0;
    write_fields(state, context);
  }

  void write_fields(const State &state, const StepContext &context)
  {
    output_.add_fields(state, context, time_of(context));
  }

  void add_rows(bool is_end_of_run)
  {
    const double start = MPI_Wtime();
    std::vector<ResultRow> rows = measure_spine(spine_->model(), spine_->state(), spine_->reference(), context_);
    rows.push_back(work_.row(context_));
    if (context_.stage == "moment")
      add_laxity(rows);
    if (study_.measure_screw_stiffness && plan_[next_].kind == Kind::preloaded)
      for (const ResultRow &row : screw_stiffness_rows(spine_->model(), spine_->solver(), context_))
        rows.push_back(row);
    if (is_end_of_run)
      print_balance(rows);
    output_.add_rows(rows);
    output_.seconds()["measures"] += MPI_Wtime() - start;
    if (plan_[next_].is_measured())
      write_fields(spine_->state(), context_);
  }

  /// Where a run that is resumed goes on.
  struct Place {
    std::size_t stage;
    bool is_finished = false;
    double load_factor = 0, increment = 0;
  };

  bool is_resumed() const { return begin_factor_ > 0; }

  void keep(const Place &place)
  {
    Checkpoint checkpoint;
    checkpoint.stage = place.stage;
    checkpoint.load_factor = place.load_factor;
    checkpoint.increment = place.increment;
    checkpoint.is_finished = place.is_finished;
    checkpoint.failures = failures_;
    checkpoint.rotations = rotations_;
    if (!place.is_finished) {
      checkpoint.stage_step = context_.step;
      checkpoint.first_row = first_row_;
      spine_->save(checkpoint, place.load_factor > 0);
      checkpoint.work = work_.record();
      checkpoint.preload_work = preload_work_.record();
      checkpoint.told = stretch_watch_.told;
    }
    output_.keep(std::move(checkpoint), spine_->model(), spine_->solver(), spine_->quick());
  }

  void resume(const Checkpoint &from)
  {
    next_ = from.stage;
    begin_factor_ = from.load_factor;
    begin_increment_ = from.increment;
    begin_step_ = from.stage_step;
    failures_ = from.failures;
    rotations_ = from.rotations;
    first_row_ = from.first_row;
    spine_->load(from);
    work_.resume(from.work);
    preload_work_.resume(from.preload_work);
    stretch_watch_.told = from.told;
    output_.resume_fields(spine_->model());
    if (study_.reference)
      on_first_rank(communicator_, [&] { write_reference_rotations(options_.output, rotations_); });
    const std::string where = next_ < plan_.size() ? "stage \"" + plan_[next_].title() + "\"" : "its tables";
    print("%s: goes on with %s%s\n", study_.variant.c_str(), where.c_str(),
          is_resumed() ? formatted(" behind load factor %.4g", begin_factor_).c_str() : "");
  }

  /// What was reached is kept, as far as it can be written; a second error must not hide the first.
  void close(const std::exception &error)
  {
    const bool has_failed = dynamic_cast<const NotConverged *>(&error) != nullptr;
    const auto attempt = [](const std::function<void()> &work) {
      try {
        work();
      } catch (const UserError &) {
      }
    };
    try {
      // A series of the preload has no step between its beginning and its end.
      if (context_.stage == "preload" && context_.load_factor > 0)
        attempt([&] { write_fields(spine_->state(), context_); });
      attempt([&] { output_.end_early(context_, error.what()); });
      if (study_.reference)
        attempt([&] {
          on_first_rank(communicator_,
                        [&] { close_reference_rotations(options_.output, study_.loading.directions, has_failed); });
        });
      attempt([&] { finish(false); });
      if (has_failed) { // which it would do again
        failures_ += (failures_.empty() ? "" : "\n") + std::string(error.what());
        attempt([&] { keep({plan_.size(), true}); });
      }
    } catch (const std::bad_alloc &) {
    }
  }

  void finish(bool has_converged)
  {
    for (const std::string &text : facet_warnings(study_, spine_->model(), output_.rows()))
      output_.warn(text);
    output_.finish(spine_->model(), spine_->solver(), spine_->quick(), has_converged);
  }

  template <typename... Arguments>
  void print(const char *format, Arguments... arguments) const
  {
    output_.print(format, arguments...);
  }
  void print(const char *text) const { output_.print("%s", text); }

  const Study &study_;
  const RunOptions &options_;
  MPI_Comm communicator_;
  const std::vector<PlannedStage> plan_;
  VariantOutput output_;
  std::unique_ptr<LoadedSpine> spine_;
  ExternalWork work_, preload_work_;
  StretchWatch stretch_watch_;
  StepContext context_;
  std::string failures_;
  std::map<std::string, std::optional<double>> rotations_; ///< of the reference variant, by direction
  std::size_t next_ = 0, first_row_ = 0;                   ///< stage of the plan; rows before it
  double begin_factor_ = 0, begin_increment_ = 0;          ///< where a resumed stage goes on; 0: at its beginning
  int begin_step_ = 0;
};
} // namespace

void run_variant(const Study &study, const RunOptions &options, MPI_Comm communicator)
{
  std::optional<Checkpoint> from;
  if (options.is_resumed)
    together(communicator, [&] { from = kept_of(study, options.output, options.identity.run); });
  if (!from || !from->is_finished)
    return VariantRun(study, options, from ? &*from : nullptr, communicator).run();
  if (study.reference)
    on_first_rank(communicator, [&] { write_reference_rotations(options.output, from->rotations); });
  if (!from->failures.empty())
    throw NotConverged(from->failures);
}
} // namespace lumbarfem
