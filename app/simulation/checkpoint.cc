#include "app/simulation/checkpoint.h"

#include "base/user_error.h"
#include "postprocess/atomic_file.h"

#include <nlohmann/json.hpp>

#include <cstring>
#include <filesystem>
#include <fstream>

using Json = nlohmann::json;

namespace lumbarfem
{
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(EarlyEnd, stage, direction, protocol, load_factor, reason)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(StepRecord, stage, direction, protocol, step, load_factor, accepted,
                                   newton_iterations, residual_N, tolerance_N)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(NewtonRow, stage, direction, protocol, step, iteration, load_factor, residual_N,
                                   tolerance_N, line_search, residual_slope_Nmm, linear_iterations, refactored,
                                   negative_pivots)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ExternalWork::Record, total_mJ, forces, ways)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(OutputRecord, start_time, n_resumed, n_rows, rows_hash, fields, field_files,
                                   n_field_steps, warnings, early_ends, steps, newton_table, seconds, n_factors,
                                   n_solves, n_cuts)

namespace
{
const std::string format = "lumbarfem-checkpoint-2";

/// States are large: their bytes as they lie in memory, since a checkpoint is read where it was written.
Json packed(const std::vector<double> &values)
{
  std::vector<std::uint8_t> bytes(values.size() * sizeof(double));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return Json::binary(std::move(bytes));
}

std::vector<double> unpacked(const Json &json)
{
  const std::vector<std::uint8_t> &bytes = json.get_binary();
  std::vector<double> values(bytes.size() / sizeof(double));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(double));
  return values;
}

Json to_json(const Checkpoint &checkpoint)
{
  Json json = {{"format", format},
               {"run", checkpoint.run},
               {"study_hash", checkpoint.study_hash},
               {"stage", checkpoint.stage},
               {"load_factor", checkpoint.load_factor},
               {"increment", checkpoint.increment},
               {"stage_step", checkpoint.stage_step},
               {"solver_step", checkpoint.solver_step},
               {"is_finished", checkpoint.is_finished},
               {"failures", checkpoint.failures},
               {"rotations", Json::object()},
               {"first_row", checkpoint.first_row},
               {"state", packed(checkpoint.state)},
               {"installation", packed(checkpoint.installation)},
               {"preload", packed(checkpoint.preload)},
               {"quick_start", packed(checkpoint.quick_start)},
               {"quick_preload", packed(checkpoint.quick_preload)},
               {"contributions", checkpoint.contributions},
               {"preload_contributions", checkpoint.preload_contributions},
               {"work", checkpoint.work},
               {"preload_work", checkpoint.preload_work},
               {"told", checkpoint.told},
               {"output", checkpoint.output}};
  for (const auto &[direction, angle] : checkpoint.rotations)
    json["rotations"][direction] = angle ? Json(*angle) : Json();
  return json;
}

Checkpoint from_json(const Json &json)
{
  Checkpoint checkpoint;
  checkpoint.run = json.at("run");
  checkpoint.study_hash = json.at("study_hash");
  checkpoint.stage = json.at("stage");
  checkpoint.load_factor = json.at("load_factor");
  checkpoint.increment = json.at("increment");
  checkpoint.stage_step = json.at("stage_step");
  checkpoint.solver_step = json.at("solver_step");
  checkpoint.is_finished = json.at("is_finished");
  checkpoint.failures = json.at("failures");
  for (const auto &[direction, angle] : json.at("rotations").items())
    checkpoint.rotations[direction] = angle.is_null() ? std::nullopt : std::optional(angle.get<double>());
  checkpoint.first_row = json.at("first_row");
  checkpoint.state = unpacked(json.at("state"));
  checkpoint.installation = unpacked(json.at("installation"));
  checkpoint.preload = unpacked(json.at("preload"));
  checkpoint.quick_start = unpacked(json.at("quick_start"));
  checkpoint.quick_preload = unpacked(json.at("quick_preload"));
  checkpoint.contributions = json.at("contributions").get<Memories>();
  checkpoint.preload_contributions = json.at("preload_contributions").get<Memories>();
  checkpoint.work = json.at("work");
  checkpoint.preload_work = json.at("preload_work");
  checkpoint.told = json.at("told").get<std::set<std::string>>();
  checkpoint.output = json.at("output");
  return checkpoint;
}
} // namespace

void write_checkpoint(const std::string &path, const Checkpoint &checkpoint)
{
  std::string bytes;
  Json::to_cbor(to_json(checkpoint), bytes);
  write_text(path, bytes);
}

std::optional<Checkpoint> read_checkpoint(const std::string &path)
{
  if (!std::filesystem::exists(path))
    return {};
  try {
    std::ifstream file(path, std::ios::binary);
    const Json json = Json::from_cbor(file);
    if (const std::string given = json.at("format"); given != format)
      throw UserError(path + ": its format is " + given + ", this version of LumbarFEM reads " + format +
                      "; run the study without --resume");
    return from_json(json);
  } catch (const Json::exception &) {
  }
  throw UserError(path + ": is no complete checkpoint; run the study without --resume");
}
} // namespace lumbarfem
