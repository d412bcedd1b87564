/// printf's formats for std::string, words in a row, and how texts begin.
#pragma once

#include <string>

namespace lumbarfem
{
/// @p pattern and arguments as for std::printf; the text is as long as it has to be. Numbers have a decimal point,
/// whatever the locale of the process.
std::string formatted(const char *pattern, ...) __attribute__((format(printf, 1, 2)));

/// The words one after the other; @p words: a range of texts.
template <typename Words>
std::string joined(const Words &words, const char *separator = ", ")
{
  std::string text;
  for (auto word = words.begin(); word != words.end(); ++word)
    text += (word == words.begin() ? "" : separator) + *word;
  return text;
}

inline bool starts_with(const std::string &text, const std::string &start) { return text.rfind(start, 0) == 0; }

/// Numbers that this thread prints or reads through the C library have a decimal point from now on, also after a
/// library has called setlocale().
void use_decimal_point();
} // namespace lumbarfem
