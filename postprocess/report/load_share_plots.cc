#include "postprocess/report/plots.h"

#include <cmath>

namespace lumbarfem
{
namespace
{
/// What one stack of a bar holds, both sides together.
struct Carrier {
  std::string title, object;
};

const std::vector<Carrier> &carriers()
{
  static const std::vector<Carrier> list = {{"nucleus", "nucleus"},
                                            {"annulus, ground substance", "annulus_ground"},
                                            {"annulus, fibres", "annulus_fibres"},
                                            {"cartilage endplates", "cartilage_endplates"},
                                            {"cage, graft", "implicit_regions"},
                                            {"ALL", "ALL"},
                                            {"PLL", "PLL"},
                                            {"LF", "LF"},
                                            {"CL", "CL"},
                                            {"ISL", "ISL"},
                                            {"SSL", "SSL"},
                                            {"ITL", "ITL"},
                                            {"facet joints", "facet"},
                                            {"implants", "implants"},
                                            {"muscles", "muscles"}};
  return list;
}

struct Component {
  std::string title, name, unit;
  double sign;
};

/// Of a direction: its moment, and the compression.
std::vector<Component> components_of(const std::string &direction)
{
  std::vector<Component> result;
  for (const Direction known : {Direction::flexion, Direction::extension, Direction::left_bending,
                                Direction::right_bending, Direction::left_rotation, Direction::right_rotation})
    if (name(known) == direction) {
      const char *const names[3] = {"moment_flexion", "moment_lateral", "moment_axial"};
      result.push_back({"moment", names[moment_axis(known)], "Nm", moment_sign(known)});
    }
  result.push_back({"compression", "compression", "N", 1});
  return result;
}

double share_of(const DirectionRun *run, const std::string &level, const Component &component,
                const std::string &object)
{
  if (!run || !run->is_complete())
    return std::nan("");
  double sum = 0;
  bool is_there = false;
  for (const char *side : {"", "left", "right"})
    if (const auto value = run->last().value({"load_share", level, object, "carrier", component.name, "value", side})) {
      sum += component.sign * *value;
      is_there = true;
    }
  return is_there ? sum : std::nan("");
}
} // namespace

void add_load_share_plots(const ResultSeries &series, const std::vector<std::string> &discs, Json &plots)
{
  for (const std::string &direction : series.directions())
    for (const std::string &protocol : series.protocols(direction))
      for (const Component &component : components_of(direction))
        for (const std::string &level : discs) {
          Json plot = make_plot(
              "load_share", "Load sharing", "bar",
              level + ": who carries the " + component.title + " (" + spoken(direction) + ", " + spoken(protocol) + ")",
              {{"quantity", component.title}, {"level", level}, {"direction", direction}, {"protocol", protocol}});
          set_axes(plot, "Variant", "", component.title + " about the disc's centre", component.unit);
          if (component.unit == "N")
            plot["y"]["label"] = "compression along the disc's axis";
          plot["stacked"] = true;
          plot["note"] =
              "At the last load step. The bars of a variant add up to what its loads ask of the level; what works "
              "against that stands on the other side of zero.";
          plot["categories"] = series.variants();
          for (const Carrier &carrier : carriers()) {
            Json bars = {{"name", carrier.title}, {"x", plot["categories"]}, {"y", Json::array()}};
            bool any = false;
            for (const std::string &variant : series.variants()) {
              const double share =
                  share_of(series.find(variant, direction, protocol), level, component, carrier.object);
              bars["y"].push_back(number_or_null(share));
              any = any || std::isfinite(share);
            }
            if (any)
              plot["series"].push_back(bars);
          }
          if (!plot["series"].empty())
            plots.push_back(plot);
        }
}
} // namespace lumbarfem
