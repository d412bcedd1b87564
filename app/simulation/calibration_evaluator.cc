#include "app/simulation/calibration_evaluator.h"

#include "app/simulation/frozen_hashes.h"
#include "app/simulation/job_pool.h"
#include "app/simulation/provenance.h"
#include "base/digest.h"
#include "base/formatted.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/folder_replacement.h"
#include "postprocess/result_writer.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <set>
#include <sstream>

namespace lumbarfem
{
namespace
{
std::string digits(double value) { return formatted("%.8g", value); }

/// What is computed and what is read back must not differ: a fit that is repeated from the record takes the same way.
double as_recorded(double value) { return parse_number(digits(value)).value_or(value); }

/// The constants as they are passed to the runs and stand on record.
std::string joined(const Eigen::VectorXd &constants)
{
  std::string text;
  for (const double value : constants)
    text += (text.empty() ? "" : ",") + digits(value);
  return text;
}
} // namespace

CalibrationEvaluator::CalibrationEvaluator(const Study &study, const CalibrationPlan &plan, const Settings &settings)
    : plan_(plan), settings_(settings), variant_(study.variant), record_(settings.output + "/evaluations.csv")
{
  std::string set_by; // a constant may stand for several keys, of which the record names the first
  for (const FittedConstant &constant : plan_.constants)
    set_by += " " + lumbarfem::joined(constant.keys());
  fingerprint_ = sha256(variant_hash(study) + executable_hash() + set_by).substr(0, 16);
  read_record();
}

std::string CalibrationEvaluator::key(const std::string &values, Direction direction) const
{
  return fingerprint_ + "," + name(direction) + "," + values;
}

std::vector<MeasuredResponse::State> CalibrationEvaluator::measured_states(Direction direction) const
{
  std::vector<MeasuredResponse::State> states;
  for (const MeasuredState &state : plan_.measured)
    if (state.direction == direction)
      states.push_back({state.moment_Nm, state.level});
  return states;
}

void CalibrationEvaluator::read_record()
{
  std::string header = "fingerprint,direction";
  for (const FittedConstant &constant : plan_.constants)
    header += "," + constant.key;
  header += ",moment_Nm,level,rotation_deg,pressure_MPa,digest";
  if (!std::filesystem::exists(record_)) {
    write_text(record_, header + "\n");
    return;
  }
  std::string text = read_text(record_);
  if (text.substr(0, text.find('\n')) != header)
    throw UserError(record_ + ": is the record of a calibration of other constants or by another version; move it "
                              "away, or give another folder "
                              "with --output");
  if (text == header)
    text += "\n"; // cut behind its first line
  int n_damaged = 0;
  if (text.back() != '\n') { // cut within a line, which must not be taken for a shorter number
    text.erase(text.rfind('\n') + 1);
    write_text(record_, text);
    ++n_damaged;
  }
  std::istringstream lines(text.substr(header.size() + 1));
  std::vector<std::string> fields;
  std::map<std::string, std::set<MeasuredResponse::State>> recorded; // by key
  while (lumbarfem::read_record(lines, fields)) {
    if (fields.size() != plan_.constants.size() + 7) {
      ++n_damaged;
      continue;
    }
    const std::string digest = fields.back();
    fields.pop_back();
    if (record_digest(fields) != digest) {
      ++n_damaged;
      continue;
    }
    if (fields[0] != fingerprint_)
      continue;
    std::string start = fields[0];
    for (std::size_t k = 1; k < fields.size() - 4; ++k)
      start += "," + fields[k];
    const std::size_t n = fields.size();
    const std::optional<double> moment = parse_number(fields[n - 4]), rotation = parse_number(fields[n - 2]),
                                pressure = parse_number(fields[n - 1]);
    const bool was_not_reached = fields[n - 2].empty() && fields[n - 1].empty();
    if (!moment || (!was_not_reached && !rotation)) {
      ++n_damaged;
      continue;
    }
    const MeasuredResponse::State state{*moment, fields[n - 3]};
    recorded[start].insert(state);
    if (!was_not_reached)
      known_[start].at[state] = {*rotation, pressure.value_or(std::nan(""))};
  }
  int n_cut = 0;
  for (const auto &[start, states] : recorded) {
    const std::string direction = start.substr(fingerprint_.size() + 1);
    const auto wanted = measured_states(parse_direction(direction.substr(0, direction.find(','))));
    if (std::all_of(wanted.begin(), wanted.end(), [&](const auto &state) { return states.count(state) > 0; })) {
      known_[start]; // also where no state was reached
      continue;
    }
    known_.erase(start);
    ++n_cut;
  }
  if (n_damaged + n_cut > 0)
    std::cerr << "lumbarfem: warning: " << record_ << ": " << n_damaged
              << " damaged or changed lines are left out, and " << n_cut
              << " evaluations without all their states are computed again\n";
}

void CalibrationEvaluator::add_to_record(const std::string &values, Direction direction,
                                         const MeasuredResponse &response) const
{
  const std::string start = key(values, direction);
  std::string text;
  for (const MeasuredResponse::State &state : measured_states(direction)) {
    const auto found = response.at.find(state);
    std::string rotation, pressure;
    if (found != response.at.end()) {
      rotation = digits(found->second.rotation_deg);
      if (std::isfinite(found->second.pressure_MPa))
        pressure = digits(found->second.pressure_MPa);
    }
    std::istringstream beginning(start);
    std::vector<std::string> fields;
    lumbarfem::read_record(beginning, fields);
    fields.insert(fields.end(), {digits(state.moment_Nm), state.level, rotation, pressure});
    fields.push_back(record_digest(fields));
    text += lumbarfem::joined(fields, ",") + "\n";
  }
  append_text(record_, text);
}

MeasuredResponse CalibrationEvaluator::read_response(const std::string &folder, Direction direction) const
{
  MeasuredResponse response;
  const std::optional<RunManifest> manifest = read_manifest(folder);
  if (!manifest || manifest->part_of != settings_.run)
    throw UserError(folder + ": does not hold the run that was just made there; is another program writing to it?");
  const std::string path = folder + "/" + variant_ + "/results.csv";
  if (!std::filesystem::exists(path))
    return response;
  std::size_t n_others = 0;
  const auto at_moment = [](const ResultRow &row, double moment_Nm) {
    return std::abs(std::abs(row.context.moment_Nm) - moment_Nm) < 1e-6 * moment_Nm;
  };
  const std::vector<ResultRow> rows = read_results_of_run(path, manifest->run, n_others);
  for (const MeasuredState &state : plan_.measured) {
    if (state.direction != direction)
      continue;
    double rotation = 0, pressure = std::nan("");
    int n_levels = 0;
    for (const ResultRow &row : rows) {
      if (row.context.stage != "moment" || row.level.empty() || !at_moment(row, state.moment_Nm) ||
          (state.level != sum_of_levels && row.level != state.level))
        continue;
      if (row.quantity == "rom" && row.component == "primary") {
        rotation += row.value;
        ++n_levels;
      }
      if (row.quantity == "idp" && row.region.empty() && row.statistic == "mean")
        pressure = row.value;
    }
    if (n_levels > 0)
      response.at[{state.moment_Nm, state.level}] = {as_recorded(std::abs(rotation)),
                                                     n_levels == 1 ? as_recorded(pressure) : std::nan("")};
  }
  return response;
}

MeasuredResponses CalibrationEvaluator::evaluate(const Eigen::VectorXd &constants,
                                                 const std::vector<Direction> &directions)
{
  const std::string values = joined(constants);
  MeasuredResponses responses;
  std::vector<Direction> to_run;
  for (const Direction direction : directions) {
    const auto found = known_.find(key(values, direction));
    if (found == known_.end())
      to_run.push_back(direction);
    else
      responses[direction] = found->second;
  }
  const auto folder_of = [&](Direction direction) { return settings_.runs + "/" + name(direction); };
  std::vector<Job> jobs;
  for (const Direction direction : to_run) {
    const std::string folder = folder_of(direction);
    // A run that reaches no load step would leave the one before in its place.
    if (const std::optional<RunManifest> before = read_manifest(folder))
      remove_run(folder, *before);
    std::filesystem::create_directories(folder);
    Job job;
    job.name = name(direction);
    job.log = folder + "/log.txt";
    job.command = {settings_.program, "run",    "--no-report", settings_.study_path, "--quiet",  "--variant", variant_,
                   "--direction",     job.name, "--protocol",  "load_control",       "--output", folder};
    job.command.insert(job.command.end(), {"--snapshot", settings_.snapshot, "--part-of", settings_.run});
    job.command.insert(job.command.end(), settings_.passed_on.begin(), settings_.passed_on.end());
    for (std::size_t k = 0; k < plan_.constants.size(); ++k)
      for (const std::string &key : plan_.constants[k].keys())
        job.command.insert(job.command.end(), {"--set", key + "=" + digits(constants[static_cast<int>(k)])});
    jobs.push_back(job);
  }
  const int code = jobs.empty() ? 0 : run_side_by_side(jobs, settings_.n_jobs, true);
  if (code == static_cast<int>(ExitCode::stopped))
    throw Stopped("calibrate: stopped by a signal; what was computed is on record and is not run again");
  if (code == static_cast<int>(ExitCode::out_of_memory))
    throw OutOfMemory("out of memory in a run with the constants " + values + "; see " + settings_.runs +
                      "/<direction>/log.txt. " + memory_advice);
  if (code != 0 && code != static_cast<int>(ExitCode::not_converged))
    throw UserError("a run with the constants " + values + " ended abnormally; see " + settings_.runs +
                    "/<direction>/log.txt");
  n_runs_ += static_cast<int>(jobs.size());
  for (const Direction direction : to_run) {
    const MeasuredResponse response = read_response(folder_of(direction), direction);
    known_[key(values, direction)] = response;
    add_to_record(values, direction, response);
    responses[direction] = response;
  }
  return responses;
}
} // namespace lumbarfem
