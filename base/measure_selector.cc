#include "base/measure_selector.h"

#include "base/user_error.h"

#include <algorithm>
#include <sstream>

namespace lumbarfem
{
std::vector<std::string> split_words(const std::string &text, char separator)
{
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);)
    if (!part.empty())
      parts.push_back(part);
  return parts;
}

MeasureSelector parse_measure_selector(const std::string &text)
{
  const std::vector<std::string> known = {"object", "side", "region", "component", "statistic"};
  MeasureSelector result;
  for (const std::string &part : split_words(text, ' ')) {
    const std::size_t sign = part.find('=');
    if (result.quantity.empty() && sign == std::string::npos) {
      result.quantity = part;
      continue;
    }
    if (sign == std::string::npos || result.quantity.empty())
      throw UserError("\"" + text + "\" is not a quantity followed by column=word");
    const std::string column = part.substr(0, sign);
    if (std::find(known.begin(), known.end(), column) == known.end()) {
      const std::string nearest = nearest_match(column, known);
      throw UserError("\"" + column + "\" is not possible; allowed: " + join_alternatives(known) +
                      (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
    }
    result.columns[column] = split_words(part.substr(sign + 1), '|');
    // A column that must be empty.
    if (result.columns[column].empty())
      result.columns[column] = {""};
  }
  if (result.quantity.empty())
    throw UserError("\"" + text + "\" names no quantity");
  return result;
}
} // namespace lumbarfem
