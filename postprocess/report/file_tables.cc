#include "postprocess/report/file_tables.h"

#include "base/formatted.h"
#include "base/number.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/csv_table.h"
#include "postprocess/report/plots.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <sstream>

namespace lumbarfem
{
namespace
{
const double nan = std::numeric_limits<double>::quiet_NaN();

double to_number(const std::string &text) { return parse_number(text).value_or(nan); }

/// The plot of the family with these filters; a new one when there is none yet.
Json &find_or_add(Json &plots, const Json &plot)
{
  for (Json &other : plots)
    if (other["id"] == plot["id"])
      return other;
  plots.push_back(plot);
  return plots.back();
}

Json corridor_plot(const std::string &family, const std::string &group, const std::string &title,
                   const std::vector<std::pair<std::string, std::string>> &filters, const std::string &axis,
                   const std::string &unit)
{
  Json plot = make_plot(family, group, "corridor", title, filters);
  set_axes(plot, "", "", axis, unit);
  plot["points"] = Json::array();
  return plot;
}

/// These columns only, in this order; those that are not there are left out.
TextTable with_columns(const TextTable &text, const std::vector<std::string> &columns)
{
  TextTable result;
  result.path = text.path;
  for (const std::string &column : columns)
    if (std::count(text.columns.begin(), text.columns.end(), column) > 0)
      result.columns.push_back(column);
  for (std::size_t record = 0; record < text.records.size(); ++record) {
    result.records.emplace_back();
    for (const std::string &column : result.columns)
      result.records.back().push_back(text.field(record, column));
  }
  return result;
}

Json &series_named(Json &plot, const std::string &name)
{
  for (Json &series : plot["series"])
    if (series["name"] == name)
      return series;
  plot["series"].push_back({{"name", name}, {"x", Json::array()}, {"y", Json::array()}});
  return plot["series"].back();
}
} // namespace

const std::string &TextTable::field(std::size_t record, const std::string &column) const
{
  static const std::string nothing;
  const auto found = std::find(columns.begin(), columns.end(), column);
  return found == columns.end() ? nothing : records[record][static_cast<std::size_t>(found - columns.begin())];
}

double TextTable::number(std::size_t record, const std::string &column) const
{
  return to_number(field(record, column));
}

TextTable read_text_table(const std::string &path, bool may_be_absent)
{
  TextTable table;
  table.path = path;
  if (may_be_absent && !std::filesystem::exists(path))
    return table;
  std::istringstream input(std::filesystem::exists(path) ? read_text(path) : "");
  if (!read_record(input, table.columns))
    throw UserError(path + " is missing or empty: run the command that writes it again");
  std::vector<std::string> fields;
  while (read_record(input, fields)) {
    if (fields.size() == 1 && fields[0].empty())
      continue;
    if (fields.size() != table.columns.size())
      throw UserError(path + ": record " + std::to_string(table.records.size() + 2) + " has " +
                      std::to_string(fields.size()) + " columns instead of " + std::to_string(table.columns.size()) +
                      ": the file is not complete; run the command that writes it again");
    table.records.push_back(fields);
  }
  return table;
}

Json make_table(const std::string &id, const std::string &title, const std::string &note,
                const std::vector<std::vector<std::string>> &columns)
{
  Json table = {{"id", id}, {"title", title}, {"note", note}, {"columns", Json::array()}, {"rows", Json::array()}};
  for (const auto &column : columns)
    table["columns"].push_back(
        {{"key", column.at(0)}, {"title", column.at(1)}, {"unit", column.at(2)}, {"type", column.at(3)}});
  return table;
}

Json table_of(const TextTable &text, const std::string &id, const std::string &title, const std::string &note)
{
  std::vector<std::vector<std::string>> columns;
  for (const std::string &column : text.columns) {
    bool is_number = false;
    for (std::size_t record = 0; record < text.records.size(); ++record) {
      const std::string &field = text.field(record, column);
      is_number = field.empty() ? is_number : std::isfinite(to_number(field));
      if (!field.empty() && !is_number)
        break;
    }
    columns.push_back({column, spoken(column), "", is_number ? "number" : "text"});
  }
  Json table = make_table(id, title, note, columns);
  for (std::size_t record = 0; record < text.records.size(); ++record) {
    Json row = Json::array();
    for (const auto &column : columns) {
      const std::string &field = text.field(record, column[0]);
      if (column[3] == "number")
        row.push_back(number_or_null(to_number(field)));
      else
        row.push_back(column[0] == "direction" || column[0] == "protocol" ? spoken(field) : field);
    }
    table["rows"].push_back(row);
  }
  return table;
}

void add_claims(const std::string &folder, Json &tables, Json &plots)
{
  const TextTable text = read_text_table(folder + "/claims.csv");
  const TextTable shown = with_columns(text, {"row", "label", "level", "directions", "unit", "published", "low", "high",
                                              "expected", "computed", "largest", "spread_low", "spread_high",
                                              "runs_with_figure", "runs", "verdict", "mesh"});
  tables.push_back(
      table_of(shown, "claims", "Published findings against computed figures",
               "Computed to largest: the range over the directions. Spread: smallest and largest figure under "
               "the assumptions that the row names, of so many runs. The rule of the verdict is in "
               "docs/claims.md; quantities, errors, hashes and sources of all figures are in claims.csv."));
  for (std::size_t k = 0; k < text.records.size(); ++k) {
    const std::string &row = text.field(k, "row"), &unit = text.field(k, "unit");
    const double computed = text.number(k, "computed");
    if (!std::isfinite(computed))
      continue;
    Json &plot =
        find_or_add(plots, corridor_plot("claims", "Claims", "Claim " + row + (unit.empty() ? "" : ", " + unit),
                                         {{"row", row}, {"unit", unit.empty() ? "-" : unit}}, "Value", unit));
    const std::string &verdict = text.field(k, "verdict");
    const auto add_point = [&](const std::string &which, double value) {
      plot["points"].push_back(
          {{"label",
            text.field(k, "label") + ", " + text.field(k, "level") + " " + text.field(k, "directions") + which},
           {"computed", number_or_null(value)},
           {"lower", number_or_null(text.number(k, "low"))},
           {"upper", number_or_null(text.number(k, "high"))},
           {"published", number_or_null(text.number(k, "published"))},
           {"inside", verdict == "agrees"                                            ? Json(true)
                      : verdict == "disagrees" || verdict == "same sign, other size" ? Json(false)
                                                                                     : Json(nullptr)},
           {"status", verdict},
           {"unit", unit},
           {"source", text.field(k, "source")}});
    };
    // Of several directions the table has the range, and the verdict is of the one that weighs most against the
    // finding.
    const double largest = text.number(k, "largest");
    if (std::isfinite(largest) && largest != computed) {
      add_point(", smallest of the directions", computed);
      add_point(", largest of the directions", largest);
    } else
      add_point("", computed);
  }
}

void add_validation(const std::string &folder, Json &tables, Json &plots)
{
  const TextTable text = read_text_table(folder + "/validation.csv");
  tables.push_back(table_of(text, "validation", "Computed figures against published corridors",
                            "Kinds: calibrated = constants were fitted to it; consistent = circular in part; "
                            "independent = used for nothing else; printed = too uncertain to judge."));
  for (std::size_t k = 0; k < text.records.size(); ++k) {
    const std::string &validation = text.field(k, "validation"), &unit = text.field(k, "unit");
    Json &plot = find_or_add(
        plots, corridor_plot("validation", "Validation", "Validation " + validation + (unit.empty() ? "" : ", " + unit),
                             {{"validation", validation}, {"unit", unit.empty() ? "-" : unit}}, "Value", unit));
    const std::string &verdict = text.field(k, "verdict");
    plot["points"].push_back({{"label", text.field(k, "label")},
                              {"computed", number_or_null(text.number(k, "computed"))},
                              {"lower", number_or_null(text.number(k, "low"))},
                              {"upper", number_or_null(text.number(k, "high"))},
                              {"published", number_or_null(text.number(k, "published"))},
                              {"inside", verdict == "inside"    ? Json(true)
                                         : verdict == "outside" ? Json(false)
                                                                : Json(nullptr)},
                              {"status", text.field(k, "kind")},
                              {"unit", unit},
                              {"source", text.field(k, "source")}});
  }
}

void add_convergence(const std::string &folder, Json &tables, Json &plots)
{
  const TextTable text = read_text_table(folder + "/convergence.csv");
  tables.push_back(table_of(
      text, "convergence", "Three meshes: observed order and error band",
      "gci: grid convergence index, the relative error band of a value (Celik 2008); empty where the values do not "
      "converge. order: observed; empty unless the values approach their limit from one side."));
  for (std::size_t k = 0; k < text.records.size(); ++k) {
    const std::string &quantity = text.field(k, "quantity"), &direction = text.field(k, "direction");
    const std::string stage = direction.empty() ? "preload" : direction;
    const std::string protocol = text.field(k, "protocol").empty() ? "-" : text.field(k, "protocol");
    Json plot = make_plot("convergence", "Convergence", "line", quantity + ", " + spoken(stage),
                          {{"quantity", quantity}, {"direction", stage}, {"protocol", protocol}});
    set_axes(plot, "Cell size", "mm", quantity, text.field(k, "unit"));
    plot["note"] = "";
    Json &kept = find_or_add(plots, plot);
    const std::string &variant = text.field(k, "variant");
    Json &series = series_named(kept, variant);
    for (const char *mesh : {"coarse", "middle", "fine"}) {
      series["x"].push_back(number_or_null(text.number(k, std::string("size_mm_") + mesh)));
      series["y"].push_back(number_or_null(text.number(k, mesh)));
    }
    const double band = text.number(k, "gci_fine");
    const std::string &kind = text.field(k, "kind");
    const std::string words = std::isfinite(band)
                                  ? formatted(": error band of the finest mesh %.2g %% (", 100 * band) + kind + "). "
                                  : ": " + kind + ", no error band. ";
    kept["note"] = kept["note"].get<std::string>() + variant + words;
  }
}

void add_calibration(const std::string &folder, Json &tables, Json &plots)
{
  const TextTable rows = read_text_table(folder + "/rows.csv");
  tables.push_back(table_of(read_text_table(folder + "/fit.csv"), "fit", "Constants of the best fit",
                            "Bounds of the search and 95 % confidence interval."));
  tables.push_back(table_of(rows, "calibration", "Computed against published",
                            "Every set, on the study's own mesh. calibrated: fitted to; the other rows were not."));
  for (const auto &[file, id, title] :
       {std::array<const char *, 3>{"identifiability", "identifiability", "Combinations of constants"},
        {"leave_one_out", "leave_one_out", "Predicted by constants fitted to the other directions"},
        {"starts", "starts", "Fits from different starts"}}) {
    const TextTable more = read_text_table(folder + "/" + file + ".csv", true);
    if (!more.records.empty())
      tables.push_back(table_of(more, id, title, ""));
  }
  for (std::size_t k = 0; k < rows.records.size(); ++k) {
    const std::string &set = rows.field(k, "set"), &quantity = rows.field(k, "quantity"), &unit = rows.field(k, "unit");
    Json &plot = find_or_add(plots, corridor_plot("calibration", "Calibration",
                                                  "Set " + set + ": " + quantity + " (" + unit + ")",
                                                  {{"set", set}, {"quantity", quantity}}, quantity, unit));
    plot["note"] = "The range is the published value with the plan's tolerance.";
    const double published = rows.number(k, "published"), tolerance = rows.number(k, "tolerance"),
                 computed = rows.number(k, "computed");
    const std::string &inside = rows.field(k, "inside"), &kind = rows.field(k, "kind");
    const bool judges = kind == "calibrated" || kind == "consistent";
    plot["points"].push_back({{"label", spoken(rows.field(k, "direction")) + ", " + rows.field(k, "moment_Nm") + " Nm"},
                              {"computed", number_or_null(computed)},
                              {"lower", number_or_null(published - tolerance)},
                              {"upper", number_or_null(published + tolerance)},
                              {"published", number_or_null(published)},
                              {"inside", !judges || inside == "-" ? Json(nullptr) : Json(inside == "yes")},
                              {"status", judges ? kind : "printed"},
                              {"unit", unit},
                              {"source", ""}});
  }
}
} // namespace lumbarfem
