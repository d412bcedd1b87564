/// One declaration of an input key; the checks, the template and docs/study-reference.md are made from it.
#pragma once

#include <limits>
#include <string>
#include <vector>

namespace lumbarfem
{
enum class KeyType { number, integer, boolean, text, text_list, number_or_text, number_rows };

struct Key {
  std::string name; ///< as written in the file, its unit as suffix (force_N, modulus_MPa)
  KeyType type = KeyType::number;
  std::string unit;     ///< "mm", "MPa", "-" ...
  std::string fallback; ///< the default as written in TOML; empty: no default (see required)
  std::string sentence; ///< one sentence for the user
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  bool minimum_excluded = false;
  std::vector<std::string> allowed = {}; ///< the words that a text (or each of a list) may be; empty: any
  bool required = false;
  /// Between these, in size, values are expected: outside a study is warned, for the unit may be another one. Zero is
  /// never unusual.
  double usual_minimum = 0;
  double usual_maximum = std::numeric_limits<double>::infinity();
};

/// The shortest text that reads back to the same number: "0.1", "1e-06".
std::string format_number(double value);
/// "0 .. 50 Nm", "> 0 MPa", ">= 1"
std::string format_range(const Key &key);
/// "20 .. 2500", of values that are not warned of; empty when all are usual.
std::string format_usual_range(const Key &key);
/// Finite and inside the range.
bool in_range(const Key &key, double value);
/// Empty when @p value is in range, else "75 is outside 0 .. 50 Nm (moment after the preload)".
std::string range_fault(const Key &key, double value);
/// Empty for a usual value, else "0.4 is less than usual (20 .. 2500 N); the unit is N, was it kN?"
std::string unusual_value(const Key &key, double value);
/// "; the unit is MPa, was it Pa?" for a value that is @p factor times what was expected; without the question when no
/// usual mistake explains the factor, empty without unit.
std::string unit_question(const std::string &unit, double factor);
/// Empty when @p word is allowed, else the fault with the allowed words and the nearest of them.
std::string word_fault(const Key &key, const std::string &word);
/// "unknown key; allowed: a, b; did you mean "a"?"
std::string unknown_key_fault(const std::string &given, const std::vector<Key> &keys);
std::string unknown_key_fault(const std::string &given, const std::vector<std::string> &names);
/// "a, b, c; did you mean "a"?" (the question only when one of the words is near).
std::string alternatives_with_hint(const std::string &given, std::vector<std::string> words);
/// A sentence as part of another: without full stop, first letter small.
std::string clause(const std::string &sentence);
/// "number", "true or false", "list of texts" ...
std::string type_name(KeyType type);
/// Null when there is none of that name.
const Key *find_key(const std::vector<Key> &keys, const std::string &name);
} // namespace lumbarfem
