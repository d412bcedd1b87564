#include "cases/checked_table.h"

#include <algorithm>
#include <stdexcept>

namespace lumbarfem
{
namespace
{
/// What stands for a missing value without default after a fault was noted, so that reading can go on.
Node neutral(const Key &key)
{
  Node node;
  switch (key.type) {
  case KeyType::number:
  case KeyType::integer:
  case KeyType::number_or_text:
    node.kind = Node::Kind::number;
    node.number = std::max(0., key.minimum);
    break;
  case KeyType::boolean:
    node.kind = Node::Kind::boolean;
    break;
  case KeyType::text:
    node.kind = Node::Kind::text;
    node.text = key.allowed.empty() ? "" : key.allowed.front();
    break;
  case KeyType::text_list:
  case KeyType::number_rows:
    node.kind = Node::Kind::list;
    break;
  }
  return node;
}

bool is_number(const Node &node) { return node.kind == Node::Kind::number || node.kind == Node::Kind::integer; }
} // namespace

CheckedTable::CheckedTable(const Node *table, std::string path, const std::vector<Key> &keys, Faults &faults,
                           const Place &place, const std::vector<std::string> &subtables)
    : table_(table), path_(std::move(path)), faults_(faults), place_(table ? table->place : place)
{
  if (table_ && !table_->is_table()) {
    faults_.add(table_->place, path_, "must be a table, not " + describe(*table_));
    has_faults_ = true;
    table_ = nullptr;
  }
  std::vector<std::string> names;
  for (const Key &key : keys)
    names.push_back(key.name);
  names.insert(names.end(), subtables.begin(), subtables.end());
  for (const Key &key : keys) {
    Node fallback = neutral(key);
    if (!key.fallback.empty())
      fallback = *parse_study_text("value = " + key.fallback, "default of " + key.name).find("value");
    defaults_.emplace_back(key.name, fallback);
    const Node *node = table_ ? table_->find(key.name) : nullptr;
    if (node && !check_value(key, *node)) {
      faulty_.push_back(key.name);
      has_faults_ = true;
    } else if (!node && key.required) {
      faults_.add(place_, join_path(path_, key.name), "is missing; it has no default (" + clause(key.sentence) + ")");
      has_faults_ = true;
    }
  }
  if (!table_)
    return;
  for (const auto &[key, node] : table_->entries)
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      faults_.add(node.key_place, join_path(path_, key), unknown_key_fault(key, names));
      has_faults_ = true;
    }
}

bool CheckedTable::check_value(const Key &key, const Node &node)
{
  const std::string path = join_path(path_, key.name);
  const auto fail = [&](const Node &at, const std::string &message) {
    faults_.add(at.place, path, message);
    return false;
  };
  const auto wrong_type = [&] {
    const std::string article = key.type == KeyType::integer ? "an " : "a ";
    return fail(node, "must be " + article + type_name(key.type) + ", not " + describe(node) + " (" +
                          clause(key.sentence) + ")");
  };
  switch (key.type) {
  case KeyType::number_or_text:
    if (node.kind == Node::Kind::text) {
      const std::string fault = word_fault(key, node.text);
      return fault.empty() || fail(node, fault + (key.unit.empty() ? "" : " (or a number, " + format_range(key) + ")"));
    }
    [[fallthrough]];
  case KeyType::number:
  case KeyType::integer: {
    if (key.type == KeyType::integer ? node.kind != Node::Kind::integer : !is_number(node))
      return wrong_type();
    const std::string fault = range_fault(key, node.number);
    if (!fault.empty())
      return fail(node, fault);
    if (const std::string text = unusual_value(key, node.number); !text.empty())
      faults_.warn(node.place, path, text);
    return true;
  }
  case KeyType::boolean:
    if (node.kind != Node::Kind::boolean)
      return fail(node, "must be true or false, not " + describe(node) + " (" + clause(key.sentence) + ")");
    return true;
  case KeyType::text: {
    if (node.kind != Node::Kind::text)
      return wrong_type();
    const std::string fault = word_fault(key, node.text);
    return fault.empty() || fail(node, fault);
  }
  case KeyType::text_list: {
    if (node.kind != Node::Kind::list)
      return wrong_type();
    bool good = true;
    std::vector<std::string> seen;
    for (const Node &item : node.items) {
      if (item.kind != Node::Kind::text)
        return fail(item, "must be a list of texts; " + describe(item) + " is not a text");
      const std::string fault = word_fault(key, item.text);
      if (!fault.empty())
        good = fail(item, fault);
      else if (std::find(seen.begin(), seen.end(), item.text) != seen.end())
        good = fail(item, "\"" + item.text + "\" is given twice");
      seen.push_back(item.text);
    }
    return good;
  }
  case KeyType::number_rows: {
    if (node.kind != Node::Kind::list)
      return wrong_type();
    bool good = true;
    for (const Node &row : node.items) {
      if (row.kind != Node::Kind::list)
        return fail(row, "must be a list of lists of numbers; " + describe(row) + " is not a list");
      for (const Node &item : row.items) {
        if (!is_number(item))
          return fail(item, "must be a list of lists of numbers; " + describe(item) + " is not a number");
        if (const std::string fault = range_fault(key, item.number); !fault.empty())
          good = fail(item, fault);
      }
    }
    return good;
  }
  }
  return true;
}

const Node *CheckedTable::find(const std::string &key) const
{
  if (!table_ || std::find(faulty_.begin(), faulty_.end(), key) != faulty_.end())
    return nullptr;
  return table_->find(key);
}

const Node *CheckedTable::value(const std::string &key) const
{
  if (const Node *node = find(key))
    return node;
  for (const auto &fallback : defaults_)
    if (fallback.first == key)
      return &fallback.second;
  throw std::logic_error("key " + path_ + "." + key + " is not declared");
}

double CheckedTable::number(const std::string &key) const { return value(key)->number; }

bool CheckedTable::boolean(const std::string &key) const { return value(key)->boolean; }

std::string CheckedTable::text(const std::string &key) const { return value(key)->text; }

std::vector<std::string> CheckedTable::texts(const std::string &key) const
{
  std::vector<std::string> words;
  for (const Node &item : value(key)->items)
    words.push_back(item.text);
  return words;
}

std::vector<std::vector<double>> CheckedTable::rows(const std::string &key) const
{
  std::vector<std::vector<double>> result;
  for (const Node &row : value(key)->items) {
    result.emplace_back();
    for (const Node &item : row.items)
      result.back().push_back(item.number);
  }
  return result;
}

Place CheckedTable::place(const std::string &key) const
{
  const Node *node = table_ ? table_->find(key) : nullptr;
  return node ? node->place : place_;
}

const Node *CheckedTable::subtable(const std::string &key) const { return table_ ? table_->find(key) : nullptr; }

void CheckedTable::fault(const std::string &key, const std::string &message) const
{
  faults_.add_combination(place(key), join_path(path_, key), message);
}
} // namespace lumbarfem
