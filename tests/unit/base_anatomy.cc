#include "base/anatomy.h"
#include "base/user_error.h"

#include <gtest/gtest.h>

namespace lumbarfem
{
TEST(Anatomy, NamesReadBack)
{
  for (const std::string &word : level_names())
    EXPECT_EQ(name(parse_level(word)), word);
  for (const std::string &word : disc_names())
    EXPECT_EQ(disc_name(parse_disc(word)), word);
  for (const std::string &word : direction_names())
    EXPECT_EQ(name(parse_direction(word)), word);
  EXPECT_EQ(level_names().size(), 6u);
  EXPECT_EQ(disc_names().back(), "L5-S1");
}

TEST(Anatomy, UnknownNamesSuggestTheNearest)
{
  try {
    parse_direction("flexon");
    FAIL();
  } catch (const UserError &error) {
    EXPECT_NE(std::string(error.what()).find("did you mean \"flexion\"?"), std::string::npos) << error.what();
  }
  EXPECT_THROW(parse_level("L6"), UserError);
  EXPECT_THROW(parse_disc("L4"), UserError);
}

TEST(Anatomy, MomentsFollowTheRightHandRuleOnLps)
{
  EXPECT_EQ(moment_axis(Direction::flexion), 0);
  EXPECT_EQ(moment_axis(Direction::right_bending), 1);
  EXPECT_EQ(moment_axis(Direction::left_rotation), 2);
  EXPECT_EQ(moment_sign(Direction::flexion), 1);
  EXPECT_EQ(moment_sign(Direction::extension), -1);
  EXPECT_EQ(moment_sign(Direction::left_bending), 1);
  EXPECT_EQ(moment_sign(Direction::right_bending), -1);
  EXPECT_EQ(moment_sign(Direction::left_rotation), 1);
  EXPECT_EQ(moment_sign(Direction::right_rotation), -1);
}
} // namespace lumbarfem
