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
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(OutputRecord, start_time, n_resumed, n_rows, rows_hash, fields, field_files,
                                   n_field_steps, warnings, early_ends, steps, newton_table, seconds, n_factors,
                                   n_solves, n_cuts)

const char *const checkpoint_name = "checkpoint.cbor";

namespace
{
const std::string format = "lumbarfem-checkpoint-1";

/// Bytes as they lie in memory: a checkpoint is read where it was written.
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

Json to_json(const ExternalWork::Record &work)
{
  return {
      {"scalars", packed({work.total_mJ, work.moment, work.angle, work.load, work.length, work.force, work.approach})},
      {"pulls", packed(work.pulls)},
      {"ways", packed(work.ways)}};
}

ExternalWork::Record work_of(const Json &json)
{
  const std::vector<double> scalars = unpacked(json.at("scalars"));
  return {scalars.at(0),
          scalars.at(1),
          scalars.at(2),
          scalars.at(3),
          scalars.at(4),
          scalars.at(5),
          scalars.at(6),
          unpacked(json.at("pulls")),
          unpacked(json.at("ways"))};
}

Json to_json(const Checkpoint &checkpoint)
{
  Json json = {{"format", format},
               {"run", checkpoint.run},
               {"study_hash", checkpoint.study_hash},
               {"stage", checkpoint.stage},
               {"progress", packed({checkpoint.load_factor, checkpoint.increment})},
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
               {"contributions", Json::object()},
               {"work", to_json(checkpoint.work)},
               {"preload_work", to_json(checkpoint.preload_work)},
               {"told", checkpoint.told},
               {"output", checkpoint.output}};
  for (const auto &[direction, angle] : checkpoint.rotations)
    json["rotations"][direction] = angle ? packed({*angle}) : Json();
  for (const auto &[name, saved] : checkpoint.contributions)
    json["contributions"][name] = packed(saved);
  return json;
}

Checkpoint from_json(const Json &json)
{
  Checkpoint checkpoint;
  checkpoint.run = json.at("run");
  checkpoint.study_hash = json.at("study_hash");
  checkpoint.stage = json.at("stage");
  const std::vector<double> progress = unpacked(json.at("progress"));
  checkpoint.load_factor = progress.at(0);
  checkpoint.increment = progress.at(1);
  checkpoint.stage_step = json.at("stage_step");
  checkpoint.solver_step = json.at("solver_step");
  checkpoint.is_finished = json.at("is_finished");
  checkpoint.failures = json.at("failures");
  for (const auto &[direction, angle] : json.at("rotations").items())
    checkpoint.rotations[direction] = angle.is_null() ? std::nullopt : std::optional(unpacked(angle).at(0));
  checkpoint.first_row = json.at("first_row");
  checkpoint.state = unpacked(json.at("state"));
  checkpoint.installation = unpacked(json.at("installation"));
  checkpoint.preload = unpacked(json.at("preload"));
  checkpoint.quick_start = unpacked(json.at("quick_start"));
  checkpoint.quick_preload = unpacked(json.at("quick_preload"));
  for (const auto &[name, saved] : json.at("contributions").items())
    checkpoint.contributions[name] = unpacked(saved);
  checkpoint.work = work_of(json.at("work"));
  checkpoint.preload_work = work_of(json.at("preload_work"));
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
  } catch (const std::out_of_range &) {
  }
  throw UserError(path + ": is no complete checkpoint; run the study without --resume");
}
} // namespace lumbarfem
