#include "base/key.h"
#include "base/formatted.h"
#include "base/number.h"
#include "base/user_error.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lumbarfem
{
std::string format_number(double value)
{
  // The shortest of the forms that read back to the same number: 0.1, not 0.10000000000000001.
  std::string text;
  for (int digits = 6; digits <= 17; ++digits) {
    text = formatted("%.*g", digits, value);
    if (parse_number(text) == value)
      break;
  }
  return text;
}

std::string format_range(const Key &key)
{
  const std::string unit = key.unit.empty() || key.unit == "-" ? "" : " " + key.unit;
  const bool low = std::isfinite(key.minimum), high = std::isfinite(key.maximum);
  if (low && high) {
    const std::string range = format_number(key.minimum) + " .. " + format_number(key.maximum) + unit;
    return key.minimum_excluded ? range + ", " + format_number(key.minimum) + " excluded" : range;
  }
  if (low)
    return (key.minimum_excluded ? "> " : ">= ") + format_number(key.minimum) + unit;
  if (high)
    return "<= " + format_number(key.maximum) + unit;
  return "any number" + (unit.empty() ? unit : " in" + unit);
}

bool in_range(const Key &key, double value)
{
  return std::isfinite(value) && value <= key.maximum &&
         (key.minimum_excluded ? value > key.minimum : value >= key.minimum);
}

std::string range_fault(const Key &key, double value)
{
  if (in_range(key, value))
    return "";
  return format_number(value) + " is outside " + format_range(key) + " (" + clause(key.sentence) + ")";
}

std::string word_fault(const Key &key, const std::string &word)
{
  if (key.allowed.empty() || std::find(key.allowed.begin(), key.allowed.end(), word) != key.allowed.end())
    return "";
  return "\"" + word + "\" is not known; allowed: " + alternatives_with_hint(word, key.allowed);
}

std::string unknown_key_fault(const std::string &given, const std::vector<Key> &keys)
{
  std::vector<std::string> names;
  for (const Key &key : keys)
    names.push_back(key.name);
  return unknown_key_fault(given, names);
}

std::string unknown_key_fault(const std::string &given, const std::vector<std::string> &names)
{
  // Alphabetical: the reader looks for a name.
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  return "unknown key; allowed: " + alternatives_with_hint(given, sorted);
}

std::string alternatives_with_hint(const std::string &given, std::vector<std::string> words)
{
  const std::string nearest = nearest_match(given, words);
  std::string text;
  for (const std::string &word : words)
    text += (text.empty() ? "" : ", ") + word;
  return nearest.empty() ? text : text + "; did you mean \"" + nearest + "\"?";
}

std::string clause(const std::string &sentence)
{
  std::string text = sentence;
  while (!text.empty() && text.back() == '.')
    text.pop_back();
  // A capital that begins a word written in capitals (PCU, L4) stays.
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && ((text[1] >= 'a' && text[1] <= 'z') || text[1] == ' '))
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

std::string type_name(KeyType type)
{
  static const std::array<const char *, 6> names = {"number", "integer",       "true or false",
                                                    "text",   "list of texts", "number or text"};
  return names[static_cast<std::size_t>(type)];
}

const Key *find_key(const std::vector<Key> &keys, const std::string &name)
{
  for (const Key &key : keys)
    if (key.name == name)
      return &key;
  return nullptr;
}
} // namespace lumbarfem
