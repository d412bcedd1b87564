/// lumbarfem calibrate: fits constants of a disc or a spine to measured rotations.
#include "app/commands/job_count.h"
#include "app/commands/report_page.h"
#include "app/commands/study_selection.h"
#include "app/simulation/calibration_report.h"
#include "app/simulation/frozen_hashes.h"
#include "app/simulation/laxity.h"
#include "app/simulation/new_manifest.h"
#include "app/simulation/run_folder.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>

namespace lumbarfem
{
namespace po = boost::program_options;
namespace
{
struct Options {
  std::string study, text, plan, output; ///< text: of the study
  Words settings, search;
  int n_jobs, n_sets, n_starts, max_evaluations;
  unsigned seed;
  bool quiet;
};

/// The study as the runs read it: the moments of the plan, no fields, and what the fits change of the mesh.
class CalibrationStudy
{
public:
  CalibrationStudy(const Options &options, const CalibrationPlan &plan, const Words &mesh)
  {
    double largest = 0;
    for (const MeasuredState &state : plan.measured)
      largest = std::max(largest, state.moment_Nm);
    settings_ = options.settings;
    settings_.push_back("loading.moment_Nm=" + format_number(largest));
    settings_.push_back("output.fields=false");
    settings_.insert(settings_.end(), mesh.begin(), mesh.end());
    file_ = read_study_text(options.text, options.study, settings_);
    check(options, plan, largest);
  }

  const Study &study() const { return file_.reference(); }
  Words passed_on() const
  {
    Words result;
    for (const std::string &setting : settings_) {
      result.push_back("--set");
      result.push_back(setting);
    }
    return result;
  }

private:
  void check(const Options &options, const CalibrationPlan &plan, double largest)
  {
    const std::vector<Level> &levels = study().geometry.levels;
    for (const MeasuredState &state : plan.measured) {
      if (state.pressure_MPa >= 0 && state.level == sum_of_levels && levels.size() > 2)
        throw UserError(plan.path + ": measured: a pressure is that of one level; give the state at " +
                        format_number(state.moment_Nm) + " Nm its level, for example level = \"L3-L4\"");
      if (state.level == sum_of_levels)
        continue;
      const auto upper = std::find(levels.begin(), levels.end(), parse_disc(state.level));
      if (study().geometry.single_disc || upper == levels.end() || upper + 1 == levels.end())
        throw UserError(plan.path + ": measured: level \"" + state.level + "\" is not in " + options.study +
                        (study().geometry.single_disc
                             ? ", which is a single disc; leave the key out"
                             : "; its levels are " + name(levels.front()) + " to " + name(levels.back())));
    }
    const std::vector<double> waypoints = moment_waypoints(study().loading.moment_steps, largest);
    for (const MeasuredState &state : plan.measured)
      if (std::none_of(waypoints.begin(), waypoints.end(),
                       [&](double factor) { return std::abs(factor * largest - state.moment_Nm) < 1e-9 * largest; }))
        throw UserError(plan.path + ": measured: no load step of " + options.study + " ends at " +
                        format_number(state.moment_Nm) + " Nm (" + std::to_string(study().loading.moment_steps) +
                        " equal steps to " + format_number(largest) +
                        " Nm, and 1 Nm); choose another loading.moment_steps");
    // Names, ranges and types of the constants: the study's own checks, at all three values.
    for (const auto value : {&FittedConstant::start, &FittedConstant::lower, &FittedConstant::upper}) {
      Words with_constants = settings_;
      for (const FittedConstant &constant : plan.constants)
        for (const std::string &key : constant.keys())
          with_constants.push_back(key + "=" + format_number(constant.*value));
      try {
        StudyFile changed = read_study_text(options.text, options.study, with_constants);
        changed.variants = {changed.reference()};
        check_against_meshes(changed);
      } catch (const UserError &error) {
        throw UserError(plan.path + ": constant: " + error.what());
      }
    }
  }

  Words settings_;
  StudyFile file_;
};

Options read_options(const po::variables_map &values)
{
  Options options;
  options.study = values["STUDY"].as<std::string>();
  options.plan = values.count("plan")
                     ? values["plan"].as<std::string>()
                     : (std::filesystem::path(options.study).parent_path() / "calibration.toml").string();
  options.output =
      values.count("output") ? values["output"].as<std::string>() : default_output(options.study) + "-calibration";
  options.search = words(values, "search");
  options.settings = words(values, "set");
  options.n_sets = values["sets"].as<int>();
  options.n_starts = values["starts"].as<int>();
  options.max_evaluations = values["max-evaluations"].as<int>();
  options.seed = values["seed"].as<unsigned>();
  options.quiet = values.count("quiet") > 0;
  const auto at_least = [](const char *name, int value, int least, int most) {
    if (value < least || value > most)
      throw UserError("--" + std::string(name) + " " + std::to_string(value) + " is outside " + std::to_string(least) +
                      " .. " + std::to_string(most));
  };
  at_least("sets", options.n_sets, 1, 26);
  at_least("starts", options.n_starts, 1, 1000);
  at_least("max-evaluations", options.max_evaluations, 1, 100000);
  for (const std::string &setting : options.search)
    if (setting.rfind("mesh.", 0) != 0)
      throw UserError("--search " + setting + ": only keys of [mesh] may differ, for example mesh.element=q1p0");
  for (const std::string &setting : options.settings)
    for (const char *fixed : {"loading.moment_Nm", "output.fields"})
      if (setting.rfind(fixed, 0) == 0)
        throw UserError("--set " + setting + ": " + fixed + " is set by this command");
  return options;
}

/// Fits on the study's mesh, or on a coarser one whose rotations are corrected by the ratio of the two meshes at one
/// point: it hardly depends on the constants, and the sets that are reported are computed on the study's mesh.
class Calibration
{
public:
  /// @p search: equal to @p target when no coarser mesh is used.
  Calibration(const CalibrationPlan &plan, const Options &options, CalibrationEvaluator &target,
              CalibrationEvaluator &search)
      : plan_(plan), options_(options), target_(target), search_(search), rows_(rotation_rows(plan))
  {
    // Groups without a fitted row have no number among the fitted ones.
    std::vector<int> groups;
    for (const RotationRow &row : rows_) {
      if (!row.fitted)
        continue;
      if (groups.empty() || groups.back() != row.group) {
        groups.push_back(row.group);
        directions_.push_back(row.directions);
      }
      fitted_.push_back(row);
      problem_.group_of_row.push_back(static_cast<int>(groups.size()) - 1);
    }
    correction_ = Eigen::VectorXd::Zero(static_cast<int>(fitted_.size()));
    problem_.n_constants = static_cast<int>(plan.constants.size());
    problem_.residuals = [this](const Eigen::VectorXd &point, const std::vector<char> &wanted) {
      return residuals(point, wanted);
    };
  }

  CalibrationResult run()
  {
    CalibrationResult result;
    result.rows = rows_;
    FitSettings settings;
    settings.max_evaluations = options_.max_evaluations;
    Eigen::VectorXd start(problem_.n_constants);
    for (int i = 0; i < start.size(); ++i)
      start[i] = to_unit(plan_.constants[i], plan_.constants[i].start);
    correct_at(start);
    add_start(result, "start of the plan", start, settings);
    const std::vector<Eigen::VectorXd> corners =
        corner_starts(problem_.n_constants, options_.n_starts - 1, options_.seed);
    for (std::size_t k = 0; k < corners.size(); ++k)
      add_start(result, "corner " + std::to_string(k + 1), corners[k], settings);
    const Start best =
        *std::min_element(result.starts.begin(), result.starts.end(),
                          [](const Start &a, const Start &b) { return a.fit.sum_of_squares < b.fit.sum_of_squares; });
    settings.initial_step = 0.05;
    result.best = best.fit.point;
    for (int round = 1; round <= max_rounds; ++round) {
      if (is_corrected() || round > 1) {
        correct_at(result.best);
        add_start(result, "polished " + std::to_string(round), result.best, settings);
        result.best = result.starts.back().fit.point;
      }
      stage_ = "derivatives";
      const Eigen::MatrixXd derivatives = jacobian(problem_, result.best, 0.02);
      result.statistics = fit_statistics(derivatives, problem_.residuals(result.best, problem_.all_groups()));
      const Eigen::VectorXd walked = walk_weak_combinations(result);
      if (sum_of_squares(walked) > 0.98 * sum_of_squares(result.best))
        break;
      if (round < max_rounds) // the fit had stopped in a long valley
        result.best = walked;
    }
    if (problem_.n_groups() > 1) {
      stage_ = "one direction left out";
      result.left_out = leave_one_group_out(problem_, result.best, settings);
    }
    choose_sets(result);
    return result;
  }

private:
  static constexpr int max_rounds = 4;

  struct Computed {
    Eigen::VectorXd point;
    MeasuredResponses responses; ///< on the search mesh
  };

  bool is_corrected() const { return &target_ != &search_; }

  std::vector<Direction> directions_of(const std::vector<char> &wanted) const
  {
    std::vector<Direction> directions;
    for (std::size_t group = 0; group < directions_.size(); ++group)
      if (wanted[group])
        directions.insert(directions.end(), directions_[group].begin(), directions_[group].end());
    return directions;
  }

  Eigen::VectorXd raw_residuals(const MeasuredResponses &responses) const
  {
    Eigen::VectorXd result(correction_.size());
    for (int row = 0; row < result.size(); ++row)
      result[row] = rotation_residual(fitted_[row], responses);
    return result;
  }

  bool is_complete(const MeasuredResponses &responses) const
  {
    return std::all_of(fitted_.begin(), fitted_.end(),
                       [&](const RotationRow &row) { return std::isfinite(computed_rotation(row, responses)); });
  }

  static double root_mean_square(const Eigen::VectorXd &residuals)
  {
    return residuals.norm() / std::sqrt(static_cast<double>(residuals.size()));
  }

  /// Logarithm of the ratio of the study's mesh to the search mesh, by row; unchanged where a run did not get there.
  void correct_at(const Eigen::VectorXd &point)
  {
    if (!is_corrected())
      return;
    const Eigen::VectorXd constants = from_unit(plan_.constants, point);
    const std::vector<Direction> all = directions_of(problem_.all_groups());
    const MeasuredResponses there = target_.evaluate(constants, all), here = search_.evaluate(constants, all);
    if (is_complete(there) && is_complete(here))
      correction_ = raw_residuals(there) - raw_residuals(here);
    if (!options_.quiet)
      std::printf("study's mesh against search mesh: rotations differ by up to %.2f %%\n",
                  100 * correction_.cwiseAbs().maxCoeff());
  }

  Eigen::VectorXd residuals(const Eigen::VectorXd &point, const std::vector<char> &wanted)
  {
    const Eigen::VectorXd constants = from_unit(plan_.constants, point);
    const MeasuredResponses responses = search_.evaluate(constants, directions_of(wanted));
    Eigen::VectorXd result = raw_residuals(responses) + correction_;
    int n = 0;
    for (int row = 0; row < result.size(); ++row) {
      const bool is_wanted = wanted[problem_.group_of_row[row]] != 0;
      n += is_wanted;
      if (!is_wanted)
        result[row] = 0;
    }
    ++n_evaluations_;
    print(constants, result.norm() / std::sqrt(static_cast<double>(n)));
    if (is_complete(responses))
      computed_.push_back({point, responses});
    return result;
  }

  void print(const Eigen::VectorXd &constants, double rms) const
  {
    if (options_.quiet)
      return;
    std::printf("%-22s evaluation %3d  rms %6.2f %% ", stage_.c_str(), n_evaluations_, 100 * rms);
    for (std::size_t i = 0; i < plan_.constants.size(); ++i) {
      const std::string &key = plan_.constants[i].key;
      std::printf("  %s %.4g", key.substr(key.find('.') + 1).c_str(), constants[static_cast<int>(i)]);
    }
    std::printf("\n");
    std::fflush(stdout);
  }

  void add_start(CalibrationResult &result, const std::string &name, const Eigen::VectorXd &point,
                 const FitSettings &settings)
  {
    stage_ = name;
    result.starts.push_back({name, fit(problem_, point, settings, problem_.all_groups())});
  }

  double sum_of_squares(const Eigen::VectorXd &point)
  {
    return problem_.residuals(point, problem_.all_groups()).squaredNorm();
  }

  /// Points about as good as the best fit lie far from it along the combinations that are identified least. Where the
  /// linearised residuals reach the margin is only a guess: two points on the way are computed. Returns the best point.
  Eigen::VectorXd walk_weak_combinations(const CalibrationResult &result)
  {
    stage_ = "weak combinations";
    const FitStatistics &statistics = result.statistics;
    const double n = static_cast<double>(fitted_.size()), least = sum_of_squares(result.best);
    const double room = n * std::pow(std::sqrt(least / n) + plan_.equal_margin_percent / 100, 2) - least;
    Eigen::VectorXd best = result.best;
    double best_sum = least;
    for (int k = std::max(0, problem_.n_constants - 2); k < problem_.n_constants; ++k)
      for (const double share : {0.5, 0.8, -0.5, -0.8}) {
        const double reach = std::min(1., std::sqrt(room / std::max(statistics.eigenvalues[k], 1e-12)));
        const Eigen::VectorXd point =
            (result.best + share * reach * statistics.combinations.col(k)).cwiseMax(0).cwiseMin(1);
        const double sum = sum_of_squares(point);
        if (sum < best_sum) {
          best_sum = sum;
          best = point;
        }
      }
    return best;
  }

  /// The set computed on the study's mesh, with all directions of the plan.
  ConstantSet make_set(const Computed &computed, CalibrationResult &result)
  {
    ConstantSet set;
    set.point = computed.point;
    set.responses = target_.evaluate(from_unit(plan_.constants, set.point), measured_directions(plan_));
    const Eigen::VectorXd there = raw_residuals(set.responses);
    set.rms = root_mean_square(there);
    set.contradiction = pressure_contradiction(plan_, set.responses);
    const double error = (there - raw_residuals(computed.responses) - correction_).cwiseAbs().maxCoeff();
    result.search_error = std::max(result.search_error, error);
    return set;
  }

  /// The best fit and those equally good points that lie farthest apart, in the order of what speaks against them.
  void choose_sets(CalibrationResult &result)
  {
    const auto rms_of = [&](const Computed &computed) {
      return root_mean_square(raw_residuals(computed.responses) + correction_);
    };
    std::stable_sort(computed_.begin(), computed_.end(),
                     [&](const Computed &a, const Computed &b) { return rms_of(a) < rms_of(b); });
    // The first set is the best fit itself, not a neighbour that the derivatives happened to touch.
    const auto is_best = [&](const Computed &computed) { return computed.point == result.best; };
    std::stable_partition(computed_.begin(), computed_.end(), is_best);
    if (computed_.empty() || !is_best(computed_.front()))
      return;
    const double margin = plan_.equal_margin_percent / 100;
    std::vector<Eigen::VectorXd> points;
    for (const Computed &computed : computed_)
      if (rms_of(computed) <= rms_of(computed_.front()) + margin)
        points.push_back(computed.point);
    result.n_equally_good = static_cast<int>(points.size());
    for (const int k : farthest_points(points, options_.n_sets)) {
      ConstantSet set = make_set(computed_[k], result);
      set.is_best_fit = k == 0;
      if (k == 0)
        result.best_rms = set.rms;
      set.is_equally_good = is_complete(set.responses) && set.rms <= result.best_rms + margin;
      result.sets.push_back(set);
    }
    std::stable_sort(result.sets.begin(), result.sets.end(), [](const ConstantSet &a, const ConstantSet &b) {
      return a.is_equally_good != b.is_equally_good ? a.is_equally_good : a.contradiction < b.contradiction;
    });
    for (std::size_t k = 0; k < result.sets.size(); ++k)
      result.sets[k].name = std::string(1, static_cast<char>('a' + k));
  }

  const CalibrationPlan &plan_;
  const Options &options_;
  CalibrationEvaluator &target_, &search_;
  std::vector<RotationRow> rows_, fitted_;
  std::vector<std::vector<Direction>> directions_; ///< by group of the problem
  FitProblem problem_;
  Eigen::VectorXd correction_; ///< added to the logarithms of the rotations of the search mesh
  std::vector<Computed> computed_;
  std::string stage_;
  int n_evaluations_ = 0;
};
} // namespace

int calibrate_command(const Invocation &invocation)
{
  po::options_description visible("options");
  visible.add_options()("plan", po::value<std::string>(),
                        "what is fitted to what (default calibration.toml beside the study)")(
      "set", po::value<Words>()->composing(), "KEY=VALUE: a dotted key of the study (repeatable)")(
      "output", po::value<std::string>(), "folder of the results (default results/<name of the study>-calibration)")(
      "sets", po::value<int>()->default_value(3), "equally good sets to keep")(
      "starts", po::value<int>()->default_value(4), "fits: one from the plan's start, the others from corners")(
      "max-evaluations", po::value<int>()->default_value(60),
      "evaluations of one fit")("seed", po::value<unsigned>()->default_value(1), "decides which corners are taken")(
      "search", po::value<Words>()->composing(),
      "KEY=VALUE: a key of [mesh] for cheaper runs of the fits, whose rotations are corrected to the study's mesh "
      "(repeatable)")("quiet", "print the table and errors only");
  add_jobs_option(visible, "directions");
  add_report_switch(visible);
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem calibrate STUDY [options]", visible, {"STUDY"}, values))
    return 0;
  invocation.ranks.refuse_several("calibrate");
  Options options = read_options(values);
  const StudyFile readable = read_study(options.study, options.settings); // its faults come before the plan's
  options.n_jobs = chosen_jobs(values, 6, 6, check_against_meshes(readable), invocation.ranks).n;
  options.text = readable.text;
  const CalibrationPlan plan = read_calibration_plan(options.plan);
  rotation_rows(plan);
  const CalibrationStudy study(options, plan, {});
  const CalibrationStudy coarser(options, plan, options.search);
  const std::string plan_text = read_text(options.plan);
  RunFolder folder(options.output, "calibrate");
  RunManifest manifest = new_manifest(invocation.words("calibrate"), frozen_hashes(readable), {study.study()}, 1);
  manifest.jobs = options.n_jobs;
  // The record of evaluations is no part of the run: later ones go on from it.
  manifest.entries = {"study.toml", "calibration.toml",    "calibration.txt",   "fit.csv",   "starts.csv",
                      "rows.csv",   "identifiability.csv", "leave_one_out.csv", "sets.toml", "runs"};
  folder.begin(manifest, {{"study.toml", options.text}, {"calibration.toml", plan_text}});
  const RunIdentity identity = folder.manifest().identity();
  CalibrationEvaluator::Settings settings{invocation.program, options.study,          options.output,
                                          study.passed_on(),  options.n_jobs,         folder.work() + "/study.toml",
                                          identity.run,       folder.work() + "/runs"};
  CalibrationEvaluator target(study.study(), plan, settings);
  settings.passed_on = coarser.passed_on();
  CalibrationEvaluator search(coarser.study(), plan, settings);
  CalibrationResult result;
  try {
    result = Calibration(plan, options, target, options.search.empty() ? target : search).run();
  } catch (const Stopped &) {
    folder.end(RunState::stopped);
    throw;
  }
  if (result.sets.empty()) {
    folder.end(RunState::failed);
    std::cerr << "lumbarfem: no set of constants reached all measured moments; see " << settings.runs
              << "/<direction>/log.txt\n";
    return static_cast<int>(ExitCode::not_converged);
  }
  result.n_runs = target.n_runs() + search.n_runs();
  std::cout << "\n"
            << report_calibration(plan, study.study(), result, folder.work(), identity)
            << "\nresults: " << options.output << " (" << identity.line() << ")\n";
  folder.end(RunState::complete);
  report_after(options.output, values);
  return 0;
}
} // namespace lumbarfem
