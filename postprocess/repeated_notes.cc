#include "postprocess/repeated_notes.h"

#include "base/formatted.h"
#include "base/number.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>

namespace lumbarfem
{
namespace
{
/// More names than this are not read.
constexpr std::size_t most_names = 6;

/// A word between blanks: what stands round its number, and the number with its digits.
struct Word {
  std::string before, number, after;
  double value = 0;
};

Word read_word(const std::string &word)
{
  const std::size_t begin = word.find_first_not_of("(["), end = word.find_last_not_of(",.;:)]%");
  if (begin == std::string::npos || end == std::string::npos || end < begin)
    return {word, "", "", 0};
  const std::string middle = word.substr(begin, end - begin + 1);
  const std::optional<double> value = parse_number(middle);
  if (!value || !std::isfinite(*value))
    return {word, "", "", 0};
  return {word.substr(0, begin), middle, word.substr(end + 1), *value};
}

struct Gathered {
  std::vector<std::string> variants;
  std::vector<Word> low, high;

  Gathered(const VariantNote &note)
  {
    std::istringstream input(note.text);
    for (std::string word; std::getline(input, word, ' ');)
      low.push_back(read_word(word));
    high = low;
    variants.push_back(note.variant);
  }

  bool is_same_but_for_numbers(const Gathered &other) const
  {
    return std::equal(low.begin(), low.end(), other.low.begin(), other.low.end(), [](const Word &a, const Word &b) {
      return a.before == b.before && a.after == b.after && a.number.empty() == b.number.empty();
    });
  }

  void add(const Gathered &other)
  {
    for (std::size_t k = 0; k < low.size(); ++k) {
      if (other.low[k].value < low[k].value)
        low[k] = other.low[k];
      if (other.high[k].value > high[k].value)
        high[k] = other.high[k];
    }
    if (std::find(variants.begin(), variants.end(), other.variants.front()) == variants.end())
      variants.push_back(other.variants.front());
  }

  std::string text(std::size_t n_variants) const
  {
    std::string text = variants.size() > most_names && variants.size() == n_variants
                           ? "all " + std::to_string(n_variants) + " variants"
                           : joined(variants);
    text += ":";
    for (std::size_t k = 0; k < low.size(); ++k)
      text += " " + low[k].before + low[k].number + (high[k].number == low[k].number ? "" : " to " + high[k].number) +
              low[k].after;
    return text;
  }
};
} // namespace

std::vector<std::string> gathered_notes(const std::vector<VariantNote> &notes, std::size_t n_variants)
{
  std::vector<Gathered> groups;
  for (const VariantNote &note : notes) {
    const Gathered one(note);
    const auto same = std::find_if(groups.begin(), groups.end(),
                                   [&](const Gathered &group) { return group.is_same_but_for_numbers(one); });
    if (same == groups.end())
      groups.push_back(one);
    else
      same->add(one);
  }
  std::vector<std::string> texts;
  for (const Gathered &group : groups)
    texts.push_back(group.text(n_variants));
  return texts;
}
} // namespace lumbarfem
