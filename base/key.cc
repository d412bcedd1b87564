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

std::string format_usual_range(const Key &key)
{
  if (key.usual_minimum <= 0 && std::isinf(key.usual_maximum))
    return "";
  return format_number(key.usual_minimum) +
         (std::isinf(key.usual_maximum) ? " or more" : " .. " + format_number(key.usual_maximum));
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

std::string unusual_value(const Key &key, double value)
{
  const double size = std::abs(value);
  if (size == 0 || (size >= key.usual_minimum && size <= key.usual_maximum))
    return "";
  const bool is_less = size < key.usual_minimum;
  const double factor = size / (is_less ? key.usual_minimum : key.usual_maximum);
  return format_number(value) + " is " + (is_less ? "less" : "more") + " than usual (" + format_usual_range(key) + " " +
         key.unit + ")" + unit_question(key.unit, factor);
}

std::string unit_question(const std::string &unit, double factor)
{
  struct Mistake {
    const char *unit;
    double factor; ///< of the number, when it is given in the other unit
    const char *other;
  };
  static const Mistake mistakes[] = {
      {"MPa", 1e6, "Pa"},   {"MPa", 1e3, "kPa"},     {"MPa", 1e-3, "GPa"}, {"N", 1e-3, "kN"},
      {"N", 1e3, "mN"},     {"Nm", 1e3, "Nmm"},      {"Nm", 1e-3, "kNm"},  {"mm", 0.1, "cm"},
      {"mm", 1e-3, "m"},    {"mm", 1e3, "um"},       {"mL", 1e3, "mm3"},   {"mL", 1e-3, "L"},
      {"N/mm", 1e3, "N/m"}, {"N/mm", 1e-3, "kN/mm"}, {"kg", 1e3, "g"},     {"%", 1e-2, "a share"}};
  if (unit.empty() || unit == "-")
    return "";
  // The value is off by somewhat less than the mistake, being compared with the end of a range.
  const Mistake *nearest = nullptr;
  for (const Mistake &mistake : mistakes) {
    const double ratio = std::log10(mistake.factor) / std::log10(factor);
    if (unit == mistake.unit && ratio > 0.6 && ratio < 10 &&
        (!nearest || std::abs(std::log10(mistake.factor / factor)) < std::abs(std::log10(nearest->factor / factor))))
      nearest = &mistake;
  }
  return "; the unit is " + unit + (nearest ? ", was it " + std::string(nearest->other) + "?" : "");
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
  const std::string text = joined(words);
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
  static const std::array<const char *, 7> names = {
      "number", "integer", "true or false", "text", "list of texts", "number or text", "list of lists of numbers"};
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
