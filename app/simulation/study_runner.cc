#include "app/simulation/study_runner.h"

#include "app/simulation/balance_line.h"
#include "app/simulation/external_work.h"
#include "app/simulation/facet_builder.h"
#include "app/simulation/gravity_builder.h"
#include "app/simulation/installation_check.h"
#include "app/simulation/laxity.h"
#include "app/simulation/model_builder.h"
#include "app/simulation/reference_rotation.h"
#include "app/simulation/variant_output.h"
#include "app/simulation/work_slot.h"
#include "base/collective.h"
#include "base/failure.h"
#include "base/formatted.h"
#include "base/user_error.h"
#include "postprocess/field_folder.h"
#include "postprocess/measures/motion_measures.h"
#include "postprocess/measures/spine_measures.h"
#include "postprocess/measures/stretch_measures.h"
#include "solver/quick_predictor.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
std::string protocol_name(Protocol protocol) { return protocol == Protocol::hybrid ? "hybrid" : "load_control"; }

/// One variant's work: the model and its states at the ends of installation and preload.
class VariantRun
{
public:
  VariantRun(const Study &study, const RunOptions &options, MPI_Comm communicator)
      : study_(study), options_(options), communicator_(communicator), output_(study, options, communicator)
  {
    const double start = MPI_Wtime();
    has_hybrid_ = !study.reference &&
                  std::count(study.loading.protocols.begin(), study.loading.protocols.end(), Protocol::hybrid) > 0;
    output_.say("building the mesh");
    model_ = build_model(study, has_hybrid_, communicator);
    EquilibriumSettings settings;
    settings.tolerance = study.loading.tolerance;
    settings.load_N = study.loading.whole_load_N();
    solver_ = std::make_unique<EquilibriumSolver>(model_->mesh, model_->field, *model_->solid, model_->contributions,
                                                  *model_->system, settings);
    solver_->set_body_motion(model_->body_motion.get());
    if (study.element == "q2p1") {
      Study quick_study = study;
      quick_study.element = "q1p0";
      quick_study.rigid_bone = true; // what bone deforms is quickly found from there
      quick_ = build_model(quick_study, has_hybrid_, communicator);
      settings.tolerance = 1e-4;
      predictor_ = std::make_unique<QuickPredictor>(*quick_, *model_, settings);
      solver_->set_predictor(predictor_.get());
    }
    if (!study.mesh_file.empty())
      output_.require_same_mesh();
    output_.seconds()["mesh"] = MPI_Wtime() - start;
    context_.study = study.title;
    context_.variant = study.variant;
    context_.run = options.identity.run;
    print("%s: %d elements (%s), %d unknowns, %d rank%s\n", study.variant.c_str(),
          static_cast<int>(model_->mesh.cells.size()), study.element.c_str(), model_->system->n_unknowns(),
          model_->field.n_ranks, model_->field.n_ranks > 1 ? "s" : "");
    print("%s", implicit_volume_text(*model_).c_str());
    for (const std::string &text : study.warnings)
      warn(text);
    for (const std::string &text : model_->warnings)
      warn(text);
    print("%s", facet_start_text(study, *model_).c_str());
    if (study.facets.contact)
      output_.write("facets.csv", facet_start_csv(study, *model_));
  }

  void run()
  {
    try {
      run_preload();
      if (model_->axial_load)
        run_compression();
      for (const Direction direction : study_.loading.directions)
        run_direction(direction);
    } catch (const std::runtime_error &error) {
      // An internal error one rank met alone, and nothing collective can follow.
      if (current_failure().code != ExitCode::internal_error)
        close(error);
      throw;
    }
    finish(failures_.empty());
    if (!failures_.empty())
      throw NotConverged(failures_);
  }

private:
  void run_preload()
  {
    set_stage("installation", "", "");
    if (model_->has_pretension())
      run_stage("installation", [&](double t) { for_both([&](Model &model) { model.set_installation(t); }); });
    reference_.installation = solver_->state();
    work_.look(*model_, solver_->state());
    for (const std::string &text : installation_warnings(*model_, reference_.installation))
      warn(text);
    if (model_->has_pretension()) // what the ligaments and the surgeon put in
      for (const ResultRow &row : measure_spine(*model_, solver_->state(), reference_, context_))
        if (row.quantity == "strain_energy" && row.object == "total")
          work_.start_from(row.value);
    // Without a moment or compression the preload is all there is to show.
    if (!model_->axial_load && study_.loading.directions.empty())
      start_fields(preload_run_name, solver_->state(), "installation");
    if (model_->follower_load) {
      set_stage("preload", "", "");
      run_stage("preload", [&](double t) {
        for_both([&](Model &model) { model.follower_load->set_load(t * study_.loading.follower_load_N); });
        context_.preload_N = model_->follower_load->load();
      });
    }
    if (model_->muscles)
      run_gravity();
    if (model_->axial_load && study_.loading.force_preload_N > 0) {
      set_stage("preload", "", "");
      run_stage("preload", [&](double t) {
        context_.preload_N = t * study_.loading.force_preload_N;
        for_both([&](Model &model) { model.axial_load->set_force(context_.preload_N); });
      });
    }
    reference_.preload = solver_->state();
    context_.preload_N = study_.loading.follower_load_N + study_.loading.force_preload_N;
    add_rows(true);
    write_fields(solver_->state(), context_);
    neutral_ = model_->moment->rotation(solver_->state());
    preload_work_ = work_;
    if (predictor_)
      quick_preload_ = predictor_->save();
  }

  void run_gravity()
  {
    set_stage("preload", "", "");
    if (const std::string text = stiffness_warning(study_); !text.empty())
      warn(text);
    const double change = GravityPreload{
        study_.loading.gravity.muscle_stiffness, [&](const auto &apply) { run_stage("preload", apply); },
        [&]() -> const State & { return solver_->state(); },
        [&](const auto &set) {
          for_both(set);
        }}.run(*model_);
    if (change >= 0.01)
      warn(formatted("the muscle forces still change by %.2g %% of the largest one", 100 * change));
  }

  /// Force or approach along the disc's axis, from the preload on.
  void run_compression()
  {
    const Loading &loading = study_.loading;
    context_.direction = "compression";
    context_.protocol = loading.kind == "displacement" ? "displacement_control" : "load_control";
    const double neutral = model_->axial_load->displacement(reference_.preload);
    const double quick_neutral = quick_ ? quick_->axial_load->displacement(quick_preload_.state) : 0;
    start_fields();
    set_stage("compression", context_.direction, context_.protocol);
    try {
      run_stage("compression", [&](double t) {
        if (loading.kind == "displacement") {
          model_->axial_load->set_displacement(t * loading.displacement_mm, neutral);
          if (quick_)
            quick_->axial_load->set_displacement(t * loading.displacement_mm, quick_neutral);
        } else
          for_both([&](Model &model) {
            model.axial_load->set_force(loading.force_preload_N + t * (loading.force_N - loading.force_preload_N));
          });
      });
    } catch (const NotConverged &error) {
      output_.end_early(context_, error.what());
      failures_ += "compression: " + std::string(error.what());
    }
  }

  void run_direction(Direction direction)
  {
    for (const Protocol protocol : study_.loading.protocols) {
      if (study_.reference && protocol == Protocol::hybrid && study_.loading.protocols.size() > 1)
        continue; // the reference under load control is its own hybrid run
      set_stage("moment", name(direction), protocol_name(protocol));
      output_.end_fields();
      solver_->state() = reference_.preload;
      work_ = preload_work_;
      if (predictor_)
        predictor_->restore(quick_preload_);
      const std::size_t first_row = output_.rows().size();
      try {
        if (protocol == Protocol::hybrid && !study_.reference)
          run_hybrid(direction);
        else
          run_load_control(direction);
        if (study_.reference)
          finish_reference(direction, first_row);
      } catch (const NotConverged &error) { // the other runs start from the preload too and may well succeed
        end_of_run();
        output_.end_early(context_, error.what());
        failures_ +=
            (failures_.empty() ? "" : "\n") + context_.direction + ", " + context_.protocol + ": " + error.what();
        if (study_.reference)
          on_first_rank([&] { mark_reference_failed(options_.output, name(direction)); });
      }
      output_.keep_rows();
    }
  }

  void run_load_control(Direction direction)
  {
    const double moment = moment_sign(direction) * study_.loading.moment_Nm * 1000;
    for_both([&](Model &model) { model.moment->set_axis(moment_axis(direction)); });
    start_fields();
    set_stage("moment", context_.direction, context_.protocol);
    run_stage("moment", [&](double t) { for_both([&](Model &model) { model.moment->set_moment(t * moment); }); });
    end_of_run();
  }

  void run_hybrid(Direction direction)
  {
    const double target = wait_for_reference(direction);
    for_both([&](Model &model) { model.moment->set_axis(moment_axis(direction)); });
    start_fields();
    set_stage("moment", context_.direction, context_.protocol);
    const int axis = moment_axis(direction);
    run_stage("moment", [&](double t) {
      model_->moment->set_rotation(t * target, [this, axis](const State &state) {
        return total_rotation(*model_, reference_.preload, state, axis);
      });
      if (quick_)
        quick_->moment->set_rotation(t * target, [this, axis](const State &state) {
          return total_rotation(*quick_, quick_preload_.state, state, axis);
        });
    });
    end_of_run();
  }

  /// The reference variant's total rotation. While it is not there yet others may use the machine.
  double wait_for_reference(Direction direction)
  {
    const auto stop = is_stop_requested;
    const auto read = [&] {
      return read_reference_rotation(options_.output, name(direction), options_.wait_for_reference, communicator_,
                                     stop);
    };
    // The first rank's answer: the others may see the file a moment later.
    int is_known = is_reference_known(options_.output, name(direction));
    MPI_Bcast(&is_known, 1, MPI_INT, 0, communicator_);
    if (!options_.slot || is_known)
      return read();
    model_->system->release_factor();
    options_.slot->give_back();
    const double target = read();
    options_.slot->take(stop);
    return target;
  }

  void end_of_run()
  {
    for_both([](Model &model) { model.moment->set_moment(0); }); // the next run starts from the preload
  }

  /// The rotation that the other variants take over, and the reference's own rows under the name of the hybrid
  /// protocol.
  void finish_reference(Direction direction, std::size_t first_row)
  {
    const double angle = total_rotation(*model_, reference_.preload, solver_->state(), moment_axis(direction));
    on_first_rank([&] { write_reference_rotation(options_.output, name(direction), angle); });
    if (std::count(study_.loading.protocols.begin(), study_.loading.protocols.end(), Protocol::hybrid) > 0)
      output_.repeat_as_hybrid(first_row);
  }

  void on_first_rank(const std::function<void()> &work) const
  {
    int rank = 0;
    MPI_Comm_rank(communicator_, &rank);
    together(communicator_, [&] {
      if (rank == 0)
        work();
    });
  }

  /// The accurate model and the predictor's.
  void for_both(const std::function<void(Model &)> &change)
  {
    change(*model_);
    if (quick_)
      change(*quick_);
  }

  void set_stage(const std::string &stage, const std::string &direction, const std::string &protocol)
  {
    context_.stage = stage;
    context_.direction = direction;
    context_.protocol = protocol;
    context_.step = 0;
    context_.load_factor = 0;
  }

  void run_stage(const std::string &stage, const std::function<void(double)> &apply)
  {
    const Loading &loading = study_.loading;
    const int steps = stage == "moment"         ? loading.moment_steps
                      : stage == "compression"  ? loading.force_steps
                      : stage == "installation" ? 1
                                                : loading.preload_steps;
    EquilibriumSolver::Stage plan;
    plan.name = stage;
    plan.direction = context_.direction;
    plan.protocol = context_.protocol;
    plan.apply = apply;
    plan.first_step = 1. / steps;
    plan.largest_step = 1;
    if (stage == "moment") {
      plan.largest_step = 1.3 / steps;
      const bool is_given = study_.reference || context_.protocol == protocol_name(Protocol::load_control);
      plan.waypoints = moment_waypoints(steps, is_given ? loading.moment_Nm : 0);
    } else if (stage == "compression")
      plan.waypoints = moment_waypoints(steps, 0);
    plan.should_stop = is_stop_requested;
    stage_ = stage;
    solver_->run(
        plan, [&](double done) { on_step(done); }, [&](const StepReport &report) { on_report(report); });
  }

  void on_step(double done)
  {
    context_.load_factor = done;
    ++context_.step;
    context_.moment_Nm = model_->moment->moment(solver_->state()) / 1000;
    work_.add_step(*model_, solver_->state(), stage_ == "moment" ? &neutral_ : nullptr);
    for (const std::string &text : stretch_watch_.look(*model_, solver_->state()))
      warn(text);
    if (is_measured(stage_))
      add_rows(done > 1 - 1e-9);
  }

  void on_report(const StepReport &report)
  {
    if (!report.note.empty())
      warn(report.note);
    output_.tell(report, context_.direction, context_.protocol,
                 report.accepted && is_measured(report.stage) ? fraction_done(report.load_factor) : -1);
    int stop = is_stop_requested(); // signals reach the ranks at different moments
    MPI_Allreduce(MPI_IN_PLACE, &stop, 1, MPI_INT, MPI_MAX, communicator_);
    if (stop)
      throw Stopped("variant \"" + study_.variant + "\": stopped by a signal in stage " + report.stage +
                    " on the way to load factor " + formatted("%.4g", report.load_factor));
  }

  void print_balance(const std::vector<ResultRow> &rows) const
  {
    const std::string line = balance_line(*model_, solver_->state(), rows, work_.total_mJ());
    print("%-12s %-24s %s\n", study_.variant.c_str(), context_.direction.c_str(), line.c_str());
  }

  double fraction_done(double load_factor) const
  {
    const auto &directions = study_.loading.directions;
    if (directions.empty())
      return load_factor;
    std::size_t k = 0;
    while (k < directions.size() && name(directions[k]) != context_.direction)
      ++k;
    const auto &protocols = study_.loading.protocols;
    const double p = protocols.size() > 1 && context_.protocol == protocol_name(protocols[1]) ? 1 : 0;
    return (k + (p + load_factor) / protocols.size()) / directions.size();
  }

  /// Stages of which every step is measured and written.
  static bool is_measured(const std::string &stage) { return stage == "moment" || stage == "compression"; }

  /// Stage number plus load factor: 0 installed, 0 .. 1 preload, 1 .. 2 moment or compression.
  static double time_of(const StepContext &context)
  {
    return (is_measured(context.stage) ? 1 : context.stage == "preload" ? 0 : -1) + context.load_factor;
  }

  /// A series of its own for a direction and protocol, from the preload on.
  void start_fields() { start_fields(context_.direction + "-" + context_.protocol, reference_.preload, "preload"); }

  /// A series that begins with a state at the end of a stage.
  void start_fields(const std::string &run, const State &state, const std::string &stage)
  {
    output_.start_fields(*model_, run);
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
    std::vector<ResultRow> rows = measure_spine(*model_, solver_->state(), reference_, context_);
    rows.push_back(work_.row(context_));
    if (context_.stage == "moment")
      add_laxity(rows);
    if (is_end_of_run)
      print_balance(rows);
    output_.add_rows(rows);
    output_.seconds()["measures"] += MPI_Wtime() - start;
    if (is_measured(context_.stage))
      write_fields(solver_->state(), context_);
  }

  void warn(const std::string &text) { output_.warn(text); }

  /// What was reached is kept, as far as it can be written; a second error must not hide the first.
  void close(const std::exception &error)
  {
    const auto attempt = [](const std::function<void()> &work) {
      try {
        work();
      } catch (const UserError &) {
      }
    };
    try {
      // A series of the preload has no step between its beginning and its end.
      if (context_.stage == "preload" && context_.load_factor > 0)
        attempt([&] { write_fields(solver_->state(), context_); });
      attempt([&] { output_.end_early(context_, error.what()); });
      if (study_.reference)
        attempt([&] { on_first_rank([&] { close_reference_rotations(options_.output, study_.loading.directions); }); });
      attempt([&] { finish(false); });
    } catch (const std::bad_alloc &) {
    }
  }

  void finish(bool has_converged)
  {
    for (const std::string &text : facet_warnings(study_, *model_, output_.rows()))
      warn(text);
    output_.finish(*model_, *solver_, quick_.get(), has_converged);
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
  VariantOutput output_;
  std::string stage_;
  bool has_hybrid_ = false;
  std::unique_ptr<Model> model_;
  std::unique_ptr<EquilibriumSolver> solver_;
  std::unique_ptr<Model> quick_;
  std::unique_ptr<QuickPredictor> predictor_;
  QuickPredictor::Memory quick_preload_;
  MeasureReference reference_;
  Matrix3 neutral_ = Matrix3::Identity();
  ExternalWork work_, preload_work_;
  StretchWatch stretch_watch_;
  StepContext context_;
  std::string failures_;
};
} // namespace

void run_variant(const Study &study, const RunOptions &options, MPI_Comm communicator)
{
  VariantRun(study, options, communicator).run();
}
} // namespace lumbarfem
