#include "app/simulation/calibration_evaluator.h"

#include "app/simulation/job_pool.h"
#include "app/simulation/provenance.h"
#include "app/simulation/study_runner.h"
#include "base/formatted.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/result_writer.h"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lumbarfem
{
namespace
{
/// FNV-1a, 64 bits.
std::string hash(const std::string &text)
{
  std::uint64_t value = 14695981039346656037ull;
  for (const char letter : text)
    value = (value ^ static_cast<unsigned char>(letter)) * 1099511628211ull;
  return formatted("%016llx", static_cast<unsigned long long>(value));
}

std::string digits(double value) { return formatted("%.8g", value); }

/// What is computed and what is read back must not differ: a fit that is repeated from the record takes the same way.
double as_recorded(double value) { return std::strtod(digits(value).c_str(), nullptr); }

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
  fingerprint_ = hash(study.effective_toml + program_version() + git_revision());
  read_record();
}

std::string CalibrationEvaluator::key(const std::string &values, Direction direction) const
{
  return fingerprint_ + "," + name(direction) + "," + values;
}

void CalibrationEvaluator::read_record()
{
  std::string header = "fingerprint,direction";
  for (const FittedConstant &constant : plan_.constants)
    header += "," + constant.key;
  header += ",moment_Nm,rotation_deg,pressure_MPa\n";
  std::ifstream file(record_);
  std::string line;
  if (!std::getline(file, line) || line + "\n" != header) { // of other constants: nothing in it can be used
    write_text(record_, header);
    return;
  }
  while (std::getline(file, line)) {
    std::vector<std::string> fields;
    std::istringstream stream(line + ",");
    for (std::string field; std::getline(stream, field, ',');)
      fields.push_back(field);
    if (fields.size() != plan_.constants.size() + 5 || fields[0] != fingerprint_)
      continue;
    std::string start = fields[0];
    for (std::size_t k = 1; k < fields.size() - 3; ++k)
      start += "," + fields[k];
    DiscResponse &response = known_[start];
    const auto number = [&](std::size_t from_end) {
      return std::strtod(fields[fields.size() - from_end].c_str(), nullptr);
    };
    if (!fields[fields.size() - 2].empty())
      response.at_Nm[number(3)] = {number(2), number(1)};
  }
}

void CalibrationEvaluator::add_to_record(const std::string &values, Direction direction,
                                         const DiscResponse &response) const
{
  std::ofstream file(record_, std::ios::app);
  const std::string start = key(values, direction);
  for (const MeasuredState &state : plan_.measured) {
    if (state.direction != direction)
      continue;
    const auto found = response.at_Nm.find(state.moment_Nm);
    file << start << "," << digits(state.moment_Nm) << ",";
    if (found != response.at_Nm.end())
      file << digits(found->second.rotation_deg) << "," << digits(found->second.pressure_MPa);
    else
      file << ",";
    file << "\n";
  }
}

DiscResponse CalibrationEvaluator::read_response(const std::string &folder, Direction direction) const
{
  DiscResponse response;
  const std::string path = folder + "/" + variant_ + "/results.csv";
  if (!std::filesystem::exists(path))
    return response;
  const auto at_moment = [](const ResultRow &row, double moment_Nm) {
    return std::abs(std::abs(row.context.moment_Nm) - moment_Nm) < 1e-6 * moment_Nm;
  };
  const std::vector<ResultRow> rows = read_results(path);
  for (const MeasuredState &state : plan_.measured) {
    if (state.direction != direction)
      continue;
    double rotation = std::nan(""), pressure = std::nan("");
    for (const ResultRow &row : rows) {
      if (row.context.stage != "moment" || row.level.empty() || !at_moment(row, state.moment_Nm))
        continue;
      if (row.quantity == "rom" && row.component == "primary")
        rotation = std::abs(row.value);
      if (row.quantity == "idp" && row.region.empty() && row.statistic == "mean")
        pressure = row.value;
    }
    if (rotation > 0 && std::isfinite(pressure))
      response.at_Nm[state.moment_Nm] = {as_recorded(rotation), as_recorded(pressure)};
  }
  return response;
}

DiscResponses CalibrationEvaluator::evaluate(const Eigen::VectorXd &constants, const std::vector<Direction> &directions)
{
  const std::string values = joined(constants);
  DiscResponses responses;
  std::vector<Direction> to_run;
  for (const Direction direction : directions) {
    const auto found = known_.find(key(values, direction));
    if (found == known_.end())
      to_run.push_back(direction);
    else
      responses[direction] = found->second;
  }
  const auto folder_of = [&](Direction direction) { return settings_.output + "/runs/" + name(direction); };
  std::vector<Job> jobs;
  for (const Direction direction : to_run) {
    const std::string folder = folder_of(direction);
    std::filesystem::create_directories(folder);
    std::filesystem::remove(folder + "/" + variant_ + "/results.csv");
    Job job;
    job.name = name(direction);
    job.log = folder + "/log.txt";
    job.command = {settings_.program, "run",    "--no-report", settings_.study_path, "--quiet",  "--variant", variant_,
                   "--direction",     job.name, "--protocol",  "load_control",       "--output", folder};
    job.command.insert(job.command.end(), settings_.passed_on.begin(), settings_.passed_on.end());
    for (std::size_t k = 0; k < plan_.constants.size(); ++k) {
      job.command.push_back("--set");
      job.command.push_back(plan_.constants[k].key + "=" + digits(constants[static_cast<int>(k)]));
    }
    jobs.push_back(job);
  }
  const int code = jobs.empty() ? 0 : run_side_by_side(jobs, settings_.n_jobs, true);
  if (code == static_cast<int>(ExitCode::stopped))
    throw Stopped("calibrate: stopped by a signal; what was computed is on record and is not run again");
  if (code != 0 && code != static_cast<int>(ExitCode::not_converged))
    throw UserError("a run with the constants " + values + " ended abnormally; see " + settings_.output +
                    "/runs/<direction>/log.txt");
  n_runs_ += static_cast<int>(jobs.size());
  for (const Direction direction : to_run) {
    const DiscResponse response = read_response(folder_of(direction), direction);
    known_[key(values, direction)] = response;
    add_to_record(values, direction, response);
    responses[direction] = response;
  }
  return responses;
}
} // namespace lumbarfem
