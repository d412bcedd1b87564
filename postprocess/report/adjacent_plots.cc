#include "postprocess/report/plots.h"

#include "base/anatomy.h"

#include <algorithm>
#include <set>

namespace lumbarfem
{
namespace
{
/// Words of "surgery.rod.rod_left.upper".
std::vector<std::string> words_of(const std::string &key)
{
  std::vector<std::string> words(1);
  for (const char character : key)
    if (character == '.')
      words.emplace_back();
    else
      words.back() += character;
  return words;
}

std::size_t number_of(const std::string &level)
{
  const std::vector<std::string> levels = level_names();
  return static_cast<std::size_t>(std::find(levels.begin(), levels.end(), level) - levels.begin());
}

/// What one variant's surgery touches: discs, and vertebrae that are cemented.
struct Touched {
  std::set<std::size_t> discs, vertebrae; ///< a disc by the number of its upper level
};

Touched touched_by(const VariantRecord &variant)
{
  Touched touched;
  const auto add_disc = [&](const std::string &disc) {
    if (disc.find('-') != std::string::npos)
      touched.discs.insert(number_of(disc.substr(0, disc.find('-'))));
  };
  for (const auto &[key, value] : variant.settings) {
    const std::vector<std::string> words = words_of(key);
    if (words.size() != 4 || words[0] != "surgery")
      continue;
    const std::string &kind = words[1], &attribute = words[3];
    if ((kind == "rod" || kind == "dynamic") && attribute == "upper") {
      const std::string lower = variant.setting("surgery." + kind + "." + words[2] + ".lower");
      for (std::size_t level = number_of(value); level < number_of(lower); ++level)
        touched.discs.insert(level);
    } else if ((kind == "cage" && attribute == "disc") || (kind == "ligament_cut" && attribute == "level") ||
               (kind == "facetectomy" && attribute == "joint"))
      add_disc(value);
    else if (kind == "removal" && attribute == "part")
      add_disc(value.substr(0, value.find('.')));
    else if (kind == "cement" && attribute == "level")
      touched.vertebrae.insert(number_of(value));
  }
  return touched;
}

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

OperatedLevels operated_levels(const std::vector<VariantRecord> &variants, const std::vector<std::string> &discs)
{
  Touched all;
  for (const VariantRecord &variant : variants) {
    if (variant.is_reference)
      continue;
    const Touched one = touched_by(variant);
    all.discs.insert(one.discs.begin(), one.discs.end());
    all.vertebrae.insert(one.vertebrae.begin(), one.vertebrae.end());
  }
  OperatedLevels levels;
  if (all.discs.empty() && all.vertebrae.empty())
    return levels;
  const std::vector<std::string> names = level_names();
  for (const std::size_t disc : all.discs)
    if (disc + 1 < names.size())
      levels.operated.push_back(names[disc] + "-" + names[disc + 1]);
  // Disc k lies between the vertebrae k and k + 1.
  int first = 100, last = -1; // of the discs that are operated or, beside a cemented vertebra, the neighbours + 1
  for (const std::size_t disc : all.discs) {
    first = std::min(first, static_cast<int>(disc));
    last = std::max(last, static_cast<int>(disc));
  }
  for (const std::size_t vertebra : all.vertebrae) {
    first = std::min(first, static_cast<int>(vertebra));
    last = std::max(last, static_cast<int>(vertebra) - 1);
    levels.treated += (levels.treated.empty() ? "" : ", ") + names[std::min(vertebra, names.size() - 1)];
  }
  for (const std::string &disc : levels.operated)
    levels.treated += (levels.treated.empty() ? "" : ", ") + disc;
  const auto disc_at = [&](int number) {
    if (number < 0 || number + 1 >= static_cast<int>(names.size()))
      return std::string();
    const std::string disc = names[number] + "-" + names[number + 1];
    return std::find(discs.begin(), discs.end(), disc) == discs.end() ? std::string() : disc;
  };
  levels.above = disc_at(first - 1);
  levels.below = disc_at(last + 1);
  return levels;
}

void add_adjacent_plots(const ResultSeries &series, const OperatedLevels &levels, Json &plots)
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
       {std::pair<std::string, std::string>("above", levels.above), {"below", levels.below}})
    if (!disc.empty())
      for (const Neighbour &neighbour : neighbours_of(disc))
        for (const std::string &protocol : protocols)
          add_plot(series, place, disc, protocol, neighbour, plots);
}
} // namespace lumbarfem
