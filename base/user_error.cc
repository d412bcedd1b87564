#include "base/user_error.h"

#include <algorithm>
#include <cctype>

namespace lumbarfem
{
namespace
{
std::string lower_case(std::string text)
{
  for (char &letter : text)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

/// Levenshtein distance: insertions, deletions and substitutions, each at cost one.
std::size_t edit_distance(const std::string &a, const std::string &b)
{
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}
} // namespace

std::string nearest_match(const std::string &given, const std::vector<std::string> &allowed)
{
  std::string best;
  std::size_t best_distance = 0, best_exact_distance = 0;
  for (const std::string &word : allowed) {
    // Case is ignored first ("l4" means "L4"); it decides only between words that are equally near.
    const std::size_t distance = edit_distance(lower_case(given), lower_case(word));
    const std::size_t exact_distance = edit_distance(given, word);
    if (2 * distance > std::max(given.size(), word.size()))
      continue;
    if (best.empty() || distance < best_distance ||
        (distance == best_distance && exact_distance < best_exact_distance)) {
      best = word;
      best_distance = distance;
      best_exact_distance = exact_distance;
    }
  }
  return best;
}

std::string join_alternatives(const std::vector<std::string> &words)
{
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0)
      text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}
} // namespace lumbarfem
