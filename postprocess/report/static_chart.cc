#include "postprocess/report/static_chart.h"

#include "base/formatted.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
constexpr double width = 640, height = 360, left = 70, right = 16, top = 16, bottom = 56;
/// Okabe and Ito's colours, told apart by colour-blind eyes too.
const char *const colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5c00", "#555555"};

std::string at(double value) { return formatted("%.1f", value); }

struct Axis {
  double low = 0, high = 1, step = 0.2;
  double start = 0, end = 1; ///< places on the picture
  double place(double value) const { return start + (value - low) / (high - low) * (end - start); }
};

/// Round ticks that enclose the values.
Axis make_axis(std::vector<double> values, bool with_zero, double start, double end)
{
  Axis axis;
  if (with_zero)
    values.push_back(0);
  if (!values.empty()) {
    axis.low = *std::min_element(values.begin(), values.end());
    axis.high = *std::max_element(values.begin(), values.end());
  }
  if (!(axis.high > axis.low))
    axis.high = axis.low + (axis.low != 0 ? std::abs(axis.low) : 1);
  const double raw = (axis.high - axis.low) / 5, power = std::pow(10, std::floor(std::log10(raw)));
  axis.step = power * (raw / power <= 1 ? 1 : raw / power <= 2 ? 2 : raw / power <= 5 ? 5 : 10);
  axis.low = axis.step * std::floor(axis.low / axis.step + 1e-9);
  axis.high = axis.step * std::ceil(axis.high / axis.step - 1e-9);
  axis.start = start;
  axis.end = end;
  return axis;
}

std::vector<double> numbers(const Json &values)
{
  std::vector<double> result;
  for (const Json &value : values)
    if (value.is_number())
      result.push_back(value.get<double>());
  return result;
}

std::string label(const Json &axis)
{
  const std::string unit = axis.value("unit", "");
  return in_html(axis.value("label", "") + (unit.empty() ? "" : " (" + unit + ")"));
}

std::string words(double x, double y, const std::string &anchor, const std::string &text, const std::string &more = "")
{
  return "<text x=\"" + at(x) + "\" y=\"" + at(y) + "\" text-anchor=\"" + anchor + "\"" + more + ">" + text +
         "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2, const std::string &style)
{
  return "<line x1=\"" + at(x1) + "\" y1=\"" + at(y1) + "\" x2=\"" + at(x2) + "\" y2=\"" + at(y2) + "\" " + style +
         "/>\n";
}

std::string y_axis(const Axis &axis, const Json &plot)
{
  std::string text;
  for (double tick = axis.low; tick <= axis.high + axis.step / 2; tick += axis.step) {
    const double y = axis.place(tick);
    text += line(left, y, width - right, y, "stroke=\"currentColor\" stroke-opacity=\"0.15\"") +
            words(left - 6, y + 4, "end", formatted("%.4g", std::abs(tick) < axis.step / 1e6 ? 0 : tick));
  }
  return text + words(16, (top + height - bottom) / 2, "middle", label(plot["y"]),
                      " transform=\"rotate(-90 16 " + at((top + height - bottom) / 2) + ")\"");
}

std::string line_chart(const Json &plot)
{
  std::vector<double> xs, ys;
  for (const Json &series : plot["series"]) {
    for (const double x : numbers(series["x"]))
      xs.push_back(x);
    for (const double y : numbers(series["y"]))
      ys.push_back(y);
  }
  const Axis x = make_axis(xs, true, left, width - right), y = make_axis(ys, false, height - bottom, top);
  std::string text = y_axis(y, plot);
  for (double tick = x.low; tick <= x.high + x.step / 2; tick += x.step)
    text += words(x.place(tick), height - bottom + 16, "middle",
                  formatted("%.4g", std::abs(tick) < x.step / 1e6 ? 0 : tick));
  text += words((left + width - right) / 2, height - bottom + 34, "middle", label(plot["x"]));
  std::size_t number = 0;
  for (const Json &series : plot["series"]) {
    const std::string colour = colours[number++ % 8];
    std::string points, marks;
    for (std::size_t k = 0; k < series["x"].size() && k < series["y"].size(); ++k)
      if (series["x"][k].is_number() && series["y"][k].is_number()) {
        const std::string px = at(x.place(series["x"][k])), py = at(y.place(series["y"][k]));
        points += px + "," + py + " ";
        marks += "<circle cx=\"" + px + "\" cy=\"" + py + "\" r=\"2.5\" fill=\"" + colour + "\"/>\n";
      }
    text +=
        "<polyline fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"2\" points=\"" + points + "\"/>\n" + marks;
  }
  return text;
}

std::string bar_chart(const Json &plot)
{
  const Json categories = plot.value("categories", Json::array());
  std::vector<double> ys;
  for (const Json &series : plot["series"])
    for (const double value : numbers(series["y"]))
      ys.push_back(value);
  const Axis y = make_axis(ys, true, height - bottom, top);
  std::string text = y_axis(y, plot);
  const double band = (width - left - right) / std::max<double>(1, static_cast<double>(categories.size()));
  const double bar = 0.8 * band / std::max<double>(1, static_cast<double>(plot["series"].size()));
  for (std::size_t c = 0; c < categories.size(); ++c) {
    const double begin = left + band * (static_cast<double>(c) + 0.1);
    std::string name = categories[c].is_string() ? categories[c].get<std::string>() : "";
    const std::size_t space = band < 110 ? name.find(' ') : std::string::npos;
    const double middle = begin + 0.4 * band;
    text += words(middle, height - bottom + 14, "middle", in_html(name.substr(0, space)));
    if (space != std::string::npos)
      text += words(middle, height - bottom + 27, "middle", in_html(name.substr(space + 1)));
    std::size_t number = 0;
    for (const Json &series : plot["series"]) {
      if (c < series["y"].size() && series["y"][c].is_number()) {
        const double value = y.place(series["y"][c]), zero = y.place(0);
        text += "<rect x=\"" + at(begin + bar * static_cast<double>(number)) + "\" y=\"" + at(std::min(value, zero)) +
                "\" width=\"" + at(bar) + "\" height=\"" + at(std::abs(value - zero)) + "\" fill=\"" +
                colours[number % 8] + "\"/>\n";
      }
      ++number;
    }
  }
  return text + line(left, y.place(0), width - right, y.place(0), "stroke=\"currentColor\"");
}

std::string svg(const Json &plot, double picture_height, const std::string &inside)
{
  return "<svg viewBox=\"0 0 640 " + at(picture_height) +
         "\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\" fill=\"currentColor\" aria-label=\"" +
         in_html(plot.value("title", "")) + "\">\n" + inside + "</svg>\n";
}

/// A line per point: the range, the published value, the computed one.
std::string corridor_chart(const Json &plot)
{
  const Json points = plot.value("points", Json::array());
  std::vector<double> values;
  for (const Json &point : points)
    for (const char *key : {"computed", "lower", "upper", "published"})
      if (point.value(key, Json()).is_number())
        values.push_back(point[key]);
  const double begin = 300, row = 22, end = top + row * static_cast<double>(points.size());
  const Axis x = make_axis(values, false, begin, width - right);
  std::string text;
  for (double tick = x.low; tick <= x.high + x.step / 2; tick += x.step)
    text += line(x.place(tick), top, x.place(tick), end, "stroke=\"currentColor\" stroke-opacity=\"0.15\"") +
            words(x.place(tick), end + 16, "middle", formatted("%.4g", std::abs(tick) < x.step / 1e6 ? 0 : tick));
  text += words((begin + width - right) / 2, end + 34, "middle", label(plot["y"]));
  double y = top + row / 2;
  for (const Json &point : points) {
    std::string name = point.value("label", "");
    if (name.size() > 46) { // not inside a character of several bytes
      std::size_t cut = 44;
      while (cut > 0 && (static_cast<unsigned char>(name[cut]) & 0xc0) == 0x80)
        --cut;
      name = name.substr(0, cut) + "…";
    }
    text += words(begin - 8, y + 4, "end", in_html(name));
    if (point.value("lower", Json()).is_number() && point.value("upper", Json()).is_number())
      text += line(x.place(point["lower"]), y, x.place(point["upper"]), y,
                   "stroke=\"#56b4e9\" stroke-width=\"10\" stroke-opacity=\"0.6\"");
    if (point.value("published", Json()).is_number())
      text += line(x.place(point["published"]), y - 7, x.place(point["published"]), y + 7,
                   "stroke=\"#0072b2\" stroke-width=\"2\"");
    const Json inside = point.value("inside", Json());
    if (point.value("computed", Json()).is_number())
      text += "<circle cx=\"" + at(x.place(point["computed"])) + "\" cy=\"" + at(y) + "\" r=\"4.5\" fill=\"" +
              (inside.is_boolean() ? inside.get<bool>() ? "#009e73" : "#d55e00" : "#888888") + "\"/>\n";
    y += row;
  }
  return svg(plot, end + 44, text);
}

std::string legend(const Json &plot)
{
  std::string text;
  std::size_t number = 0;
  for (const Json &series : plot["series"])
    text += std::string("<span class=\"key\"><i style=\"background:") + colours[number++ % 8] + "\"></i>" +
            in_html(series.value("name", "")) + "</span> ";
  return "<p class=\"legend\">" + text + "</p>\n";
}
} // namespace

std::string in_html(const std::string &text)
{
  std::string result;
  for (const char character : text)
    switch (character) {
    case '&':
      result += "&amp;";
      break;
    case '<':
      result += "&lt;";
      break;
    case '>':
      result += "&gt;";
      break;
    case '"':
      result += "&quot;";
      break;
    case '\'':
      result += "&#39;";
      break;
    default:
      result += character;
    }
  return result;
}

std::string short_number(const Json &value) { return value.is_number() ? formatted("%.4g", value.get<double>()) : "-"; }

std::string chart_svg(const Json &plot)
{
  const std::string kind = plot.value("kind", "");
  if (kind == "corridor")
    return corridor_chart(plot);
  return svg(plot, height, kind == "bar" ? bar_chart(plot) : line_chart(plot)) + legend(plot);
}
} // namespace lumbarfem
