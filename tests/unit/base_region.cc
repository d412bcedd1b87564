/// Names of regions and what they say.
#include "base/region.h"
#include "base/user_error.h"

#include <gtest/gtest.h>

namespace lumbarfem
{
namespace
{
TEST(Region, NameSaysPlaceTissueAndPart)
{
  const Region ring = parse_region("L3-L4.annulus.ring2");
  EXPECT_EQ(ring.tissue, TissueKind::annulus);
  EXPECT_EQ(ring.place_name(), "L3-L4");
  EXPECT_EQ(ring.part, "annulus.ring2");
  EXPECT_TRUE(ring.is_of_disc(Level::L3));
  EXPECT_FALSE(ring.is_of_disc(Level::L4));
  EXPECT_FALSE(ring.is_of(Level::L3));
  EXPECT_FALSE(ring.is_bone());
  const Region lamina = parse_region("L4.lamina_left");
  EXPECT_EQ(name(lamina.tissue), "posterior_elements");
  EXPECT_TRUE(lamina.is_bone());
  EXPECT_FALSE(lamina.is_body());
  EXPECT_TRUE(lamina.is_of(Level::L4));
  EXPECT_TRUE(parse_region("S1.cancellous").is_body());
  EXPECT_EQ(parse_region("L5.inferior_bony_endplate").tissue, TissueKind::bony_endplate);
  EXPECT_EQ(parse_region("L5-S1.superior_cartilage_endplate").tissue, TissueKind::cartilage_endplate);
  EXPECT_TRUE(parse_region("L4.plate").is_bone());
  EXPECT_FALSE(Region{"block"}.place);
}

TEST(Region, OtherNamesAreRefused)
{
  for (const char *text : {"", "L4", "L4.", "L6.cortical", "L4.nucleus", "L4-L5.cortical", "L4-L5.annulus", "L4.lamina",
                           "L4-L5.annulus.ring", "L4-L5.annulus.ring2b", "L5-L4.nucleus", "block"})
    EXPECT_THROW(parse_region(text), UserError) << text;
}
} // namespace
} // namespace lumbarfem
