#include "cases/claim_file.h"

#include "base/anatomy.h"
#include "base/formatted.h"
#include "cases/checked_table.h"
#include "cases/key_makers.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <stdexcept>

namespace lumbarfem
{
namespace
{
const std::string assumptions_file = "assumptions.toml";
const std::vector<std::string> compared_words = {"value", "difference", "change", "ratio", "percent", "margin"};
const std::vector<std::string> several_words = {"one", "largest", "smallest", "sum", "mean"};

template <typename Choice>
Choice chosen(const CheckedTable &table, const std::string &key, const std::vector<std::string> &words)
{
  const auto found = std::find(words.begin(), words.end(), table.text(key));
  return static_cast<Choice>(found - words.begin());
}

std::vector<std::string> claim_directions()
{
  std::vector<std::string> words = direction_names();
  words.push_back("preload");
  words.push_back("compression");
  return words;
}

const std::vector<Key> &claim_keys()
{
  static const std::vector<Key> list_of_keys = {
      keys::required(keys::text("title", "", "One line that names the finding.")),
      keys::required(keys::text("question", "", "What is asked.")),
      keys::text("study", "", "Path of the study, relative to this file."),
      keys::text("needs", "", "What must be there before the row can be computed; only without study."),
      keys::text("remark", "", "What a reader of the figures must know."),
      keys::boolean("mechanical", "true",
                    "Whether a mechanical model can answer; an odds ratio is no mechanical quantity."),
      keys::list("assumptions", "", "Names in assumptions.toml under which the figures are computed, too.", {})};
  return list_of_keys;
}

const std::vector<Key> &quick_keys()
{
  static const std::vector<Key> list_of_keys = {
      keys::list("set", "", "KEY=VALUE of [mesh] in the quick set, besides the coarse mesh.", {}),
      keys::list("directions", "", "Directions of the quick set; without them all.", claim_directions()),
      keys::list("assumptions", "", "Assumptions of the quick set.", {})};
  return list_of_keys;
}

const std::vector<Key> &side_keys()
{
  static const std::vector<Key> list_of_keys = {
      keys::required(keys::text("says", "", "What this side says.")),
      keys::required(keys::text("source", "", "Where it was published.")),
      keys::required(keys::text("confidence", "", "How sure the figure is."))};
  return list_of_keys;
}

const std::vector<Key> &figure_keys()
{
  const double any = std::numeric_limits<double>::infinity();
  static const std::vector<Key> list_of_keys = {
      keys::required(keys::text("label", "", "Name of the line in the table.")),
      keys::text("variant", "", "Variant of the study."),
      keys::text("reference", "", "Variant that it is compared with."),
      keys::list("directions", "", "Directions of the moment, or preload.", claim_directions()),
      keys::boolean("over_directions", "false", "One line with the range over the directions."),
      keys::text("protocol", "load_control", "Protocol of the moment.", {"load_control", "hybrid"}),
      keys::list("levels", "",
                 "above, below, treated, whole, or names of discs and vertebrae; without them the whole spine.", {}),
      keys::text("quantity", "", "Quantity of the results, and words that other columns must hold."),
      keys::text("of_several", "one", "What is taken where several rows fit.", several_words),
      keys::text("compared", "value", "How the variant's figure is set against the reference's.", compared_words),
      keys::number("limit", "-", "", -any, any, "Limit that a margin is taken to."),
      keys::text("unit", "", "Unit of a value, a difference or a margin."),
      keys::number("published", "-", "", -any, any, "Published figure."),
      keys::number("low", "-", "", -any, any, "Lower end of the published range."),
      keys::number("high", "-", "", -any, any, "Upper end of the published range."),
      keys::text("expected", "none", "Sign of the published finding.", {"none", "rise", "fall"}),
      keys::number("minimum_reference", "-", "0", 0, any,
                   "Size of the reference's figure below which a comparison is not defined."),
      keys::boolean("spread", "true", "Whether the figure is computed under the assumptions, too."),
      keys::text("needs", "", "What must be there before it can be computed."),
      keys::text("source", "", "Where the figure was published."),
      keys::text("confidence", "", "How sure the published figure is.")};
  return list_of_keys;
}

const std::vector<Key> &error_keys()
{
  static const std::vector<Key> list_of_keys = [] {
    std::vector<Key> made;
    for (const std::string &direction : claim_directions())
      made.push_back(keys::number(direction, "%", "", 0, 1000, "Numerical error of the quantity in that direction."));
    return made;
  }();
  return list_of_keys;
}

const std::vector<Key> &assumption_keys()
{
  static const std::vector<Key> list_of_keys = {
      keys::required(keys::text("name", "", "Name that rows use.")),
      keys::required(keys::text("title", "", "One line: what is assumed.")),
      keys::text("source", "", "Where it comes from."),
      keys::required(keys::list("set", "", "KEY=VALUE of the study, the changes against it.", {}))};
  return list_of_keys;
}

/// The tables of an entry that may be absent.
std::vector<const Node *> optional_objects(const Node &tree, const std::string &key, Faults &faults)
{
  std::vector<const Node *> result;
  const Node *list = tree.find(key);
  if (list && !list->is_object_list())
    faults.add(list->place, key, "must be a list of tables, not " + describe(*list));
  else if (list)
    for (const Node &item : list->items)
      result.push_back(&item);
  return result;
}

std::optional<double> optional_number(const CheckedTable &table, const std::string &key)
{
  return table.given(key) ? std::optional<double>(table.number(key)) : std::nullopt;
}

/// Faults of combinations.
void check_figure(const ClaimFigure &figure, const CheckedTable &table, const Claim &claim)
{
  if ((figure.published || figure.low || figure.high || figure.expected != 0) && figure.source.empty())
    table.fault("source", "is missing: a published finding needs its source");
  if (figure.low && figure.high && *figure.low > *figure.high)
    table.fault("low", format_number(*figure.low) + " is above high (" + format_number(*figure.high) + ")");
  if (!figure.needs.empty() || claim.study.empty()) {
    if (table.given("variant"))
      table.fault("variant", claim.study.empty() ? "the row has no study whose variant it could be"
                                                 : "a figure that needs something first has no variant yet");
    return;
  }
  for (const char *key : {"variant", "quantity", "directions"})
    if (!table.given(key))
      table.fault(key, "is missing; a figure without it says in needs what must be there first");
  if (has_reference(figure.compared) != !figure.reference.empty())
    table.fault("reference", has_reference(figure.compared)
                                 ? "is missing: compared = \"" + name(figure.compared) + "\" needs it"
                                 : "compared = \"" + name(figure.compared) + "\" takes none");
  if ((figure.compared == Compared::margin) != table.given("limit"))
    table.fault("limit", figure.compared == Compared::margin ? "is missing: a margin is taken to it"
                                                             : "only compared = \"margin\" takes it");
  const bool has_unit = figure.compared == Compared::value || figure.compared == Compared::difference ||
                        figure.compared == Compared::margin;
  if (has_unit != !figure.unit.empty())
    table.fault("unit", has_unit ? "is missing: compared = \"" + name(figure.compared) + "\" is in a unit"
                                 : "compared = \"" + name(figure.compared) + "\" has none");
  if (figure.over_directions && figure.directions.size() < 2)
    table.fault("over_directions", "a range needs several directions");
}

ClaimFigure read_figure(const Node &node, const Claim &claim, Faults &faults)
{
  const CheckedTable table(&node, "figure", figure_keys(), faults, node.place, {"numerical_error_percent"});
  const CheckedTable errors(table.subtable("numerical_error_percent"), "figure.numerical_error_percent", error_keys(),
                            faults, node.place);
  ClaimFigure figure;
  figure.label = table.text("label");
  figure.variant = table.text("variant");
  figure.reference = table.text("reference");
  figure.directions = table.texts("directions");
  figure.over_directions = table.boolean("over_directions");
  figure.protocol = table.text("protocol");
  figure.levels = table.texts("levels");
  if (figure.levels.empty())
    figure.levels = {"whole"};
  figure.quantity = table.text("quantity");
  figure.unit = table.text("unit");
  figure.published = optional_number(table, "published");
  figure.low = optional_number(table, "low");
  figure.high = optional_number(table, "high");
  if (table.given("limit"))
    figure.limit = table.number("limit");
  figure.minimum_reference = table.number("minimum_reference");
  figure.has_spread = table.boolean("spread");
  figure.needs = table.text("needs");
  figure.source = table.text("source");
  figure.confidence = table.text("confidence");
  for (const std::string &direction : claim_directions())
    if (errors.given(direction))
      figure.error_percent[direction] = errors.number(direction);
  if (table.has_faults())
    return figure;
  figure.several = chosen<SeveralRows>(table, "of_several", several_words);
  figure.compared = chosen<Compared>(table, "compared", compared_words);
  const std::string expected = table.text("expected");
  figure.expected = expected == "rise" ? 1 : expected == "fall" ? -1 : 0;
  if (!figure.quantity.empty())
    try {
      figure.selector = parse_measure_selector(figure.quantity);
    } catch (const UserError &error) {
      table.fault("quantity", error.what());
    }
  check_figure(figure, table, claim);
  return figure;
}

void check_assumptions(const std::vector<std::string> &given, const CheckedTable &table, const std::string &key,
                       const std::vector<Assumption> &known)
{
  std::vector<std::string> names;
  for (const Assumption &assumption : known)
    names.push_back(assumption.name);
  for (const std::string &one : given)
    if (std::find(names.begin(), names.end(), one) == names.end())
      table.fault(key, "\"" + one + "\" is not in " + assumptions_file + ", which has " +
                           alternatives_with_hint(one, names));
}

Claim read_claim(const std::string &path, const std::vector<Assumption> &assumptions, Faults &faults)
{
  const Node tree = parse_study_file(path);
  const CheckedTable top(&tree, "", {}, faults, tree.place, {"claim", "quick", "side", "figure"});
  const CheckedTable table(tree.find("claim"), "claim", claim_keys(), faults, tree.place);
  const CheckedTable quick(tree.find("quick"), "quick", quick_keys(), faults, tree.place);
  Claim claim;
  claim.path = path;
  claim.row = std::filesystem::path(path).stem().string();
  claim.title = table.text("title");
  claim.question = table.text("question");
  claim.study = table.text("study");
  claim.needs = table.text("needs");
  claim.remark = table.text("remark");
  claim.is_mechanical = table.boolean("mechanical");
  claim.assumptions = table.texts("assumptions");
  claim.quick = {quick.texts("set"), quick.texts("directions"), quick.texts("assumptions")};
  if (claim.study.empty() == claim.needs.empty() && !table.has_faults())
    table.fault("study", claim.study.empty() ? "is missing; a row without study says in needs what must be there first"
                                             : "and needs exclude each other");
  for (const std::string &setting : claim.quick.settings)
    if (setting.rfind("mesh.", 0) != 0)
      quick.fault("set", "\"" + setting + "\" is no key of [mesh]; another study is another row");
  check_assumptions(claim.assumptions, table, "assumptions", assumptions);
  check_assumptions(claim.quick.assumptions, quick, "assumptions", assumptions);
  for (const Node *node : optional_objects(tree, "side", faults)) {
    const CheckedTable side(node, "side", side_keys(), faults, node->place);
    claim.sides.push_back({side.text("says"), side.text("source"), side.text("confidence")});
  }
  if (claim.sides.size() == 1)
    faults.add(tree.find("side")->place, "side", "a contradiction has two sides at least");
  for (const Node *node : optional_objects(tree, "figure", faults))
    claim.figures.push_back(read_figure(*node, claim, faults));
  if (!claim.study.empty() && claim.figures.empty())
    faults.add(tree.place, "figure", "is missing; a row with a study has at least one");
  return claim;
}

std::vector<Assumption> read_assumptions(const std::string &path)
{
  const Node tree = parse_study_file(path);
  Faults faults;
  const CheckedTable top(&tree, "", {}, faults, tree.place, {"assumption"});
  std::vector<Assumption> assumptions;
  for (const Node *node : optional_objects(tree, "assumption", faults)) {
    const CheckedTable table(node, "assumption", assumption_keys(), faults, node->place);
    const Assumption assumption{table.text("name"), table.text("title"), table.text("source"), table.texts("set")};
    for (const Assumption &other : assumptions)
      if (other.name == assumption.name)
        table.fault("name", "\"" + assumption.name + "\" is given twice");
    if (assumption.name == "base")
      table.fault("name", "\"base\" is the study as it stands");
    for (const std::string &setting : assumption.settings)
      try {
        parse_setting(setting);
      } catch (const UserError &error) {
        table.fault("set", error.what());
      }
    assumptions.push_back(assumption);
  }
  faults.raise();
  return assumptions;
}

/// "A10" after "A9".
std::pair<std::string, int> order_of(const std::string &row)
{
  const std::size_t digits = std::min(row.find_first_of("0123456789"), row.size());
  int number = 0;
  for (std::size_t k = digits; k < row.size() && row[k] >= '0' && row[k] <= '9' && number < 100000; ++k)
    number = 10 * number + (row[k] - '0');
  return {row.substr(0, digits), number};
}
} // namespace

std::string name(Compared compared) { return compared_words[static_cast<std::size_t>(compared)]; }
std::string name(SeveralRows several) { return several_words[static_cast<std::size_t>(several)]; }
bool has_reference(Compared compared) { return compared != Compared::value && compared != Compared::margin; }

const Assumption &ClaimSet::assumption(const std::string &name) const
{
  for (const Assumption &one : assumptions)
    if (one.name == name)
      return one;
  throw std::logic_error("no assumption " + name);
}

ClaimSet read_claims(const std::string &folder)
{
  ClaimSet set;
  set.folder = folder;
  std::vector<std::string> paths;
  std::error_code unreadable;
  for (const auto &entry : std::filesystem::directory_iterator(folder, unreadable))
    if (entry.path().extension() == ".toml" && entry.path().filename() != assumptions_file)
      paths.push_back(entry.path().string());
  const std::string assumptions = folder + "/" + assumptions_file;
  if (paths.empty() || !std::filesystem::exists(assumptions))
    throw UserError("--cases " + folder + ": no claims are there (" + assumptions_file +
                    " and a file <row>.toml each)");
  set.assumptions = read_assumptions(assumptions);
  Faults faults;
  for (const std::string &path : paths)
    set.claims.push_back(read_claim(path, set.assumptions, faults));
  faults.raise();
  std::sort(set.claims.begin(), set.claims.end(),
            [](const Claim &a, const Claim &b) { return order_of(a.row) < order_of(b.row); });
  return set;
}
} // namespace lumbarfem
