#include "base/claims.h"

#include "base/key.h"
#include "base/user_error.h"

#include <algorithm>

namespace lumbarfem
{
const std::vector<PublishedPair> &published_pairs()
{
  static const std::vector<PublishedPair> pairs = {
      {"A1", "L3-L4 posterior edge", Direction::flexion, Level::L4, Level::L3, 4.2, 6.8}};
  return pairs;
}

std::string claim_fault(const std::string &claim)
{
  std::vector<std::string> printed;
  for (const PublishedPair &pair : published_pairs())
    printed.push_back(pair.claim);
  const std::vector<std::string> known = all_claims();
  if (std::find(printed.begin(), printed.end(), claim) != printed.end())
    return "";
  if (std::find(known.begin(), known.end(), claim) != known.end())
    return "of claim \"" + claim +
           "\" the program holds no published figures that it could print; allowed: " + join_alternatives(printed);
  return "\"" + claim + "\" is not a claim; allowed: " + alternatives_with_hint(claim, printed);
}

std::vector<std::string> all_claims()
{
  std::vector<std::string> claims;
  for (const auto &[letter, count] : {std::pair<const char *, int>{"A", 13}, {"B", 2}, {"C", 4}, {"D", 5}, {"E", 5}})
    for (int number = 1; number <= count; ++number)
      claims.push_back(letter + std::to_string(number));
  return claims;
}
} // namespace lumbarfem
