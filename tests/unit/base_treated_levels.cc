#include "base/claims.h"
#include "base/treated_levels.h"

#include <gtest/gtest.h>

namespace lumbarfem
{
namespace
{
const std::vector<Level> all_discs = {Level::L1, Level::L2, Level::L3, Level::L4, Level::L5};

TreatedLevels at(const std::set<Level> &discs, const std::set<Level> &vertebrae = {}) { return {discs, vertebrae, {}}; }
} // namespace

TEST(TreatedLevels, NeighboursOfDiscsAndOfVertebrae)
{
  const NeighbourDiscs one = neighbours(at({Level::L4}), all_discs);
  EXPECT_EQ(one.above, Level::L3);
  EXPECT_EQ(one.below, Level::L5);
  const NeighbourDiscs two = neighbours(at({Level::L3, Level::L4}), all_discs);
  EXPECT_EQ(two.above, Level::L2);
  EXPECT_EQ(two.below, Level::L5);
  const NeighbourDiscs cement = neighbours(at({}, {Level::L3}), all_discs);
  EXPECT_EQ(cement.above, Level::L2);
  EXPECT_EQ(cement.below, Level::L3);
  const NeighbourDiscs mixed = neighbours(at({Level::L4}, {Level::L4}), all_discs);
  EXPECT_EQ(mixed.above, Level::L3);
  EXPECT_EQ(mixed.below, Level::L5);
}

TEST(TreatedLevels, NoneBeyondTheSpine)
{
  EXPECT_FALSE(neighbours(at({Level::L5}), all_discs).below);
  EXPECT_FALSE(neighbours(at({Level::L1}), all_discs).above);
  EXPECT_FALSE(neighbours(at({Level::L4}), {Level::L4}).above);
  const NeighbourDiscs none = neighbours({}, all_discs);
  EXPECT_FALSE(none.above || none.below);
}

TEST(TreatedLevels, NamesAndSums)
{
  TreatedLevels levels = at({Level::L4}, {Level::L3});
  levels.add({{Level::L2}, {}, {Level::L2}});
  EXPECT_EQ(names(levels), (std::vector<std::string>{"L3", "L2-L3", "L4-L5"}));
  EXPECT_EQ(levels.fused, std::set<Level>{Level::L2});
}

TEST(Claims, OnlyThoseWithFiguresCanBePrinted)
{
  const std::vector<std::string> all = all_claims();
  EXPECT_EQ(all.size(), 29u);
  for (const std::string &claim : all)
    EXPECT_EQ(claim_fault(claim).empty(), claim == "A1") << claim;
  EXPECT_NE(claim_fault("C2").find("of claim \"C2\" the program holds no published figures"), std::string::npos);
  EXPECT_NE(claim_fault("A01").find("did you mean \"A1\"?"), std::string::npos);
  for (const PublishedPair &pair : published_pairs())
    EXPECT_NE(pair.words.find(disc_name(pair.stressed)), std::string::npos);
}
} // namespace lumbarfem
