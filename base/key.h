/// One declaration of an input key; the checks, the template and docs/study-reference.md are made from it.
#pragma once

#include <limits>
#include <string>
#include <vector>

namespace lumbarfem
{
enum class KeyType { number, integer, boolean, text, text_list, number_or_text };

struct Key {
  std::string name;     ///< as written in the file, its unit as suffix (force_N, modulus_MPa)
  KeyType type = KeyType::number;
  std::string unit;     ///< "mm", "MPa", "-" ...
  std::string fallback; ///< the default as written in TOML; empty: no default (see required)
  std::string sentence; ///< one sentence for the user
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  bool minimum_excluded = false;
  std::vector<std::string> allowed = {}; ///< the words that a text (or each of a list) may be; empty: any
  bool required = false;
};
} // namespace lumbarfem
