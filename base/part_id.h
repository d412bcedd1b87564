/// What a line of a picture, a block of a file and a row of a table belong to, as data: nobody has to guess it back
/// from a name.
#pragma once

#include "base/anatomy.h"

#include <optional>
#include <string>
#include <vector>

namespace lumbarfem
{
enum class Side { none, left, right };
std::string name(Side side); ///< "", "left", "right"
Side parse_side(const std::string &text);

/// One vertebra, one disc, or what lies between two vertebrae further apart.
struct LevelSpan {
  Level upper, lower;
  bool holds(Level vertebra) const { return upper <= vertebra && vertebra <= lower; }
  bool operator==(const LevelSpan &other) const { return upper == other.upper && lower == other.lower; }
};
std::string name(const LevelSpan &span); ///< "L4", "L4-L5", "L3-S1"
LevelSpan parse_level_span(const std::string &text);

enum class PartKind { screw, rod, link, cord, spacer, ligament, muscle, weight, follower_load };
std::string name(PartKind kind); ///< "screw" ... "follower_load"
std::vector<std::string> part_kind_names();
PartKind parse_part_kind(const std::string &text);

/// What a surgeon puts in: screws, rods, and dynamic links with their cords and spacers.
bool is_implant(PartKind kind);
/// Whether the part has sections with bending, torsion and a stress: screws and rods.
bool is_beam(PartKind kind);
/// What a viewer shows and hides together: "Implants", "Ligaments", "Muscles", "Weights", "Follower load".
std::string group_title(PartKind kind);

struct PartId {
  PartKind kind;
  std::string object = ""; ///< the study's name of an implant, "ALL" of a ligament, "multifidus", "trunk"; may be empty
  std::optional<LevelSpan> levels = {}; ///< of its ends; none where it belongs to no level
  Side side = Side::none;
  std::string piece = ""; ///< of a part that has several: the fascicle of a muscle

  std::string level_name() const { return levels ? name(*levels) : ""; }
  bool operator==(const PartId &other) const;
  bool operator!=(const PartId &other) const { return !(*this == other); }
};

/// The one spelling of a part in files: an implant by the name that the study gives it ("rod_left", of a dynamic link
/// "link_left.cord"), the others as "ligament.CL.L4-L5.left", "muscle.multifidus.left.L1-L4", "weight.trunk",
/// "follower_load.L1-L2.left".
std::string name(const PartId &part);
} // namespace lumbarfem
