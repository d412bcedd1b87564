#include "base/part_id.h"
#include "base/user_error.h"

#include <gtest/gtest.h>

namespace lumbarfem
{
TEST(PartId, WordsReadBack)
{
  for (const std::string &word : part_kind_names())
    EXPECT_EQ(name(parse_part_kind(word)), word);
  for (const Side side : {Side::none, Side::left, Side::right})
    EXPECT_EQ(parse_side(name(side)), side);
  for (const std::string word : {"L4", "L4-L5", "L3-S1"})
    EXPECT_EQ(name(parse_level_span(word)), word);
  EXPECT_THROW(parse_level_span("L5-L4"), UserError);
  EXPECT_THROW(parse_level_span(""), UserError);
  EXPECT_THROW(parse_side("middle"), UserError);
  try {
    parse_part_kind("muscl");
    FAIL();
  } catch (const UserError &error) {
    EXPECT_NE(std::string(error.what()).find("did you mean \"muscle\"?"), std::string::npos) << error.what();
  }
}

TEST(PartId, OneSpelling)
{
  const LevelSpan disc{Level::L4, Level::L5};
  EXPECT_EQ(name(PartId{PartKind::screw, "S1a", LevelSpan{Level::L4, Level::L4}, Side::left}), "S1a");
  EXPECT_EQ(name(PartId{PartKind::cord, "link_left", disc, Side::left}), "link_left.cord");
  EXPECT_EQ(name(PartId{PartKind::ligament, "CL", disc, Side::right}), "ligament.CL.L4-L5.right");
  EXPECT_EQ(name(PartId{PartKind::follower_load, "", disc, Side::left}), "follower_load.L4-L5.left");
  EXPECT_EQ(name(PartId{PartKind::weight, "trunk"}), "weight.trunk");
  EXPECT_EQ(name(PartId{PartKind::muscle, "psoas", LevelSpan{Level::L1, Level::S1}, Side::left, "a-b"}),
            "muscle.psoas.L1-S1.left.a-b");
}

TEST(PartId, GroupsAreThoseOfTheKind)
{
  for (const PartKind kind : {PartKind::screw, PartKind::rod, PartKind::link, PartKind::cord, PartKind::spacer}) {
    EXPECT_TRUE(is_implant(kind)) << name(kind);
    EXPECT_EQ(group_title(kind), "Implants");
  }
  for (const PartKind kind : {PartKind::ligament, PartKind::muscle, PartKind::weight, PartKind::follower_load}) {
    EXPECT_FALSE(is_implant(kind)) << name(kind);
    EXPECT_NE(group_title(kind), "Implants");
  }
  EXPECT_EQ(group_title(PartKind::muscle), "Muscles");
  EXPECT_TRUE(is_beam(PartKind::rod) && !is_beam(PartKind::cord));
}

TEST(PartId, SpansHoldTheirVertebrae)
{
  const LevelSpan span{Level::L3, Level::L5};
  EXPECT_TRUE(span.holds(Level::L3) && span.holds(Level::L4) && span.holds(Level::L5));
  EXPECT_FALSE(span.holds(Level::L2) || span.holds(Level::S1));
}
} // namespace lumbarfem
