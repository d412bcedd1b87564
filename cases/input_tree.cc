#include "cases/input_tree.h"
#include "base/key.h"
#include "base/text_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <tuple>

namespace lumbarfem
{
namespace
{
Place to_place(const toml::source_region &source, const std::string &file)
{
  return {file, static_cast<int>(source.begin.line), static_cast<int>(source.begin.column)};
}

Node convert(const toml::node &source, const std::string &file)
{
  Node node;
  node.place = node.key_place = to_place(source.source(), file);
  if (const auto *table = source.as_table()) {
    for (auto &&[key, value] : *table) {
      Node child = convert(value, file);
      child.key_place = to_place(key.source(), file);
      node.entries.emplace_back(std::string(key.str()), std::move(child));
    }
    // toml++ sorts by name; the order of the file is what messages and variants follow.
    std::stable_sort(node.entries.begin(), node.entries.end(),
                     [](const auto &a, const auto &b) { return a.second.key_place < b.second.key_place; });
  } else if (const auto *array = source.as_array()) {
    node.kind = Node::Kind::list;
    for (const toml::node &item : *array)
      node.items.push_back(convert(item, file));
  } else if (const auto *boolean = source.as_boolean()) {
    node.kind = Node::Kind::boolean;
    node.boolean = boolean->get();
  } else if (const auto *integer = source.as_integer()) {
    node.kind = Node::Kind::integer;
    node.number = static_cast<double>(integer->get());
  } else if (const auto *number = source.as_floating_point()) {
    node.kind = Node::Kind::number;
    node.number = number->get();
  } else if (const auto *text = source.as_string()) {
    node.kind = Node::Kind::text;
    node.text = text->get();
  } else
    node.kind = Node::Kind::other;
  return node;
}

/// Marks a value as coming from the command line.
void forget_places(Node &node)
{
  node.place = node.key_place = Place();
  for (Node &item : node.items)
    forget_places(item);
  for (auto &entry : node.entries)
    forget_places(entry.second);
}
} // namespace

bool Place::operator<(const Place &other) const
{
  return std::tie(file, line, column) < std::tie(other.file, other.line, other.column);
}

const Node *Node::find(const std::string &key) const
{
  for (const auto &entry : entries)
    if (entry.first == key)
      return &entry.second;
  return nullptr;
}

Node *Node::find(const std::string &key) { return const_cast<Node *>(std::as_const(*this).find(key)); }

void Node::set(const std::string &key, Node value)
{
  if (Node *present = find(key))
    *present = std::move(value);
  else
    entries.emplace_back(key, std::move(value));
}

bool Node::erase(const std::string &key)
{
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const auto &entry) { return entry.first == key; });
  if (found == entries.end())
    return false;
  entries.erase(found);
  return true;
}

bool Node::is_object_list() const
{
  return kind == Kind::list && !items.empty() &&
         std::all_of(items.begin(), items.end(), [](const Node &item) { return item.is_table(); });
}

std::string Node::object_name() const
{
  const Node *name = is_table() ? find("name") : nullptr;
  return name && name->kind == Kind::text ? name->text : "";
}

std::string describe(const Node &node)
{
  switch (node.kind) {
  case Node::Kind::boolean:
    return node.boolean ? "true" : "false";
  case Node::Kind::integer:
  case Node::Kind::number:
    return format_number(node.number);
  case Node::Kind::text:
    return "\"" + node.text + "\"";
  case Node::Kind::list:
    return "a list";
  case Node::Kind::table:
    return "a table";
  case Node::Kind::other:
    break;
  }
  return "a date or time";
}

namespace
{
/// "study.toml:12:3: loading.moment_Nm: ..." or "--set loading.moment_Nm: ..."
std::string fault_line(const Place &place, const std::string &path, const std::string &message)
{
  const std::string where =
      place.file.empty() ? "--set "
                         : place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": ";
  return where + (path.empty() ? "" : path + ": ") + message;
}
} // namespace

void Faults::add(const Place &place, const std::string &path, const std::string &message)
{
  lines_.try_emplace({place, fault_line(place, path, message)});
}

void Faults::add_combination(const Place &place, const std::string &path, const std::string &message)
{
  auto &variants = lines_[{place, fault_line(place, path, message)}];
  if (!variants_.empty() && (variants.empty() || variants.back() != variants_.back()))
    variants.push_back(variants_.back());
}

void Faults::begin_variant(const std::string &name) { variants_.push_back(name); }

void Faults::warn(const Place &place, const std::string &path, const std::string &message)
{
  const std::string line = fault_line(place, path, message);
  if (std::find(warnings_.begin(), warnings_.end(), line) == warnings_.end())
    warnings_.push_back(line);
}

std::vector<std::string> Faults::take_warnings() { return std::exchange(warnings_, {}); }

void Faults::raise() const
{
  if (lines_.empty())
    return;
  std::string message;
  for (const auto &[line, variants] : lines_) {
    message += line.second;
    if (!variants.empty() && variants.size() < variants_.size()) {
      message += variants.size() == 1 ? " (in variant " : " (in variants ";
      for (std::size_t i = 0; i < variants.size(); ++i)
        message += (i > 0 ? ", " : "") + variants[i];
      message += ")";
    }
    message += "\n";
  }
  message += std::to_string(lines_.size()) + (lines_.size() == 1 ? " error" : " errors") + "; nothing was computed.";
  throw UserError(message);
}

Node parse_study_text(const std::string &text, const std::string &path)
{
  try {
    return convert(toml::parse(text, path), path);
  } catch (const toml::parse_error &error) {
    Faults faults;
    faults.add(to_place(error.source(), path), "", "not valid TOML: " + std::string(error.description()));
    faults.raise();
  }
  return {};
}

std::string read_study_file(const std::string &path)
{
  try {
    return read_text(path);
  } catch (const UserError &error) {
    throw UserError(error.what() + std::string("; give the path of a study file (study.toml)\n") +
                    "1 error; nothing was computed.");
  }
}

Node parse_study_file(const std::string &path) { return parse_study_text(read_study_file(path), path); }

Setting parse_setting(const std::string &text)
{
  const std::size_t equals = text.find('=');
  const auto trim = [](std::string word) {
    word.erase(0, word.find_first_not_of(" \t"));
    word.erase(word.find_last_not_of(" \t") + 1);
    return word;
  };
  const std::string path = trim(text.substr(0, equals));
  const std::vector<std::string> parts = split_path(path);
  if (equals == std::string::npos || std::find(parts.begin(), parts.end(), "") != parts.end())
    throw UserError("--set " + text + ": not a setting; write key=value, for example loading.moment_Nm=5\n" +
                    "1 error; nothing was computed.");
  const std::string value = trim(text.substr(equals + 1));
  Setting setting{path, {}};
  bool is_toml = true;
  try {
    const toml::table table = toml::parse("value = " + value + "\n");
    is_toml = table.size() == 1;
    if (is_toml)
      setting.value = convert(*table.get("value"), "");
  } catch (const toml::parse_error &) {
    is_toml = false;
  }
  if (!is_toml) {
    // A shell takes the quotes away: bare words are texts, but a broken list or table is an error.
    if (value.empty() || std::string("[{\"'").find(value[0]) != std::string::npos)
      throw UserError("--set " + path + ": \"" + value + "\" is not a TOML value\n1 error; nothing was computed.");
    setting.value.kind = Node::Kind::text;
    setting.value.text = value;
  }
  forget_places(setting.value);
  return setting;
}

std::string join_path(const std::string &prefix, const std::string &key)
{
  return prefix.empty() ? key : prefix + "." + key;
}

std::vector<std::string> split_path(const std::string &path)
{
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t dot = path.find('.', begin);
    parts.push_back(path.substr(begin, dot == std::string::npos ? dot : dot - begin));
    if (dot == std::string::npos)
      return parts;
    begin = dot + 1;
  }
}
} // namespace lumbarfem
