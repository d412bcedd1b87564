#include "postprocess/summary_writer.h"

#include "postprocess/atomic_file.h"

#include <nlohmann/json.hpp>

namespace lumbarfem
{
namespace
{
using Json = nlohmann::ordered_json;

Json to_json(const NewtonRow &row)
{
  return {{"stage", row.stage},
          {"direction", row.direction},
          {"protocol", row.protocol},
          {"step", row.step},
          {"load_factor", row.load_factor},
          {"iteration", row.iteration},
          {"residual_N", row.residual_N},
          {"tolerance_N", row.tolerance_N},
          {"line_search", row.line_search},
          {"residual_slope_Nmm", row.residual_slope_Nmm},
          {"linear_iterations", row.linear_iterations},
          {"refactored", row.refactored},
          {"negative_pivots", row.negative_pivots}};
}

/// Empty columns are left out: most rows use half of them.
Json to_json(const ResultRow &row)
{
  Json json = Json::object();
  const std::pair<const char *, const std::string *> words[] = {
      {"quantity", &row.quantity}, {"level", &row.level},         {"object", &row.object},      {"side", &row.side},
      {"region", &row.region},     {"component", &row.component}, {"statistic", &row.statistic}};
  for (const auto &[key, value] : words)
    if (!value->empty())
      json[key] = *value;
  json["stage"] = row.context.stage;
  if (!row.context.direction.empty()) {
    json["direction"] = row.context.direction;
    json["protocol"] = row.context.protocol;
  }
  json["moment_Nm"] = row.context.moment_Nm;
  json["value"] = row.value;
  json["unit"] = row.unit;
  return json;
}

} // namespace

void write_summary(const std::string &path, const RunProvenance &provenance, const std::vector<ResultRow> &rows)
{
  Json json;
  json["format"] = "lumbarfem-summary-1";
  json["units"] = "mm, N, MPa, s; each result carries its own";
  json["program"] = {{"version", provenance.program.version},
                     {"git_revision", provenance.program.git_revision},
                     {"compiler", provenance.program.compiler},
                     {"build_type", provenance.program.build_type},
                     {"libraries", provenance.program.libraries}};
  json["run"] = {{"id", provenance.identity.run},         {"frozen_hash", provenance.identity.frozen_hash},
                 {"study_hash", provenance.study_hash},   {"start_time", provenance.start_time},
                 {"resumed", provenance.n_resumed},       {"ranks", provenance.ranks},
                 {"seconds", provenance.seconds},         {"peak_memory_MiB", provenance.peak_memory_MiB},
                 {"converged", provenance.has_converged}, {"early_ends", Json::array()},
                 {"warnings", provenance.warnings}};
  for (const EarlyEnd &end : provenance.early_ends)
    json["run"]["early_ends"].push_back({{"stage", end.stage},
                                         {"direction", end.direction},
                                         {"protocol", end.protocol},
                                         {"load_factor", end.load_factor},
                                         {"reason", end.reason}});
  const auto discs = [](const std::set<Level> &uppers) {
    Json words = Json::array();
    for (const Level upper : uppers)
      words.push_back(disc_name(upper));
    return words;
  };
  json["treated"] = {{"discs", discs(provenance.treated.discs)},
                     {"vertebrae", Json::array()},
                     {"fused", discs(provenance.treated.fused)}};
  for (const Level vertebra : provenance.treated.vertebrae)
    json["treated"]["vertebrae"].push_back(name(vertebra));
  json["results"] = Json::array();
  for (const ResultRow &row : rows)
    json["results"].push_back(to_json(row));
  json["steps"] = Json::array();
  for (const StepRecord &step : provenance.steps)
    json["steps"].push_back({{"stage", step.stage},
                             {"direction", step.direction},
                             {"protocol", step.protocol},
                             {"step", step.step},
                             {"load_factor", step.load_factor},
                             {"accepted", step.accepted},
                             {"newton_iterations", step.newton_iterations},
                             {"residual_N", step.residual_N},
                             {"tolerance_N", step.tolerance_N}});
  json["newton"] = Json::array();
  for (const NewtonRow &row : provenance.newton_table)
    json["newton"].push_back(to_json(row));
  json["effective_study"] = provenance.study_text;

  // Text that is not UTF-8 must not cost the results.
  write_text(path, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}
} // namespace lumbarfem
