#include "postprocess/study_settings.h"

#include "base/user_error.h"

#include <toml++/toml.h>

#include <sstream>

namespace lumbarfem
{
namespace
{
std::string text_of(const toml::node &node)
{
  if (const auto *text = node.as_string())
    return text->get();
  std::ostringstream out;
  if (const toml::array *list = node.as_array()) {
    for (const toml::node &entry : *list)
      out << (&entry == &list->front() ? "" : ", ") << text_of(entry);
  } else if (const auto *number = node.as_floating_point()) {
    out.precision(10);
    out << number->get();
  } else
    node.visit([&](const auto &value) { out << value; });
  return out.str();
}

void flatten(const toml::node &node, const std::string &key, std::map<std::string, std::string> &settings)
{
  if (const toml::table *table = node.as_table()) {
    for (const auto &[name, child] : *table)
      flatten(child, (key.empty() ? "" : key + ".") + std::string(name.str()), settings);
    return;
  }
  const toml::array *array = node.as_array();
  if (!array || array->empty() || !array->front().is_table()) {
    settings[key] = text_of(node);
    return;
  }
  int number = 0;
  for (const toml::node &entry : *array) {
    const auto named = (*entry.as_table())["name"].value<std::string>();
    flatten(entry, key + "." + (named && key != "variant" ? *named : std::to_string(number)), settings);
    ++number;
  }
}
} // namespace

std::map<std::string, std::string> flatten_settings(const std::string &text)
{
  std::map<std::string, std::string> settings;
  try {
    flatten(toml::parse(text), "", settings);
  } catch (const toml::parse_error &error) {
    throw UserError("the effective study of a result cannot be read: " + std::string(error.description()));
  }
  return settings;
}
} // namespace lumbarfem
