#include "postprocess/report/result_series.h"

#include "base/anatomy.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
std::optional<double> LoadStep::value(const Measure &wanted) const
{
  for (const ResultRow *row : rows)
    if (row->quantity == wanted.quantity && row->level == wanted.level && row->object == wanted.object &&
        row->region == wanted.region && row->component == wanted.component && row->statistic == wanted.statistic &&
        (wanted.side.empty() || row->side == wanted.side) && std::isfinite(row->value))
      return row->value;
  return {};
}

ResultSeries::ResultSeries(const std::vector<ResultRow> &rows, std::vector<std::string> variants)
    : variants_(std::move(variants))
{
  DirectionRun *run = nullptr;
  for (const ResultRow &row : rows) {
    const StepContext &context = row.context;
    if (context.stage == "preload") {
      LoadStep &step = preloads_[context.variant];
      step.context = context;
      step.rows.push_back(&row);
      continue;
    }
    // What is gathered over the variants (the lost motion) stands at the end, apart from the steps of its run.
    if (context.stage != "moment" && context.stage != "compression")
      continue;
    if (!run || run->variant != context.variant || run->direction != context.direction ||
        run->protocol != context.protocol)
      run = const_cast<DirectionRun *>(find(context.variant, context.direction, context.protocol));
    if (!run) {
      runs_.push_back({context.variant, context.direction, context.protocol, {}});
      run = &runs_.back();
    }
    auto step = std::find_if(run->steps.rbegin(), run->steps.rend(),
                             [&](const LoadStep &one) { return one.context.step == context.step; });
    if (step == run->steps.rend()) {
      run->steps.push_back({context, {}});
      step = run->steps.rbegin();
    }
    step->rows.push_back(&row);
  }
}

std::vector<std::string> ResultSeries::directions() const
{
  std::vector<std::string> directions;
  for (const DirectionRun &run : runs_)
    if (std::find(directions.begin(), directions.end(), run.direction) == directions.end())
      directions.push_back(run.direction);
  return directions;
}

std::vector<std::string> ResultSeries::protocols(const std::string &direction) const
{
  std::vector<std::string> protocols;
  for (const DirectionRun &run : runs_)
    if (run.direction == direction && std::find(protocols.begin(), protocols.end(), run.protocol) == protocols.end())
      protocols.push_back(run.protocol);
  return protocols;
}

const DirectionRun *ResultSeries::find(const std::string &variant, const std::string &direction,
                                       const std::string &protocol) const
{
  for (const DirectionRun &run : runs_)
    if (run.variant == variant && run.direction == direction && run.protocol == protocol)
      return &run;
  return nullptr;
}

const LoadStep *ResultSeries::preload(const std::string &variant) const
{
  const auto found = preloads_.find(variant);
  return found == preloads_.end() ? nullptr : &found->second;
}

std::vector<std::string> ResultSeries::discs() const
{
  std::vector<std::string> discs;
  for (const std::string &disc : disc_names())
    if (std::any_of(runs_.begin(), runs_.end(), [&](const DirectionRun &run) {
          return run.last().value({"idp", disc, "nucleus", "", "", "mean", ""}) ||
                 run.last().value({"rom", disc, "", "", "primary", "value", ""});
        }))
      discs.push_back(disc);
  return discs;
}

std::vector<std::string> ResultSeries::vertebrae() const
{
  std::vector<std::string> found;
  for (const std::string &level : level_names())
    for (const DirectionRun &run : runs_)
      if (run.last().value({"endplate_stress", level, "superior_endplate", "", "von_mises", "p95", ""}) ||
          run.last().value({"endplate_stress", level, "inferior_endplate", "", "von_mises", "p95", ""})) {
        found.push_back(level);
        break;
      }
  return found;
}

double load_of(const LoadStep &step)
{
  if (step.context.stage == "compression") {
    const std::optional<double> force = step.value({"axial_force", "", "axial_load", "", "", "value", ""});
    return force ? *force : std::nan("");
  }
  const std::vector<std::string> known = direction_names();
  const bool is_known = std::find(known.begin(), known.end(), step.context.direction) != known.end();
  return step.context.moment_Nm * (is_known ? moment_sign(parse_direction(step.context.direction)) : 1);
}
} // namespace lumbarfem
