#include "postprocess/report/plots.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
/// What is compared at a neighbour; several measures are added (both facets).
struct Neighbour {
  std::string name, unit;
  std::vector<Measure> measures;
  bool in_percent;
};

std::vector<Neighbour> neighbours_of(const std::string &disc)
{
  return {{"range of motion", "%", {{"rom", disc, "", "", "primary", "value", ""}}, true},
          {"pressure of the nucleus", "%", {{"idp", disc, "nucleus", "", "", "mean", ""}}, true},
          {"posterior annulus stress (max. principal, p95)",
           "%",
           {{"annulus_stress", disc, "annulus", "posterior_outer", "maximum_principal", "p95", ""}},
           true},
          {"facet force, both sides",
           "N",
           {{"facet_force", disc, "facet_left", "", "resultant", "value", ""},
            {"facet_force", disc, "facet_right", "", "resultant", "value", ""}},
           false}};
}

std::optional<double> sum_of(const LoadStep &step, const std::vector<Measure> &measures)
{
  double sum = 0;
  for (const Measure &measure : measures) {
    const std::optional<double> value = step.value(measure);
    if (!value)
      return {};
    sum += *value;
  }
  return sum;
}

double change_of(const Neighbour &neighbour, const DirectionRun *run, const DirectionRun *reference)
{
  if (!run || !reference || !run->is_complete() || !reference->is_complete())
    return std::nan("");
  const auto value = sum_of(run->last(), neighbour.measures), base = sum_of(reference->last(), neighbour.measures);
  if (!value || !base || (neighbour.in_percent && std::abs(*base) < 1e-6))
    return std::nan("");
  return neighbour.in_percent ? 100 * (*value - *base) / *base : *value - *base;
}

void add_plot(const ResultSeries &series, const std::string &place, const std::string &disc,
              const std::string &protocol, const Neighbour &neighbour, Json &plots)
{
  Json plot = make_plot("adjacent", "Adjacent levels", "bar",
                        disc + " (" + place + "): change of " + neighbour.name + " (" + spoken(protocol) + ")",
                        {{"measure", neighbour.name}, {"level", place + " (" + disc + ")"}, {"protocol", protocol}});
  const std::string &reference = series.variants().front();
  set_axes(plot, "Direction", "", "Change against " + reference, neighbour.unit);
  plot["note"] = neighbour.in_percent
                     ? "At the last load step; directions that did not reach the full load have no bar."
                     : "At the last load step; in newton, because a percentage of a small force means nothing.";
  plot["categories"] = Json::array();
  std::vector<std::string> directions;
  for (const std::string &direction : series.directions())
    if (direction != "compression") {
      directions.push_back(direction);
      plot["categories"].push_back(spoken(direction));
    }
  bool any = false;
  for (std::size_t v = 1; v < series.variants().size(); ++v) {
    Json bars = {{"name", series.variants()[v]}, {"x", plot["categories"]}, {"y", Json::array()}};
    for (const std::string &direction : directions) {
      const double change = change_of(neighbour, series.find(series.variants()[v], direction, protocol),
                                      series.find(reference, direction, protocol));
      bars["y"].push_back(number_or_null(change));
      any = any || std::isfinite(change);
    }
    plot["series"].push_back(bars);
  }
  if (any)
    plots.push_back(plot);
}
} // namespace

void add_adjacent_plots(const ResultSeries &series, const NeighbourDiscs &neighbours, Json &plots)
{
  if (series.variants().size() < 2)
    return;
  std::vector<std::string> protocols;
  for (const std::string &direction : series.directions())
    for (const std::string &protocol : series.protocols(direction))
      if (direction != "compression" && std::find(protocols.begin(), protocols.end(), protocol) == protocols.end())
        protocols.push_back(protocol);
  // The hybrid protocol first: it is the one that asks what the neighbours bear.
  std::stable_partition(protocols.begin(), protocols.end(), [](const std::string &p) { return p == "hybrid"; });
  for (const auto &[place, disc] :
       {std::pair<std::string, std::optional<Level>>("above", neighbours.above), {"below", neighbours.below}})
    if (disc)
      for (const Neighbour &neighbour : neighbours_of(disc_name(*disc)))
        for (const std::string &protocol : protocols)
          add_plot(series, place, disc_name(*disc), protocol, neighbour, plots);
}
} // namespace lumbarfem
