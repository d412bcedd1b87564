#include "postprocess/comparison_table.h"

#include "base/anatomy.h"
#include "base/formatted.h"
#include "postprocess/atomic_file.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>

namespace lumbarfem
{
namespace
{
/// A line of the table: label, and how to find its row.
struct Quantity {
  std::string label, quantity, level, object, region, component, statistic;
  std::string side = ""; ///< "": whatever stands there
};

using Rows = std::vector<const ResultRow *>;

std::optional<double> find(const Rows &rows, const std::string &variant, const Quantity &wanted)
{
  for (const ResultRow *row : rows)
    if (row->context.variant == variant && row->quantity == wanted.quantity && row->level == wanted.level &&
        row->object == wanted.object && row->region == wanted.region && row->component == wanted.component &&
        row->statistic == wanted.statistic && (wanted.side.empty() || row->side == wanted.side) &&
        std::isfinite(row->value))
      return row->value;
  return {};
}

std::string find_unit(const Rows &rows, const Quantity &wanted)
{
  for (const ResultRow *row : rows)
    if (row->quantity == wanted.quantity && row->component == wanted.component)
      return row->unit;
  return "";
}

/// Words of one column in the order of their first appearance.
template <typename Get>
std::vector<std::string> distinct(const Rows &rows, Get get)
{
  std::vector<std::string> words;
  for (const ResultRow *row : rows)
    if (std::find(words.begin(), words.end(), get(*row)) == words.end())
      words.push_back(get(*row));
  return words;
}

/// Discs present, from cranial to caudal.
std::vector<std::string> discs_of(const Rows &rows)
{
  std::vector<std::string> discs;
  for (const std::string &disc : disc_names())
    if (std::any_of(rows.begin(), rows.end(), [&](const ResultRow *row) { return row->level == disc; }))
      discs.push_back(disc);
  return discs;
}

std::vector<Quantity> quantities(const Rows &rows)
{
  const std::vector<std::string> discs = discs_of(rows);
  const auto has_primary = [&](const ResultRow *row) { return row->quantity == "rom" && row->component == "primary"; };
  const std::string motion = std::any_of(rows.begin(), rows.end(), has_primary) ? "primary" : "flexion";
  std::vector<Quantity> list = {
      {"moment", "applied_moment", "", "", "", "", "value"},
      {"compression", "axial_force", "", "axial_load", "", "", "value"},
      {"approach of the ends", "axial_displacement", "", "axial_load", "", "from_preload", "value"},
      {"ROM total", "rom", "", "", "", motion, "value"}};
  for (const std::string &disc : discs)
    list.push_back({"ROM " + disc, "rom", disc, "", "", motion, "value"});
  for (const char *component : {"lost", "gained", "closure"})
    list.push_back({std::string(component) + (component == std::string("closure") ? " of the lost motion" : " motion"),
                    "lost_motion", "", "", "", component, "value"});
  std::vector<std::string> stressed = discs;
  if (std::find(discs.begin(), discs.end(), "L3-L4") != discs.end())
    stressed = {"L3-L4"};
  for (const std::string &disc : stressed)
    list.push_back({disc + " posterior annulus, max. principal p95", "annulus_stress", disc, "annulus",
                    "posterior_outer", "maximum_principal", "p95"});
  for (const std::string &disc : discs)
    list.push_back({disc + " pressure of the nucleus", "idp", disc, "nucleus", "", "", "mean"});
  for (const std::string &disc : discs)
    for (const char *side : {"left", "right"})
      list.push_back(
          {disc + " facet force " + side, "facet_force", disc, std::string("facet_") + side, "", "resultant", "value"});
  if (std::any_of(rows.begin(), rows.end(), [](const ResultRow *row) { return row->quantity == "axial_force"; }))
    for (const std::string &disc : discs) {
      list.push_back({disc + " IDP x area / force", "idp_factor", disc, "nucleus", "", "", "value"});
      for (const char *region : {"anterior", "posterior", "left"})
        list.push_back({disc + " bulge, " + region, "disc_bulge", disc, "annulus", region, "from_preload", "maximum"});
    }
  // The endplates that face L2-L3 and L3-L4; those that a spine lacks make no row.
  const std::pair<const char *, const char *> endplates[] = {
      {"L2", "inferior"}, {"L3", "superior"}, {"L3", "inferior"}, {"L4", "superior"}};
  for (const auto &[level, side] : endplates) {
    const std::string object = std::string(side) + "_endplate";
    const std::string label = std::string(level) + " " + side + " endplate, ";
    list.push_back({label + "von Mises p95", "endplate_stress", level, object, "", "von_mises", "p95"});
    list.push_back({label + "normal traction mean", "endplate_stress", level, object, "", "normal_traction", "mean"});
  }
  return list;
}

/// What a page has room for beside the printed tables.
void add_further_quantities(const Rows &rows, std::vector<Quantity> &list)
{
  const auto add = [&](const Quantity &quantity) {
    for (const Quantity &other : list)
      if (other.quantity == quantity.quantity && other.level == quantity.level && other.object == quantity.object &&
          other.region == quantity.region && other.component == quantity.component &&
          other.statistic == quantity.statistic && other.side == quantity.side)
        return;
    list.push_back(quantity);
  };
  for (const std::string &disc : discs_of(rows))
    for (const char *region : {"posterior", "anterior", "left", "right"})
      add({disc + " " + region + " annulus, max. principal p95", "annulus_stress", disc, "annulus",
           std::string(region) + "_outer", "maximum_principal", "p95"});
  for (const std::string &level : level_names())
    for (const char *side : {"superior", "inferior"}) {
      const std::string object = std::string(side) + "_endplate", label = level + " " + side + " endplate, ";
      add({label + "von Mises p95", "endplate_stress", level, object, "", "von_mises", "p95"});
      add({label + "normal traction mean", "endplate_stress", level, object, "", "normal_traction", "mean"});
      add({label + "share beyond yield strain", "endplate_strain", level, object, "", "beyond_yield", "area_share"});
      add({label + "deflection maximum", "endplate_deflection", level, object, "", "into_vertebra", "maximum"});
    }
  // Parts that the surgery or the ligament set names.
  for (const ResultRow *row : rows)
    if ((row->quantity == "implant_stress" && row->statistic == "maximum") || row->quantity == "link_force" ||
        (row->quantity == "screw_bone_force" && row->component == "resultant") || row->quantity == "ligament_force")
      add({row->object + (row->level.empty() ? "" : " " + row->level) + (row->side.empty() ? "" : " " + row->side) +
               (row->quantity == "implant_stress"     ? ", largest stress"
                : row->quantity == "screw_bone_force" ? ", force on bone"
                : row->quantity == "link_force"       ? ", " + row->component
                                                      : ", force"),
           row->quantity, row->level, row->object, row->region, row->component, row->statistic, row->side});
}

std::string value_text(std::optional<double> value)
{
  return value ? formatted(std::abs(*value) >= 1000 ? "%.0f" : std::abs(*value) >= 100 ? "%.1f" : "%.3f", *value) : "-";
}

bool can_divide_by(const Quantity &quantity, double reference)
{
  const double least_facet_force_N = 10;
  return quantity.quantity != "facet_force" || std::abs(reference) >= least_facet_force_N;
}

/// Of the reference with its sign: a larger moment or compression counts as a rise whatever its sense. None where the
/// reference is too small to divide by.
std::optional<double> change_percent(const Quantity &quantity, std::optional<double> value,
                                     std::optional<double> reference)
{
  if (!value || !reference || std::abs(*reference) < 1e-6 || !can_divide_by(quantity, *reference))
    return {};
  return 100 * (*value - *reference) / *reference;
}

/// Change in percent of the reference; no number where the reference is too small to divide by.
std::string change_text(const Quantity &quantity, std::optional<double> value, std::optional<double> reference)
{
  if (!value || !reference || std::abs(*reference) < 1e-6)
    return "";
  if (!can_divide_by(quantity, *reference))
    return "not defined";
  const double change = *change_percent(quantity, value, reference);
  return std::abs(change) < 1000 ? formatted("%+.1f %%", change) : formatted("x %.1f", *value / *reference);
}

/// Lines of cells; the first line holds the headings.
using Table = std::vector<std::vector<std::string>>;

Table make_table(const Rows &rows, const std::vector<std::string> &variants)
{
  Table table(1);
  table[0] = {"", "unit"};
  for (std::size_t v = 0; v < variants.size(); ++v) {
    table[0].push_back(variants[v].empty() ? "(no variant)" : variants[v]);
    if (v > 0)
      table[0].push_back("change");
  }
  for (const Quantity &quantity : quantities(rows)) {
    const std::optional<double> reference = find(rows, variants[0], quantity);
    bool any = false;
    std::vector<std::string> line = {quantity.label, find_unit(rows, quantity)};
    for (std::size_t v = 0; v < variants.size(); ++v) {
      const std::optional<double> value = find(rows, variants[v], quantity);
      any = any || value;
      line.push_back(value_text(value));
      if (v > 0)
        line.push_back(change_text(quantity, value, reference));
    }
    if (any)
      table.push_back(line);
  }
  return table;
}

std::vector<std::size_t> widths(const Table &table)
{
  std::vector<std::size_t> result(table[0].size(), 0);
  for (const auto &line : table)
    for (std::size_t c = 0; c < line.size(); ++c)
      result[c] = std::max(result[c], line[c].size());
  return result;
}

const std::size_t page_width = 120;

/// Columns c of a page: label, unit and reference, then as many variants as fit (at least one).
std::vector<std::vector<std::size_t>> pages(const Table &table)
{
  const std::vector<std::size_t> width = widths(table);
  const std::size_t head = width[0] + width[1] + width[2] + 4, n = table[0].size();
  std::vector<std::vector<std::size_t>> result;
  for (std::size_t c = 3; c < n || result.empty();) {
    std::vector<std::size_t> page = {0, 1, 2};
    std::size_t total = head;
    while (c + 1 < n && (page.size() == 3 || total + width[c] + width[c + 1] + 4 <= page_width)) {
      total += width[c] + width[c + 1] + 4;
      page.push_back(c);
      page.push_back(c + 1);
      c += 2;
    }
    result.push_back(page);
  }
  return result;
}

std::string aligned(const Table &table)
{
  const std::vector<std::size_t> width = widths(table);
  std::string text;
  for (const auto &page : pages(table)) {
    if (!text.empty())
      text += "\n";
    for (const auto &line : table) {
      std::string out;
      for (const std::size_t c : page) {
        const std::string gap(width[c] - line[c].size(), ' ');
        out += (c == 0 ? "" : "  ") + (c < 2 ? line[c] + gap : gap + line[c]);
      }
      out.erase(out.find_last_not_of(' ') + 1);
      text += out + "\n";
    }
  }
  return text;
}

std::string markdown(const Table &table)
{
  std::string text;
  for (std::size_t l = 0; l < table.size(); ++l) {
    for (const std::string &cell : table[l])
      text += "| " + cell + " ";
    text += "|\n";
    if (l > 0)
      continue;
    for (std::size_t c = 0; c < table[l].size(); ++c)
      text += c < 2 ? "|---" : "|---:";
    text += "|\n";
  }
  return text;
}

/// The published change of stress after fusion beside the one computed here.
std::string published_line(const Rows &rows, const std::string &direction, const std::string &reference)
{
  const Quantity stress{"", "annulus_stress", "L3-L4", "annulus", "posterior_outer", "maximum_principal", "p95"};
  const std::optional<double> before = find(rows, reference, stress), after = find(rows, "fused", stress);
  if (direction != "flexion" || reference == "fused" || !before || !after)
    return "";
  const bool has_facets =
      std::any_of(rows.begin(), rows.end(), [](const ResultRow *row) { return row->quantity == "facet_force"; });
  const std::string ratio = *before > 1e-6 ? formatted("%.2f", *after / *before) : "not defined";
  return "published (claim A1): L3-L4 posterior edge 4.2 -> 6.8 MPa (ratio 1.62);\nhere " + formatted("%.2f", *before) +
         " -> " + formatted("%.2f MPa", *after) + " (ratio " + ratio + ")" +
         (has_facets ? "" : ": model without facet joints") + "\n";
}

/// Moments that no spine specimen bears say that the rotation asked for is out of the construct's reach.
std::string moment_line(const Rows &rows)
{
  std::string variants;
  for (const ResultRow *row : rows)
    if (row->quantity == "applied_moment" && std::abs(row->value) > bearable_moment_Nm)
      variants += (variants.empty() ? "" : ", ") + row->context.variant;
  return variants.empty()
             ? ""
             : formatted("moment above %g Nm, beyond what a spine bears: ", bearable_moment_Nm) + variants + "\n";
}

/// What belongs into one table: one direction under one protocol.
struct Run {
  std::string direction, protocol;
  Rows rows;
};

std::vector<Run> runs_of(const std::vector<ResultRow> &rows)
{
  std::vector<Run> runs;
  for (const ResultRow &row : rows) {
    const auto same = std::find_if(runs.begin(), runs.end(), [&](const Run &run) {
      return run.direction == row.context.direction && run.protocol == row.context.protocol;
    });
    if (same == runs.end())
      runs.push_back({row.context.direction, row.context.protocol, {&row}});
    else
      same->rows.push_back(&row);
  }
  return runs;
}

template <typename Render>
std::string all_tables(const std::vector<ResultRow> &rows, const std::string &wanted_reference, bool is_markdown,
                       Render render)
{
  std::string text;
  for (const auto &[direction, protocol, here] : runs_of(rows)) {
    std::vector<std::string> variants = distinct(here, [](const ResultRow &row) { return row.context.variant; });
    // The reference goes first; the others keep their order.
    std::stable_partition(variants.begin(), variants.end(),
                          [&](const std::string &variant) { return variant == wanted_reference; });
    if (!text.empty())
      text += "\n";
    const std::string title = (direction.empty() ? "preload" : direction) + (protocol.empty() ? "" : ", " + protocol) +
                              (variants.size() > 1 ? " (change against " + variants[0] + ")" : "");
    text += is_markdown ? "### " + title + "\n\n" : title + "\n" + std::string(title.size(), '-') + "\n";
    text += render(make_table(here, variants));
    for (const std::string &note : {moment_line(here), published_line(here, direction, variants[0])})
      if (!note.empty())
        text += (is_markdown ? "\n" : "") + note;
  }
  return text;
}

} // namespace

std::vector<ResultRow> last_step_rows(const std::vector<ResultRow> &rows)
{
  std::vector<ResultRow> last;
  for (const ResultRow &row : rows) {
    const std::string &stage = row.context.stage;
    if ((stage == "moment" || stage == "compression" || stage == "preload") && row.context.load_factor > 1 - 1e-9)
      last.push_back(row);
  }
  return last;
}

std::string comparison_text(const std::vector<ResultRow> &rows, const std::string &reference)
{
  return all_tables(rows, reference, false, aligned);
}

std::string comparison_markdown(const std::vector<ResultRow> &rows, const std::string &reference)
{
  return all_tables(rows, reference, true, markdown);
}

std::vector<PrimaryValue> primary_values(const std::vector<ResultRow> &rows)
{
  std::vector<PrimaryValue> result;
  for (const auto &[direction, protocol, here] : runs_of(rows))
    for (const std::string &variant : distinct(here, [](const ResultRow &row) { return row.context.variant; }))
      for (const Quantity &quantity : quantities(here))
        if (quantity.quantity != "applied_moment" || protocol == "hybrid")
          if (const std::optional<double> value = find(here, variant, quantity))
            result.push_back({variant, direction, protocol, quantity.label, find_unit(here, quantity), *value});
  return result;
}

std::vector<ComparisonLine> comparison_lines(const std::vector<ResultRow> &rows,
                                             const std::vector<std::string> &variants)
{
  std::vector<ComparisonLine> lines;
  for (const auto &[direction, protocol, here] : runs_of(rows)) {
    std::vector<Quantity> list = quantities(here);
    const std::size_t n_primary = list.size();
    add_further_quantities(here, list);
    for (std::size_t k = 0; k < list.size(); ++k) {
      const Quantity &quantity = list[k];
      ComparisonLine line{
          direction, protocol, quantity.label, quantity.quantity, quantity.level, find_unit(here, quantity), {},
          {},        {},       k < n_primary};
      for (const std::string &variant : variants) {
        const std::optional<double> value = find(here, variant, quantity);
        line.values.push_back(value);
        const std::optional<double> &reference = line.values.front();
        line.change_percent.push_back(change_percent(quantity, value, reference));
        line.undefined.push_back(
            value && reference && *value != *reference && !can_divide_by(quantity, *reference) ? "not defined" : "");
      }
      if (std::any_of(line.values.begin(), line.values.end(), [](const auto &value) { return value.has_value(); }))
        lines.push_back(line);
    }
  }
  return lines;
}

std::string write_comparison(const std::string &folder, const std::vector<ResultRow> &rows,
                             const std::string &reference, const std::string &notes, const std::string &identity)
{
  const std::string text = comparison_text(rows, reference) + (notes.empty() ? "" : "\n" + notes);
  std::string items;
  std::istringstream lines(notes);
  for (std::string line; std::getline(lines, line);)
    items += "- " + line + "\n";
  write_text(folder + "/comparison.txt", text + "\n" + identity + "\n");
  write_text(folder + "/comparison.md",
             comparison_markdown(rows, reference) + (items.empty() ? "" : "\n" + items) + "\n" + identity + "\n");
  return text;
}
} // namespace lumbarfem
