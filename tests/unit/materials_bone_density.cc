#include "materials/bone_density.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lumbarfem
{
TEST(BoneDensity, LawsAsPublished)
{
  EXPECT_NEAR(modulus_of_qct_density(100), 288.3, 1e-9);
  EXPECT_NEAR(modulus_of_qct_density(80), 223.7, 1e-9);
  // 100 HU: 159.2 kg/m3, and its 1.35th power by logarithms
  EXPECT_NEAR(modulus_of_hounsfield(100), 0.63 * std::exp(1.35 * std::log(159.2)), 1e-9);
  EXPECT_NEAR(hounsfield_of_t_score(0), 227, 0);
  EXPECT_NEAR(hounsfield_of_t_score(-2.5), 122, 1e-9); // the 125 HU that the same data give as the threshold, within 3
}

TEST(BoneDensity, MoreBoneIsStiffer)
{
  for (const Key &key : bone_density_keys()) {
    double last = 0;
    for (int k = 0; k <= 20; ++k) {
      const double modulus = modulus_of_density_key(key.name, key.minimum + k * (key.maximum - key.minimum) / 20, 100);
      EXPECT_GT(modulus, last) << key.name;
      last = modulus;
    }
  }
}

TEST(BoneDensity, TScoresScaleThePreset)
{
  EXPECT_DOUBLE_EQ(modulus_of_density_key("t_score", 0, 100), 100);
  EXPECT_DOUBLE_EQ(modulus_of_density_key("t_score", -2.5, 200) / 200,
                   modulus_of_hounsfield(122) / modulus_of_hounsfield(227));
  EXPECT_EQ(modulus_of_density_key("hounsfield", 150, 100), modulus_of_density_key("hounsfield", 150, 7));
  EXPECT_THROW(modulus_of_density_key("modulus_MPa", 1, 1), std::logic_error);
}
} // namespace lumbarfem
