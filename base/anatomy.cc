#include "base/anatomy.h"
#include "base/user_error.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
constexpr const char *level_words[] = {"L1", "L2", "L3", "L4", "L5", "S1"};
constexpr const char *direction_words[] = {"flexion",
                                           "extension",
                                           "left_lateral_bending",
                                           "right_lateral_bending",
                                           "left_axial_rotation",
                                           "right_axial_rotation"};

/// Position of @p text in @p words, or a UserError that names @p what, the words and the nearest of them.
int find_word(const std::string &text, const std::vector<std::string> &words, const std::string &what)
{
  const auto found = std::find(words.begin(), words.end(), text);
  if (found != words.end())
    return static_cast<int>(found - words.begin());
  std::string message = "\"" + text + "\" is not a " + what + "; allowed: " + join_alternatives(words);
  const std::string nearest = nearest_match(text, words);
  if (!nearest.empty())
    message += "; did you mean \"" + nearest + "\"?";
  throw UserError(message);
}
} // namespace

std::string name(Level level) { return level_words[static_cast<int>(level)]; }

std::string disc_name(Level upper)
{
  if (upper == Level::S1)
    throw std::logic_error("there is no disc below S1");
  return name(upper) + "-" + name(static_cast<Level>(static_cast<int>(upper) + 1));
}

std::string name(Direction direction) { return direction_words[static_cast<int>(direction)]; }

std::vector<std::string> level_names() { return {std::begin(level_words), std::end(level_words)}; }

std::vector<std::string> disc_names()
{
  std::vector<std::string> names;
  for (int upper = 0; upper < static_cast<int>(Level::S1); ++upper)
    names.push_back(disc_name(static_cast<Level>(upper)));
  return names;
}

std::vector<std::string> direction_names() { return {std::begin(direction_words), std::end(direction_words)}; }

std::vector<std::string> ligament_names() { return {"ALL", "PLL", "LF", "CL", "ISL", "SSL", "ITL"}; }

Level parse_level(const std::string &text) { return static_cast<Level>(find_word(text, level_names(), "level")); }

Level parse_disc(const std::string &text) { return static_cast<Level>(find_word(text, disc_names(), "disc")); }

Direction parse_direction(const std::string &text)
{
  return static_cast<Direction>(find_word(text, direction_names(), "direction"));
}

int moment_axis(Direction direction) { return static_cast<int>(direction) / 2; }

double moment_sign(Direction direction)
{
  // Flexion, left bending and left rotation come first of each pair and are the positive ones.
  return static_cast<int>(direction) % 2 == 0 ? 1. : -1.;
}
} // namespace lumbarfem
