/// What the writers share: names that a format takes, lists of numbers, the head of a file.
#pragma once

#include "postprocess/export/export_model.h"

#include <set>

namespace lumbarfem
{
/// Names of Abaqus and CalculiX: letters, digits and underscores, beginning with a letter, at most 70 of them, each of
/// its own whatever its case ("L3-L4.annulus.ring1" -> "L3_L4_annulus_ring1").
class PlainNames
{
public:
  std::string operator()(const std::string &given)
  {
    const auto known = plain_.find(given);
    if (known != plain_.end())
      return known->second;
    std::string word;
    for (const char c : given)
      word += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
    if (word.empty() || !std::isalpha(static_cast<unsigned char>(word[0])))
      word = "X" + word;
    word = word.substr(0, 70);
    std::string own = word;
    for (int k = 2; !taken_.insert(lower(own)).second; ++k)
      own = word + "_" + std::to_string(k);
    return plain_[given] = own;
  }

private:
  static std::string lower(std::string word)
  {
    for (char &c : word)
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return word;
  }
  std::map<std::string, std::string> plain_;
  std::set<std::string> taken_;
};

/// One-based numbers separated by ", ", so many a line.
inline std::string number_lines(const std::vector<int> &zero_based, int per_line)
{
  std::string text;
  for (std::size_t k = 0; k < zero_based.size(); ++k) {
    const bool ends = (k + 1) % static_cast<std::size_t>(per_line) == 0 || k + 1 == zero_based.size();
    text += std::to_string(zero_based[k] + 1) + (ends ? "\n" : ", ");
  }
  return text;
}

/// Sentences, each once, in their order.
inline std::vector<std::string> unique_sentences(const std::vector<std::string> &given)
{
  std::vector<std::string> result;
  std::set<std::string> seen;
  for (const std::string &sentence : given)
    if (seen.insert(sentence).second)
      result.push_back(sentence);
  return result;
}

/// Sentences about materials of one preset ("annulus.12: ...") in one, with their number.
std::vector<std::string> gathered_notes(const std::vector<std::string> &notes);
} // namespace lumbarfem
