#include "cases_test_tools.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
const std::string cement_study = smallest_study + R"(
[loading]
moment_Nm = 5
[[variant]]
name = "intact"
[[variant]]
name = "cement"
  [[variant.surgery.cement]]
  name = "L4"
  level = "L4"
  volume_percent = 10
)";

std::vector<std::string> names_of(const StudyFile &file)
{
  std::vector<std::string> names;
  for (const Study &study : file.variants)
    names.push_back(study.variant);
  return names;
}

TEST(Sweeps, EachValueIsAVariant)
{
  const StudyFile file = read_text(cement_study + R"(
[[sweep]]
key = "surgery.cement.L4.volume_percent"
values = [5, 12.5, 20]
)");
  EXPECT_EQ(names_of(file), (std::vector<std::string>{"intact", "cement-volume_percent-5", "cement-volume_percent-12_5",
                                                      "cement-volume_percent-20"}));
  EXPECT_TRUE(file.variants[0].reference);
  EXPECT_TRUE(file.variants[0].surgery.cements.empty());
  EXPECT_EQ(file.variants[2].surgery.cements.at(0).volume_percent, 12.5);
  EXPECT_EQ(file.variants[3].effective_toml.find("sweep"), std::string::npos) << "each run stands alone";
}

TEST(Sweeps, ARangeHasBothEnds)
{
  const StudyFile file = read_text(cement_study + R"(
[[sweep]]
key = "surgery.cement.L4.volume_percent"
range = { from = 0.3, to = 0.1, n = 3 }
)");
  std::vector<double> volumes;
  for (std::size_t k = 1; k < file.variants.size(); ++k)
    volumes.push_back(file.variants[k].surgery.cements.at(0).volume_percent);
  EXPECT_EQ(volumes, (std::vector<double>{0.3, 0.2, 0.1}));
  EXPECT_EQ(file.variants[2].variant, "cement-volume_percent-0_2");
}

TEST(Sweeps, TablesAreAGridAndKeysOfOneTableGoInStep)
{
  const StudyFile file = read_text(cement_study + R"(
[[sweep]]
key = "surgery.cement.L4.volume_percent"
values = [10, 20]
[[sweep]]
keys = ["loading.moment_Nm", "materials.annulus"]
values = [[3, "annulus_gruber2024"], [4, "annulus_calibrated_b"], [5, "annulus_calibrated_c"]]
variants = ["cement"]
)");
  ASSERT_EQ(file.variants.size(), 7u);
  const Study &last = file.variants.back();
  EXPECT_EQ(last.variant, "cement-volume_percent-20-moment_Nm-5-annulus-annulus_calibrated_c");
  EXPECT_EQ(last.loading.moment_Nm, 5);
  EXPECT_EQ(last.materials.at("annulus").preset, "annulus_calibrated_c");
  EXPECT_EQ(last.surgery.cements.at(0).volume_percent, 20);
  EXPECT_EQ(file.variants[1].loading.moment_Nm, 3);
  EXPECT_EQ(file.variants[0].materials.at("annulus").preset,
            read_text(cement_study).variants[0].materials.at("annulus").preset);
}

TEST(Sweeps, AStudyOfOneVariantBeginsWithItsReference)
{
  const StudyFile file = read_text(smallest_study + R"(
[loading]
moment_Nm = 5
[[sweep]]
key = "spine.vertebra.L4.follower_offset_mm"
values = [-1, 2]
)");
  EXPECT_EQ(names_of(file), (std::vector<std::string>{"base-follower_offset_mm-minus1", "base-follower_offset_mm-2"}));
  EXPECT_TRUE(file.variants[0].reference);
  EXPECT_FALSE(file.variants[1].reference);
}

TEST(Sweeps, SettingsOfTheCommandLineHoldForAllRunsButMayNotSweepAway)
{
  const std::string sweep = "[[sweep]]\nkey = \"surgery.cement.L4.volume_percent\"\nvalues = [10, 20]\n";
  const StudyFile file = read_text(cement_study + sweep, {"loading.moment_Nm=2"});
  for (const Study &study : file.variants)
    EXPECT_EQ(study.loading.moment_Nm, 2) << study.variant;
  for (const std::string set : {"surgery.cement.L4.volume_percent=3", "surgery.cement.L4={ level = \"L5\" }"})
    EXPECT_NE(message_of(cement_study + sweep, {set}).find("what the study sweeps (surgery.cement.L4.volume_percent)"),
              std::string::npos)
        << set;
}
} // namespace
} // namespace lumbarfem
