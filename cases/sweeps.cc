#include "cases/sweeps.h"

#include "base/formatted.h"
#include "base/key.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

namespace lumbarfem
{
namespace
{
/// A [[sweep]] that was understood: rows of values, one value a key.
struct Sweep {
  Place place;
  std::vector<std::string> keys;
  Place key_place;
  std::vector<std::vector<Node>> rows;
  std::vector<std::string> variants; ///< empty: those that the keys belong to
  Place variants_place;
};

bool is_value(const Node &node)
{
  return node.kind == Node::Kind::boolean || node.kind == Node::Kind::integer || node.kind == Node::Kind::number ||
         node.kind == Node::Kind::text;
}

bool is_text_list(const Node &node)
{
  return node.kind == Node::Kind::list && !node.items.empty() &&
         std::all_of(node.items.begin(), node.items.end(),
                     [](const Node &item) { return item.kind == Node::Kind::text; });
}

/// As a part of a folder's name: 0.5 -> "0_5", -3 -> "minus3".
std::string word_of(const Node &value)
{
  std::string text = value.kind == Node::Kind::text      ? value.text
                     : value.kind == Node::Kind::boolean ? (value.boolean ? "true" : "false")
                                                         : format_number(value.number);
  if (value.kind != Node::Kind::text && text.front() == '-')
    text = "minus" + text.substr(1);
  for (char &letter : text)
    if (!std::isalnum(static_cast<unsigned char>(letter)) && letter != '-' && letter != '_')
      letter = '_';
  return text;
}

class SweepReader
{
public:
  SweepReader(const Node &table, Faults &faults) : table_(table), faults_(faults) {}

  /// False when a fault was added.
  bool read(Sweep &sweep)
  {
    const std::size_t before = faults_.size();
    sweep.place = table_.place;
    const std::vector<std::string> known = {"key", "keys", "values", "range", "variants"};
    for (const auto &[name, value] : table_.entries)
      if (std::find(known.begin(), known.end(), name) == known.end())
        faults_.add(value.key_place, "sweep." + name, "unknown key; allowed: " + alternatives_with_hint(name, known));
    read_keys(sweep);
    if (faults_.size() == before)
      read_values(sweep);
    if (const Node *variants = table_.find("variants")) {
      sweep.variants_place = variants->place;
      if (is_text_list(*variants))
        for (const Node &item : variants->items)
          sweep.variants.push_back(item.text);
      else
        faults_.add(variants->place, "sweep.variants", "must be a list of names of variants");
    }
    return faults_.size() == before;
  }

private:
  void read_keys(Sweep &sweep)
  {
    const Node *key = table_.find("key"), *keys = table_.find("keys");
    if ((key != nullptr) == (keys != nullptr)) {
      faults_.add(table_.place, "sweep",
                  key ? "give key or keys, not both"
                      : "what is swept is missing: key = \"loading.moment_Nm\", or keys = [...] for several in step");
      return;
    }
    if (key ? key->kind != Node::Kind::text : !is_text_list(*keys)) {
      faults_.add((key ? key : keys)->place, key ? "sweep.key" : "sweep.keys",
                  key ? "must be a text: a dotted key, surgery objects by name (surgery.cement.NAME.volume_percent)"
                      : "must be a list of dotted keys");
      return;
    }
    sweep.key_place = (key ? key : keys)->place;
    if (key)
      sweep.keys = {key->text};
    else
      for (const Node &item : keys->items)
        sweep.keys.push_back(item.text);
    for (const std::string &name : sweep.keys) {
      const std::string top = split_path(name).front();
      if (top == "variant" || top == "sweep" || top == "study" || split_path(name).size() < 2)
        faults_.add(sweep.key_place, "sweep." + std::string(key ? "key" : "keys"),
                    "\"" + name + "\" cannot be swept; name a key that is solved with, such as loading.moment_Nm");
    }
  }

  void read_values(Sweep &sweep)
  {
    const Node *values = table_.find("values"), *range = table_.find("range");
    if ((values != nullptr) == (range != nullptr)) {
      faults_.add(table_.place, "sweep",
                  values ? "give values or range, not both"
                         : "its values are missing: values = [1, 2, 4] or range = { from = 1, to = 4, n = 4 }");
      return;
    }
    if (range)
      return read_range(*range, sweep);
    if (values->kind != Node::Kind::list || values->items.empty()) {
      faults_.add(values->place, "sweep.values", "must be a list with at least one value");
      return;
    }
    const bool in_step = table_.find("keys") != nullptr;
    for (const Node &item : values->items) {
      const bool is_row = item.kind == Node::Kind::list && item.items.size() == sweep.keys.size() &&
                          std::all_of(item.items.begin(), item.items.end(), is_value);
      if (in_step ? !is_row : !is_value(item)) {
        faults_.add(item.place, "sweep.values",
                    in_step ? describe(item) + " is no row: with keys each row is a list of " +
                                  std::to_string(sweep.keys.size()) + " values, in the order of the keys"
                            : describe(item) + " is not a number, a text or true or false");
        return;
      }
      sweep.rows.push_back(in_step ? item.items : std::vector<Node>{item});
    }
  }

  void read_range(const Node &range, Sweep &sweep)
  {
    const Node *from = range.find("from"), *to = range.find("to"), *n = range.find("n");
    const auto is_number = [](const Node *node) {
      return node && (node->kind == Node::Kind::number || node->kind == Node::Kind::integer);
    };
    if (sweep.keys.size() != 1 || !range.is_table() || range.entries.size() != 3 || !is_number(from) ||
        !is_number(to) || !n || n->kind != Node::Kind::integer || n->number < 2 ||
        n->number > static_cast<double>(max_runs) || from->number == to->number) {
      faults_.add(range.place, "sweep.range",
                  "must be { from = 10, to = 40, n = 4 } for one key: n values (2 to " + std::to_string(max_runs) +
                      ") at equal distances, both ends among them");
      return;
    }
    for (int k = 0; k < static_cast<int>(n->number); ++k) {
      const double number = from->number + k * (to->number - from->number) / (n->number - 1);
      Node value = *from;
      value.place = range.place;
      value.number = std::stod(formatted("%.12g", number)); // 0.1 + 0.2 is meant as 0.3
      value.kind = value.number == std::floor(value.number) ? Node::Kind::integer : Node::Kind::number;
      sweep.rows.push_back({value});
    }
  }

  const Node &table_;
  Faults &faults_;
};

/// Whether all keys can be set in a variant: the surgery objects that they name are there.
bool fits(const Sweep &sweep, EffectiveVariant variant)
{
  for (std::size_t k = 0; k < sweep.keys.size(); ++k)
    if (!apply_setting(variant.tree, {sweep.keys[k], sweep.rows.front()[k]}))
      return false;
  return true;
}

/// Indices of the variants that are swept; fewer than were named when a fault was added.
std::vector<std::size_t> chosen(const Sweep &sweep, const std::vector<EffectiveVariant> &variants, Faults &faults)
{
  std::vector<std::size_t> result;
  std::vector<std::string> names;
  for (const EffectiveVariant &variant : variants)
    names.push_back(variant.name);
  for (const std::string &name : sweep.variants) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      faults.add(sweep.variants_place, "sweep.variants",
                 "there is no variant \"" + name + "\"; allowed: " + alternatives_with_hint(name, names));
    else if (!fits(sweep, variants[static_cast<std::size_t>(found - names.begin())]))
      faults.add(sweep.key_place, "sweep.key",
                 "variant \"" + name + "\" has no object of that name: " + joined(sweep.keys));
    else
      result.push_back(static_cast<std::size_t>(found - names.begin()));
  }
  if (sweep.variants.empty()) {
    for (std::size_t k = 0; k < variants.size(); ++k)
      if (fits(sweep, variants[k]))
        result.push_back(k);
    if (result.empty())
      faults.add(sweep.key_place, "sweep.key", "no variant has an object of that name: " + joined(sweep.keys));
  }
  return result;
}

/// Every swept value is set in a copy of the variant.
std::vector<EffectiveVariant> runs_of(const Sweep &sweep, const EffectiveVariant &variant)
{
  std::vector<EffectiveVariant> runs;
  for (const std::vector<Node> &row : sweep.rows) {
    EffectiveVariant run = variant;
    run.reference = variant.reference && runs.empty();
    for (std::size_t k = 0; k < sweep.keys.size(); ++k) {
      Node value = row[k];
      value.key_place = sweep.key_place;
      apply_setting(run.tree, {sweep.keys[k], value});
      run.name += "-" + split_path(sweep.keys[k]).back() + "-" + word_of(value);
    }
    runs.push_back(std::move(run));
  }
  return runs;
}

void expand(const Sweep &sweep, std::vector<EffectiveVariant> &variants, std::vector<std::size_t> &origins,
            const std::vector<std::size_t> &swept)
{
  std::vector<EffectiveVariant> expanded;
  std::vector<std::size_t> origins_after;
  for (std::size_t k = 0; k < variants.size(); ++k) {
    if (std::find(swept.begin(), swept.end(), origins[k]) == swept.end()) {
      expanded.push_back(variants[k]);
      origins_after.push_back(origins[k]);
      continue;
    }
    for (EffectiveVariant &run : runs_of(sweep, variants[k])) {
      expanded.push_back(std::move(run));
      origins_after.push_back(origins[k]);
    }
    if (expanded.size() > max_runs)
      break;
  }
  variants = std::move(expanded);
  origins = std::move(origins_after);
}
} // namespace

void expand_sweeps(const Node &file, const std::vector<Setting> &settings, std::vector<EffectiveVariant> &variants,
                   Faults &faults)
{
  const Node *list = file.find("sweep");
  if (!list)
    return;
  if (!list->is_object_list()) {
    faults.add(list->place, "sweep", "must be an array of tables; write [[sweep]]");
    return;
  }
  const std::vector<EffectiveVariant> unswept = variants;
  std::vector<std::size_t> origins(variants.size()); // of each run, among the variants of the file
  for (std::size_t k = 0; k < origins.size(); ++k)
    origins[k] = k;
  std::set<std::pair<std::size_t, std::string>> taken; // variant and key
  for (const Node &table : list->items) {
    Sweep sweep;
    if (!SweepReader(table, faults).read(sweep))
      continue;
    const std::size_t before = faults.size();
    const std::vector<std::size_t> swept = chosen(sweep, unswept, faults);
    for (const std::string &key : sweep.keys) {
      for (const std::size_t variant : swept)
        if (!taken.insert({variant, key}).second)
          faults.add(sweep.key_place, "sweep.key",
                     "\"" + key + "\" is swept twice in variant \"" + unswept[variant].name +
                         "\"; put all values into one table");
      for (const Setting &setting : settings)
        if (starts_with(key + ".", setting.path + ".") || starts_with(setting.path + ".", key + "."))
          faults.add(Place(), setting.path,
                     "what the study sweeps (" + key +
                         ") is part of it: set on the command line, all its runs would be alike");
    }
    for (const std::size_t variant : swept)
      if (unswept[variant].reference && unswept.size() > 1)
        faults.add(sweep.place, "sweep",
                   "variant \"" + unswept[variant].name +
                       "\" is the reference, and each of its runs would be one for the others of the same values; name "
                       "the variants to be swept (variants = [...]), or make a study of each value with --set " +
                       sweep.keys.front() + "=...");
    if (faults.size() != before)
      continue;
    expand(sweep, variants, origins, swept);
    if (variants.size() > max_runs) {
      faults.add(sweep.place, "sweep", "makes more than " + std::to_string(max_runs) + " runs of this study");
      return;
    }
  }
  std::set<std::string> names;
  for (const EffectiveVariant &variant : variants)
    if (!names.insert(variant.name).second)
      faults.add(list->place, "sweep",
                 "two runs would be called \"" + variant.name + "\"; give each value once, and variants other names");
}
} // namespace lumbarfem
