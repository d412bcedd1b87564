#include "base/formatted.h"
#include "postprocess/report/report.h"
#include "postprocess/report/static_chart.h"

namespace lumbarfem
{
namespace
{
const char *const style = R"(
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #8886; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: 0.85rem; }
th, td { padding: 0.2rem 0.6rem; text-align: left; border-bottom: 1px solid #8884; vertical-align: top; }
td:not(.number) { min-width: 6rem; } td:nth-child(3):not(.number) { min-width: 18rem; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; max-width: 44rem; } img, svg { max-width: 100%; height: auto; }
.legend .key { margin-right: 1rem; } .legend i { display: inline-block; width: 0.9em; height: 0.9em; margin-right: 0.3em; }
.open { color: #b45309; } .note { opacity: 0.75; font-size: 0.9rem; } pre { white-space: pre-wrap; font-size: 0.8rem; }
details { margin: 0.5rem 0; } summary { cursor: pointer; }
@media print { details > * { display: block; } }
)";

std::string text_of(const Json &value) { return value.is_string() ? value.get<std::string>() : ""; }

std::string paragraph(const std::string &text, const std::string &style_class = "")
{
  return text.empty()
             ? ""
             : "<p" + (style_class.empty() ? "" : " class=\"" + style_class + "\"") + ">" + in_html(text) + "</p>\n";
}

std::string variants(const Json &data)
{
  std::string text = "<h2>Variants</h2>\n<table><tr><th>Variant</th><th>What it is</th><th>State</th></tr>\n";
  for (const Json &variant : data["variants"])
    text += "<tr><td>" + in_html(text_of(variant["name"])) + "</td><td>" + in_html(text_of(variant["description"])) +
            "</td><td>" + in_html(text_of(variant["status"])) +
            (text_of(variant["message"]).empty() ? "" : ": " + in_html(text_of(variant["message"]))) + "</td></tr>\n";
  return text + "</table>\n";
}

std::string cell(const Json &value, const Json &column)
{
  if (value.is_string())
    return "<td>" + in_html(text_of(value)) + "</td>";
  std::string number = value.is_null() ? "" : short_number(value);
  if (value.is_number() && column.value("role", "") == "change") {
    const double change = value.get<double>();
    number = formatted("%+.1f", std::abs(change) < 0.05 ? 0. : change); // no "-0.0"
  }
  return "<td class=\"number\">" + number + "</td>";
}

std::string rows(const Json &table, const Json &which)
{
  std::string text = "<div class=\"scroll\"><table><tr>";
  for (const Json &column : table["columns"])
    text += "<th>" + in_html(text_of(column["title"])) +
            (text_of(column["unit"]).empty() ? "" : " (" + in_html(text_of(column["unit"])) + ")") + "</th>";
  text += "</tr>\n";
  for (const Json &number : which) {
    text += "<tr>";
    const Json &row = table["rows"][number.get<std::size_t>()];
    for (std::size_t c = 0; c < row.size(); ++c)
      text += cell(row[c], table["columns"][c]);
    text += "</tr>\n";
  }
  return text + "</table></div>\n";
}

std::string tables(const Json &data)
{
  std::string text;
  for (const Json &table : data["tables"]) {
    Json all = Json::array();
    for (std::size_t k = 0; k < table["rows"].size(); ++k)
      all.push_back(k);
    const bool has_primary = table.contains("primary") && !table["primary"].empty();
    text += "<h2>" + in_html(text_of(table["title"])) + "</h2>\n" + paragraph(text_of(table["note"]), "note");
    text += has_primary ? rows(table, table["primary"]) + "<details><summary>all " + std::to_string(all.size()) +
                              " rows</summary>\n" + rows(table, all) + "</details>\n"
                        : rows(table, all);
  }
  return text;
}

std::string plots(const Json &data)
{
  std::string text, group;
  for (const Json &plot : data["plots"]) {
    if (text_of(plot["group"]) != group) {
      text += (group.empty() ? "" : "</details>\n");
      group = text_of(plot["group"]);
      text += "<h2>" + in_html(group) + "</h2>\n<details><summary>plots</summary>\n";
    }
    text += "<figure>" + chart_svg(plot) + "<figcaption>" + in_html(text_of(plot["title"])) + " " +
            in_html(text_of(plot["note"])) + "</figcaption></figure>\n";
  }
  return text + (group.empty() ? "" : "</details>\n");
}

std::string figures(const Json &data)
{
  std::string text;
  for (const Json &figure : data["figures"])
    text += "<figure><img alt=\"" + in_html(text_of(figure["title"])) + "\" src=\"data:image/png;base64," +
            text_of(figure["png"]) + "\"><figcaption>" + in_html(text_of(figure["title"])) + "</figcaption></figure>\n";
  return text.empty() ? text : "<h2>Figures</h2>\n" + text;
}

std::string credibility(const Json &data)
{
  std::string text = "<h2>Credibility</h2>\n", heading;
  for (const Json &entry : data["credibility"]) {
    if (text_of(entry["heading"]) != heading) {
      text += heading.empty() ? "" : "</table>\n";
      heading = text_of(entry["heading"]);
      text += "<h3>" + in_html(heading) + "</h3>\n<table>\n";
    }
    const std::string status = text_of(entry["status"]);
    text += "<tr><th>" + in_html(text_of(entry["factor"])) + "</th><td" + (status == "open" ? " class=\"open\"" : "") +
            ">" + in_html(status) + "</td><td>" + in_html(text_of(entry["text"])) + "</td></tr>\n";
  }
  return text + (heading.empty() ? "" : "</table>\n");
}

std::string provenance(const Json &data)
{
  std::string text = "<h2>Provenance</h2>\n";
  for (const Json &section : data["provenance"]) {
    const bool is_study = text_of(section["heading"]) == "Study";
    text += "<details><summary>" + in_html(text_of(section["heading"])) + "</summary>\n";
    for (const Json &item : section["items"])
      text += is_study ? "<h4>" + in_html(text_of(item[0])) + "</h4><pre>" + in_html(text_of(item[1])) + "</pre>\n"
                       : "<p>" + in_html(text_of(item[0])) + ": " + in_html(text_of(item[1])) + "</p>\n";
    text += "</details>\n";
  }
  return text;
}
} // namespace

std::string static_page(const Json &given)
{
  // Text that is not UTF-8 would make the browser guess.
  const Json data = Json::parse(given.dump(-1, ' ', false, Json::error_handler_t::replace));
  std::string text = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n" +
                     std::string(report_generator) +
                     "\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
                     in_html(text_of(data["title"])) + "</title>\n<style>" + style + "</style></head><body>\n<h1>" +
                     in_html(text_of(data["title"])) + "</h1>\n" + paragraph(text_of(data["question"]));
  const std::string run = text_of(data["run"]["id"]);
  text += paragraph("Made " + text_of(data["generated"]) + " from " + text_of(data["study"]) +
                        (run.empty() ? "" : ", run " + run + ", frozen hash " + text_of(data["run"]["frozen_hash"])) +
                        ". This is the plain page: no 3D view, no sorting; the interactive one needs Node 18 or newer "
                        "when the program is built.",
                    "note");
  text += variants(data) + figures(data) + tables(data) + plots(data);
  if (!data["warnings"].empty()) {
    text += "<h2>Warnings</h2>\n<ul>\n";
    for (const Json &warning : data["warnings"])
      text += "<li>" + in_html(text_of(warning)) + "</li>\n";
    text += "</ul>\n";
  }
  return text + credibility(data) + provenance(data) + "</body></html>\n";
}
} // namespace lumbarfem
