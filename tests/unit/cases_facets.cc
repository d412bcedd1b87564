/// Facet joints in a study: keys, facetectomies, the effective study.
#include "cases_test_tools.h"

namespace lumbarfem
{
TEST(FacetsOfAStudy, TouchUnlessSwitchedOff)
{
  const StudyFile file = read_text(smallest_study);
  EXPECT_TRUE(file.variants[0].facets.contact);
  EXPECT_DOUBLE_EQ(file.variants[0].facets.gap_mm, 0.5);
  EXPECT_FALSE(read_text(smallest_study, {"facets.contact=false"}).variants[0].facets.contact);
  EXPECT_FALSE(read_text(smallest_study, {"spine.preset=calibration_disc", "loading.kind=pure_moment"})
                   .variants[0]
                   .facets.contact);
}

TEST(FacetsOfAStudy, FacetectomyByVariant)
{
  const StudyFile file = read_text(smallest_study + R"(
[facets]
contact = true
gap_mm = 0.6
cartilage_modulus_MPa = 75
layer_thickness_mm = 0.8
onset_mm = 0.05
[[variant]]
name = "intact"
[[variant]]
name = "decompressed"
  [[variant.surgery.facetectomy]]
  name = "both_sides"
  joint = "L3-L4"
  [[variant.surgery.facetectomy]]
  name = "one_side"
  joint = "L4-L5"
  side = "left"
)");
  ASSERT_EQ(file.variants.size(), 2u);
  EXPECT_TRUE(file.variants[0].surgery.facetectomies.empty());
  const Study &study = file.variants[1];
  ASSERT_EQ(study.surgery.facetectomies.size(), 2u);
  EXPECT_EQ(study.surgery.facetectomies[0].joint, Level::L3);
  EXPECT_TRUE(study.surgery.facetectomies[0].left && study.surgery.facetectomies[0].right);
  EXPECT_TRUE(study.surgery.facetectomies[1].left);
  EXPECT_FALSE(study.surgery.facetectomies[1].right);
  // The effective study reads back to the same.
  const Study again = read_text(study.effective_toml).variants[0];
  EXPECT_TRUE(again.facets.contact);
  EXPECT_DOUBLE_EQ(again.facets.gap_mm, 0.6);
  EXPECT_DOUBLE_EQ(again.facets.cartilage_modulus_MPa, 75);
  EXPECT_DOUBLE_EQ(again.facets.layer_thickness_mm, 0.8);
  EXPECT_DOUBLE_EQ(again.facets.onset_mm, 0.05);
  ASSERT_EQ(again.surgery.facetectomies.size(), 2u);
  EXPECT_EQ(again.surgery.facetectomies[1].name, "one_side");
  EXPECT_TRUE(again.surgery.facetectomies[0].left && again.surgery.facetectomies[0].right);
  EXPECT_FALSE(again.surgery.facetectomies[1].right);
}
} // namespace lumbarfem
