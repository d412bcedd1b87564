#include "postprocess/comparison_table.h"

#include "base/claims.h"
#include "base/formatted.h"
#include "base/text_columns.h"
#include "postprocess/atomic_file.h"
#include "postprocess/comparison_quantities.h"
#include "postprocess/idle_facets.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>

namespace lumbarfem
{
namespace
{
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

/// Below these a figure is nothing that a laboratory could measure, and a percentage of it says nothing.
bool can_divide_by(const Quantity &quantity, double reference)
{
  static const std::map<std::string, double> least = {
      {"facet_force", 10}, {"rom", 0.01}, {"laxity", 0.01}, {"idp", 0.001}, {"annulus_stress", 0.001}}; // N, deg, MPa
  const auto found = least.find(quantity.quantity);
  return found == least.end() || std::abs(reference) >= found->second;
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

/// Discs of a variant with a rotation.
std::vector<Level> span_of(const Rows &rows, const std::string &variant)
{
  Rows own;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(own),
               [&](const ResultRow *row) { return row->context.variant == variant && row->quantity == "rom"; });
  return discs_of(own);
}

/// Totals of spines of different length do not compare.
bool is_comparable(const Rows &rows, const Quantity &quantity, const std::string &a, const std::string &b)
{
  return quantity.quantity != "rom" || !quantity.level.empty() || span_of(rows, a) == span_of(rows, b);
}

/// Lines of cells; the first line holds the headings. A line of one cell goes across all columns.
using Table = std::vector<std::vector<std::string>>;

/// The quantities that one line tells together; none where they are too few.
struct IdleFacets {
  std::set<std::size_t> numbers;
  std::string words;
};

IdleFacets idle_facets(const Rows &rows, const std::vector<std::string> &variants,
                       const std::vector<Quantity> &quantities)
{
  IdleFacets idle;
  std::vector<FacetPlace> places;
  for (std::size_t k = 0; k < quantities.size(); ++k) {
    if (quantities[k].quantity != "facet_force")
      continue;
    std::vector<std::optional<double>> values;
    for (const std::string &variant : variants)
      values.push_back(find(rows, variant, quantities[k]));
    if (!is_idle(values))
      continue;
    idle.numbers.insert(k);
    places.push_back({quantities[k].level, quantities[k].object});
  }
  if (places.size() < least_idle_facets)
    return {};
  idle.words = idle_facet_words(places, variants.size());
  return idle;
}

Table make_table(const Rows &rows, const std::vector<std::string> &variants, const TreatedLevels &treated)
{
  Table table(1);
  table[0] = {"", "unit"};
  for (std::size_t v = 0; v < variants.size(); ++v) {
    table[0].push_back(variants[v].empty() ? "(no variant)" : variants[v]);
    if (v > 0)
      table[0].push_back("change");
  }
  const std::vector<Quantity> quantities = comparison_quantities(rows, treated);
  const IdleFacets idle = idle_facets(rows, variants, quantities);
  for (std::size_t k = 0; k < quantities.size(); ++k) {
    const Quantity &quantity = quantities[k];
    if (idle.numbers.count(k)) {
      if (k == *idle.numbers.begin())
        table.push_back({idle.words});
      continue;
    }
    const std::optional<double> reference = find(rows, variants[0], quantity);
    bool any = false;
    std::vector<std::string> line = {quantity.label, find_unit(rows, quantity)};
    for (std::size_t v = 0; v < variants.size(); ++v) {
      const std::optional<double> value = find(rows, variants[v], quantity);
      any = any || value;
      line.push_back(table_number(value));
      if (v > 0)
        line.push_back(!value || !reference || is_comparable(rows, quantity, variants[v], variants[0])
                           ? change_text(quantity, value, reference)
                           : "not defined");
    }
    if (any)
      table.push_back(line);
  }
  return table;
}

const std::size_t page_width = 120;

/// Columns c of a page: label, unit and reference, then as many variants as fit (at least one).
std::vector<std::vector<std::size_t>> pages(const Table &table)
{
  const std::vector<std::size_t> width = column_widths(table);
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
  std::string text;
  for (const auto &page : pages(table)) {
    Table shown;
    for (const auto &line : table) {
      shown.emplace_back();
      for (const std::size_t c : line.size() == 1 ? std::vector<std::size_t>{0} : page)
        shown.back().push_back(line[c]);
    }
    text += (text.empty() ? "" : "\n") + aligned_columns(shown, [](std::size_t c) { return c < 2; });
  }
  return text;
}

std::string markdown(const Table &table)
{
  std::string text;
  for (std::size_t l = 0; l < table.size(); ++l) {
    for (const std::string &cell : table[l])
      text += "| " + cell + " ";
    for (std::size_t c = table[l].size(); c < table[0].size(); ++c)
      text += "| ";
    text += "|\n";
    if (l > 0)
      continue;
    for (std::size_t c = 0; c < table[l].size(); ++c)
      text += c < 2 ? "|---" : "|---:";
    text += "|\n";
  }
  return text;
}

bool is_asked(const ComparisonContext &context, const PublishedPair &pair)
{
  return std::find(context.claims.begin(), context.claims.end(), pair.claim) != context.claims.end();
}

/// The published stress before and after a fusion beside the one computed here; empty where the table does not hold it.
/// The reference is the spine before the fusion: neither of the two discs is treated, nor a vertebra at them. Every
/// variant that fuses this disc and leaves the stressed one and its vertebrae alone is a spine after it; what else was
/// done to it is said.
std::string published_line(const PublishedPair &pair, const Rows &rows, const std::string &direction,
                           const std::vector<std::string> &variants, const ComparisonContext &context)
{
  const auto treated = [&](const std::string &variant) {
    const auto found = context.treated.find(variant);
    return found == context.treated.end() ? TreatedLevels() : found->second;
  };
  const auto touches = [](const TreatedLevels &levels, Level disc) { // a disc bears the name of the level above it
    const auto lower = static_cast<Level>(static_cast<int>(disc) + 1);
    return levels.discs.count(disc) + levels.vertebrae.count(disc) + levels.vertebrae.count(lower) > 0;
  };
  const auto besides = [&](const std::string &variant) {
    TreatedLevels others = treated(variant);
    others.discs.erase(pair.fused);
    return joined(names(others));
  };
  const TreatedLevels first = treated(variants[0]);
  if (direction != name(pair.direction) || touches(first, pair.fused) || touches(first, pair.stressed))
    return "";
  const Quantity stress{
      "", "annulus_stress", disc_name(pair.stressed), "annulus", "posterior_outer", "maximum_principal", "p95"};
  const std::optional<double> before = find(rows, variants[0], stress);
  std::vector<std::pair<std::string, double>> after;
  for (const std::string &variant : variants)
    if (const TreatedLevels levels = treated(variant);
        levels.fused.count(pair.fused) && !touches(levels, pair.stressed))
      if (const std::optional<double> value = find(rows, variant, stress))
        after.emplace_back(variant, *value);
  if (!before || after.empty())
    return "";
  const bool has_facets =
      std::any_of(rows.begin(), rows.end(), [](const ResultRow *row) { return row->quantity == "facet_force"; });
  std::string text =
      "published (claim " + pair.claim + "): " + pair.words +
      formatted(" %.1f -> %.1f MPa (ratio %.2f);\n", pair.before_MPa, pair.after_MPa, pair.after_MPa / pair.before_MPa);
  for (const auto &[variant, value] : after)
    text += "here " + (after.size() > 1 ? variant + " " : "") + formatted("%.2f -> %.2f MPa (ratio ", *before, value) +
            (*before > 1e-6 ? formatted("%.2f", value / *before) : "not defined") + ")" +
            (has_facets ? "" : ": model without facet joints") +
            (context.differing.count(variant)
                 ? "\n(" + variant + " differs from " + variants[0] + " in more than its surgery)"
                 : "") +
            (besides(variant).empty() ? "" : "\n(" + variant + " is treated at " + besides(variant) + ", too)") + "\n";
  return text;
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

/// Spines of different length have no total in common.
std::string span_line(const Rows &rows, const std::vector<std::string> &variants)
{
  std::map<std::vector<Level>, std::string> spans;
  for (const std::string &variant : variants)
    if (const std::vector<Level> span = span_of(rows, variant); !span.empty()) {
      std::string &names = spans[span];
      names += (names.empty() ? "" : ", ") + variant;
    }
  if (spans.size() < 2)
    return "";
  std::string text = "the variants are spines of different length, whose totals do not compare:";
  for (const auto &[discs, names] : spans)
    text += " " + names + " " + name(discs.front()) + "-" + disc_name(discs.back()).substr(3) + ";";
  text.back() = '\n';
  return text;
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
std::string all_tables(const std::vector<ResultRow> &rows, const ComparisonContext &context, bool is_markdown,
                       Render render)
{
  std::string text;
  std::vector<std::string> printed;
  const auto add_note = [&](const std::string &note) { text += (is_markdown && !note.empty() ? "\n" : "") + note; };
  for (const auto &[direction, protocol, here] : runs_of(rows)) {
    std::vector<std::string> variants = distinct(here, [](const ResultRow &row) { return row.context.variant; });
    // The reference goes first; the others keep their order.
    std::stable_partition(variants.begin(), variants.end(),
                          [&](const std::string &variant) { return variant == context.reference; });
    if (!text.empty())
      text += "\n";
    const std::string title = (direction.empty() ? "preload" : direction) + (protocol.empty() ? "" : ", " + protocol) +
                              (variants.size() > 1 ? " (change against " + variants[0] + ")" : "");
    text += is_markdown ? "### " + title + "\n\n" : title + "\n" + std::string(title.size(), '-') + "\n";
    text += render(make_table(here, variants, context.treated_of_all()));
    add_note(moment_line(here));
    add_note(span_line(here, variants));
    for (const PublishedPair &pair : published_pairs())
      if (is_asked(context, pair))
        if (const std::string line = published_line(pair, here, direction, variants, context); !line.empty()) {
          add_note(line);
          printed.push_back(pair.claim);
        }
  }
  for (const PublishedPair &pair : published_pairs())
    if (is_asked(context, pair) && std::find(printed.begin(), printed.end(), pair.claim) == printed.end())
      add_note("claim " + pair.claim + " was asked for, but nothing here is about it: it needs " +
               name(pair.direction) + " of a spine with " + disc_name(pair.stressed) +
               " before and after a fusion of " + disc_name(pair.fused) + " (cage or graft, screws and rods)\n");
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

std::string table_number(std::optional<double> value)
{
  return value ? formatted(std::abs(*value) >= 1000 ? "%.0f" : std::abs(*value) >= 100 ? "%.1f" : "%.3f", *value) : "-";
}

TreatedLevels ComparisonContext::treated_of_all() const
{
  TreatedLevels all;
  for (const auto &[variant, levels] : treated)
    all.add(levels);
  return all;
}

std::string comparison_text(const std::vector<ResultRow> &rows, const ComparisonContext &context)
{
  return all_tables(rows, context, false, aligned);
}

std::string comparison_markdown(const std::vector<ResultRow> &rows, const ComparisonContext &context)
{
  return all_tables(rows, context, true, markdown);
}

std::vector<PrimaryValue> primary_values(const std::vector<ResultRow> &rows, const TreatedLevels &treated)
{
  std::vector<PrimaryValue> result;
  for (const auto &[direction, protocol, here] : runs_of(rows))
    for (const std::string &variant : distinct(here, [](const ResultRow &row) { return row.context.variant; }))
      for (const Quantity &quantity : comparison_quantities(here, treated))
        if (quantity.quantity != "applied_moment" || protocol == "hybrid")
          if (const std::optional<double> value = find(here, variant, quantity))
            result.push_back({variant, direction, protocol, quantity.label, find_unit(here, quantity), *value});
  return result;
}

std::vector<ComparisonLine> comparison_lines(const std::vector<ResultRow> &rows,
                                             const std::vector<std::string> &variants, const TreatedLevels &treated)
{
  std::vector<ComparisonLine> lines;
  for (const auto &[direction, protocol, here] : runs_of(rows)) {
    std::vector<Quantity> list = comparison_quantities(here, treated);
    const std::size_t n_primary = list.size();
    add_further_quantities(here, list);
    for (std::size_t k = 0; k < list.size(); ++k) {
      const Quantity &quantity = list[k];
      ComparisonLine line{direction,
                          protocol,
                          quantity.label,
                          quantity.quantity,
                          quantity.level,
                          quantity.object,
                          quantity.region,
                          find_unit(here, quantity),
                          {},
                          {},
                          {},
                          k < n_primary};
      for (const std::string &variant : variants) {
        const std::optional<double> value = find(here, variant, quantity);
        line.values.push_back(value);
        const std::optional<double> &reference = line.values.front();
        const bool has_change = is_comparable(here, quantity, variant, variants.front());
        line.change_percent.push_back(has_change ? change_percent(quantity, value, reference) : std::nullopt);
        line.undefined.push_back(value && reference && *value != *reference &&
                                         (!has_change || !can_divide_by(quantity, *reference))
                                     ? "not defined"
                                     : "");
      }
      if (std::any_of(line.values.begin(), line.values.end(), [](const auto &value) { return value.has_value(); }))
        lines.push_back(line);
    }
  }
  return lines;
}

std::string write_comparison(const std::string &folder, const std::vector<ResultRow> &rows,
                             const ComparisonContext &context, const std::string &notes, const std::string &identity)
{
  const std::string text = comparison_text(rows, context) + (notes.empty() ? "" : "\n" + notes);
  std::string items;
  std::istringstream lines(notes);
  for (std::string line; std::getline(lines, line);)
    items += "- " + line + "\n";
  write_text(folder + "/comparison.txt", text + "\n" + identity + "\n");
  write_text(folder + "/comparison.md",
             comparison_markdown(rows, context) + (items.empty() ? "" : "\n" + items) + "\n" + identity + "\n");
  return text;
}
} // namespace lumbarfem
