#include "postprocess/report/plots.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
const char *const whole = "whole spine";

Json &add_series(Json &plot, const std::string &name)
{
  plot["series"].push_back({{"name", name}, {"x", Json::array()}, {"y", Json::array()}});
  return plot["series"].back();
}

bool has_values(const Json &series)
{
  return std::any_of(series["y"].begin(), series["y"].end(), [](const Json &y) { return !y.is_null(); });
}

void keep_if_filled(Json &plot, Json &plots)
{
  Json kept = Json::array();
  for (const Json &series : plot["series"])
    if (has_values(series))
      kept.push_back(series);
  if (kept.empty())
    return;
  plot["series"] = kept;
  plots.push_back(plot);
}

/// A measure over the load, one line a variant. Points whose value is missing are left out of the line.
void add_load_plots(const ResultSeries &series, Json &plots, const std::string &direction, const std::string &protocol,
                    const std::string &level_word, Json plot, const Measure &measure, bool starts_at_zero)
{
  const bool is_compression = direction == "compression";
  plot["title"] = plot["title"].get<std::string>() + ", " + level_word + ", " + spoken(direction) +
                  (protocol.empty() ? "" : " (" + spoken(protocol) + ")");
  plot["x"] = {{"label", is_compression ? "Compression" : "Moment"}, {"unit", is_compression ? "N" : "Nm"}};
  for (const std::string &variant : series.variants()) {
    const DirectionRun *run = series.find(variant, direction, protocol);
    if (!run)
      continue;
    Json &line = add_series(plot, variant);
    const auto add = [&](double x, double y) {
      line["x"].push_back(number_or_null(x));
      line["y"].push_back(number_or_null(y));
    };
    const LoadStep *preload = series.preload(variant);
    if (starts_at_zero)
      add(0, 0);
    else if (preload && !is_compression)
      if (const auto value = preload->value(measure))
        add(0, *value);
    for (const LoadStep &step : run->steps)
      if (const auto value = step.value(measure))
        add(load_of(step), *value);
  }
  keep_if_filled(plot, plots);
}

void add_share_plot(const ResultSeries &series, const std::string &direction, const std::string &protocol, Json &plots)
{
  const std::vector<std::string> discs = series.discs();
  if (discs.size() < 2)
    return;
  Json plot =
      make_plot("share", "Motion", "bar", "Share of the motion, " + spoken(direction) + " (" + spoken(protocol) + ")",
                {{"direction", direction}, {"protocol", protocol}});
  set_axes(plot, "Level", "", "Share of the total", "%");
  plot["note"] = "Primary rotation of a level over the sum of all levels, at the full load.";
  plot["categories"] = discs;
  for (const std::string &variant : series.variants()) {
    const DirectionRun *run = series.find(variant, direction, protocol);
    if (!run || !run->is_complete())
      continue;
    double sum = 0;
    std::vector<double> rotations;
    for (const std::string &disc : discs) {
      const auto rotation = run->last().value({"rom", disc, "", "", "primary", "value", ""});
      rotations.push_back(rotation ? *rotation : std::nan(""));
      sum += rotation ? *rotation : std::nan("");
    }
    if (!(std::abs(sum) > 0.01)) // degrees: no motion to share out, or a level is missing
      continue;
    Json &bars = add_series(plot, variant);
    bars["x"] = discs;
    for (const double rotation : rotations)
      bars["y"].push_back(number_or_null(100 * rotation / sum));
  }
  keep_if_filled(plot, plots);
}
} // namespace

Json make_plot(const std::string &family, const std::string &group, const std::string &kind, const std::string &title,
               const std::vector<std::pair<std::string, std::string>> &filters)
{
  Json plot;
  std::string id = family;
  plot["id"] = "";
  plot["title"] = title;
  plot["note"] = "";
  plot["group"] = group;
  plot["kind"] = kind;
  plot["x"] = {{"label", ""}, {"unit", ""}};
  plot["y"] = {{"label", ""}, {"unit", ""}};
  plot["filters"] = Json::object();
  for (const auto &[filter, value] : filters) {
    plot["filters"][filter] = value;
    id += "-" + value;
  }
  std::replace_if(
      id.begin(), id.end(), [](unsigned char c) { return !std::isalnum(c) && c != '-'; }, '_');
  plot["id"] = id;
  plot["family"] = family;
  plot["series"] = Json::array();
  return plot;
}

void set_axes(Json &plot, const std::string &x_label, const std::string &x_unit, const std::string &y_label,
              const std::string &y_unit)
{
  plot["x"] = {{"label", x_label}, {"unit", x_unit}};
  plot["y"] = {{"label", y_label}, {"unit", y_unit}};
}

std::string spoken(const std::string &word)
{
  std::string text = word;
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

void add_motion_plots(const ResultSeries &series, Json &plots)
{
  const std::vector<std::string> discs = series.discs();
  std::vector<std::string> levels = discs.size() > 1 ? std::vector<std::string>{""} : std::vector<std::string>{};
  levels.insert(levels.end(), discs.begin(), discs.end());
  Json pressure = Json::array(), facets = Json::array(), approach = Json::array();
  for (const std::string &direction : series.directions())
    for (const std::string &protocol : series.protocols(direction)) {
      const bool is_compression = direction == "compression";
      for (const std::string &level : levels) {
        const std::string word = level.empty() ? whole : level;
        if (is_compression)
          continue;
        Json plot = make_plot("moment_rotation", "Motion", "line", "Rotation",
                              {{"direction", direction}, {"protocol", protocol}, {"level", word}});
        set_axes(plot, "Moment", "Nm", "Rotation from the end of the preload", "deg");
        add_load_plots(series, plots, direction, protocol, word, plot, {"rom", level, "", "", "primary", "value", ""},
                       true);
      }
      if (is_compression) {
        Json plot = make_plot("compression", "Motion", "line", "Approach of the ends",
                              {{"direction", direction}, {"protocol", protocol}});
        set_axes(plot, "Compression", "N", "Approach from the end of the preload", "mm");
        add_load_plots(series, approach, direction, protocol, whole, plot,
                       {"axial_displacement", "", "axial_load", "", "from_preload", "value", ""}, false);
      }
      for (const std::string &disc : discs) {
        Json plot = make_plot("idp", "Pressure", "line", "Pressure of the nucleus",
                              {{"direction", direction}, {"protocol", protocol}, {"level", disc}});
        set_axes(plot, "Moment", "Nm", "Mean pressure of the nucleus", "MPa");
        plot["note"] = "Volume mean of -tr(stress)/3 over the nucleus; the value at no moment is that of the preload.";
        add_load_plots(series, pressure, direction, protocol, disc, plot, {"idp", disc, "nucleus", "", "", "mean", ""},
                       false);
        for (const char *side : {"left", "right"}) {
          Json force = make_plot("facets", "Facet joints", "line", std::string("Facet force ") + side,
                                 {{"direction", direction}, {"protocol", protocol}, {"level", disc}, {"side", side}});
          set_axes(force, "Moment", "Nm", "Resultant contact force", "N");
          add_load_plots(series, facets, direction, protocol, disc, force,
                         {"facet_force", disc, std::string("facet_") + side, "", "resultant", "value", ""}, false);
        }
      }
    }
  for (const std::string &direction : series.directions())
    for (const std::string &protocol : series.protocols(direction))
      add_share_plot(series, direction, protocol, plots);
  for (const Json *more : {&approach, &pressure, &facets})
    for (const Json &plot : *more)
      plots.push_back(plot);
}
} // namespace lumbarfem
