#include "base/part_id.h"

#include "base/key.h"
#include "base/user_error.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace lumbarfem
{
namespace
{
constexpr const char *side_words[] = {"", "left", "right"};
constexpr const char *kind_words[] = {"screw",    "rod",    "link",   "cord",         "spacer",
                                      "ligament", "muscle", "weight", "follower_load"};
} // namespace

std::string name(Side side) { return side_words[static_cast<int>(side)]; }

Side parse_side(const std::string &text)
{
  for (const Side side : {Side::none, Side::left, Side::right})
    if (name(side) == text)
      return side;
  throw UserError("\"" + text + "\" is not a side; allowed: left, right or nothing");
}

std::string name(const LevelSpan &span)
{
  return span.upper == span.lower ? name(span.upper) : name(span.upper) + "-" + name(span.lower);
}

LevelSpan parse_level_span(const std::string &text)
{
  const std::size_t dash = text.find('-');
  const Level upper = parse_level(text.substr(0, dash));
  const LevelSpan span{upper, dash == std::string::npos ? upper : parse_level(text.substr(dash + 1))};
  if (span.lower < span.upper)
    throw UserError("\"" + text + "\" names the lower level first");
  return span;
}

std::string name(PartKind kind) { return kind_words[static_cast<int>(kind)]; }

std::vector<std::string> part_kind_names() { return {std::begin(kind_words), std::end(kind_words)}; }

PartKind parse_part_kind(const std::string &text)
{
  const std::vector<std::string> words = part_kind_names();
  const auto found = std::find(words.begin(), words.end(), text);
  if (found == words.end())
    throw UserError("\"" + text + "\" is not a kind of part; allowed: " + alternatives_with_hint(text, words));
  return static_cast<PartKind>(found - words.begin());
}

bool is_implant(PartKind kind)
{
  return is_beam(kind) || kind == PartKind::link || kind == PartKind::cord || kind == PartKind::spacer;
}

bool is_beam(PartKind kind) { return kind == PartKind::screw || kind == PartKind::rod; }

std::string group_title(PartKind kind)
{
  switch (kind) {
  case PartKind::screw:
  case PartKind::rod:
  case PartKind::link:
  case PartKind::cord:
  case PartKind::spacer:
    return "Implants";
  case PartKind::ligament:
    return "Ligaments";
  case PartKind::muscle:
    return "Muscles";
  case PartKind::weight:
    return "Weights";
  case PartKind::follower_load:
    return "Follower load";
  }
  throw std::logic_error("a part of no kind");
}

bool PartId::operator==(const PartId &other) const
{
  return std::tie(kind, object, levels, side, piece) ==
         std::tie(other.kind, other.object, other.levels, other.side, other.piece);
}

std::string name(const PartId &part)
{
  if (part.kind == PartKind::cord || part.kind == PartKind::spacer)
    return part.object + "." + name(part.kind);
  if (is_implant(part.kind))
    return part.object;
  std::string text = name(part.kind);
  for (const std::string &word : {part.object, part.level_name(), name(part.side), part.piece})
    text += (word.empty() ? "" : ".") + word;
  return text;
}
} // namespace lumbarfem
