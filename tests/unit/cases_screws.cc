/// Screws of a study: where they lie, and that what is not asked for changes nothing.
#include "cases/screw_line.h"
#include "cases_test_tools.h"

namespace lumbarfem
{
namespace
{
std::string screw_text(const std::string &level, const std::string &more = "", const std::string &name = "s",
                       const std::string &side = "left")
{
  return "[[surgery.screw]]\nname = \"" + name + "\"\nlevel = \"" + level + "\"\nside = \"" + side + "\"\n" + more;
}

Study study_of(const std::string &text, const std::string &preset = "male_subject")
{
  return read_text("[study]\ntitle = \"test\"\n[spine]\npreset = \"" + preset + "\"\n" + text).variants.front();
}

const Screw &first_screw(const Study &study) { return study.surgery.screws.front(); }
} // namespace

TEST(Screws, OneInTheSacrumBringsTheCitedPedicle)
{
  const Study study = study_of(screw_text("S1"));
  const VertebraDimensions &sacrum = study.geometry.vertebrae.at(Level::S1);
  EXPECT_EQ(sacrum.pedicle_width_mm, 20);
  EXPECT_EQ(sacrum.pedicle_height_mm, 13);
  EXPECT_EQ(sacrum.pedicle_angle_deg, 25);
  EXPECT_NEAR(sacrum.pedicle_lateral_mm, 18, 0.05);
  EXPECT_NE(study.effective_toml.find("pedicle_width_mm = 20"), std::string::npos);
  EXPECT_EQ(read_text(study.effective_toml).variants.front().effective_toml, study.effective_toml);
}

TEST(Screws, OthersLeaveTheSacrumAsItIs)
{
  const auto sacrum_of = [](const std::string &text) {
    const std::size_t at = text.find("[spine.vertebra.S1]");
    return text.substr(at, text.find("\n[", at + 1) - at);
  };
  const std::string without = study_of("").effective_toml, with = study_of(screw_text("L5")).effective_toml;
  EXPECT_EQ(sacrum_of(without), sacrum_of(with));
  EXPECT_EQ(sacrum_of(with).find("pedicle_width_mm"), std::string::npos);
  // Its zeros are no pedicle either.
  const Study later = read_text(without + screw_text("S1")).variants.front();
  EXPECT_EQ(later.geometry.vertebrae.at(Level::S1).pedicle_angle_deg, 25);
}

TEST(Screws, WhatTheStudySaysOfTheSacrumHolds)
{
  const Study study = study_of("[spine.vertebra.S1]\npedicle_angle_deg = 12\n" + screw_text("S1"));
  EXPECT_EQ(study.geometry.vertebrae.at(Level::S1).pedicle_angle_deg, 12);
  EXPECT_EQ(study.geometry.vertebrae.at(Level::S1).pedicle_width_mm, 20);
}

TEST(Screws, APlainOneIsWrittenAsEver)
{
  const std::string text = study_of(screw_text("L4")).effective_toml;
  const std::string screw = text.substr(text.find("[[surgery.screw]]"));
  EXPECT_EQ(screw, "[[surgery.screw]]\nname = \"s\"\nlevel = \"L4\"\nside = \"left\"\ndiameter_mm = 6.5\nlength_mm = "
                   "45\nhead_offset_mm = 20\nbone_stiffness_N_per_mm3 = 100\nmaterial = { preset = \"titanium\" "
                   "}\n\n[[variant]]\nname = \"base\"\nreference = true\n");
  // Values that are the defaults say nothing.
  EXPECT_EQ(
      study_of(screw_text("L4", "path = \"pedicle_axis\"\nbedding = \"constant\"\nbedding_factor = 1\ncement_mL = "
                                "0\ncement_kind = \"solid\"\n"))
          .effective_toml,
      text);
}

TEST(Screws, AllKeysReadBack)
{
  const Study study = study_of(
      "[output]\nscrew_stiffness = true\n" +
      screw_text("L4", "path = \"free\"\nentry_lateral_mm = 21.6\nentry_posterior_mm = 30\nentry_superior_mm = "
                       "3.2\nconvergence_angle_deg = 21.6\ncranial_angle_deg = 0\nbedding = "
                       "\"from_bone\"\nbedding_layer_mm = 2\nbedding_factor = 0.1\ncement_mL = "
                       "1.5\ncement_kind = \"solid\"\ncement_material = \"pmma\"\n"));
  const Study again = read_text(study.effective_toml).variants.front();
  EXPECT_EQ(again.effective_toml, study.effective_toml);
  const Screw &screw = first_screw(again);
  EXPECT_EQ(screw.path, ScrewPath::free);
  EXPECT_EQ(screw.entry_posterior_mm, 30);
  EXPECT_EQ(screw.head_offset_mm, free_head_offset_mm);
  EXPECT_TRUE(screw.is_bedded_by_bone);
  EXPECT_EQ(screw.bedding_layer_mm, 2);
  EXPECT_EQ(screw.bedding_factor, 0.1);
  EXPECT_EQ(screw.cement_mL, 1.5);
  EXPECT_FALSE(screw.is_fenestrated);
  EXPECT_EQ(screw.cement_material.preset, "pmma");
  EXPECT_TRUE(again.measure_screw_stiffness);
}

TEST(Screws, LineOfThePedicleOfTheTrajectoryAndFree)
{
  const Study study =
      study_of(screw_text("L4") + screw_text("L4", "path = \"cortical_bone_trajectory\"\n", "t", "right"));
  const VertebraDimensions &body = study.geometry.vertebrae.at(Level::L4);
  const Vector3 centre(body.pedicle_lateral_mm, body.pedicle_posterior_mm, body.pedicle_superior_mm);
  const ScrewLine axis = screw_line(study.surgery.screws[0], body);
  EXPECT_NEAR((axis.head - centre).norm(), 20, 1e-9);
  EXPECT_NEAR((axis.head - axis.tip).norm(), 45, 1e-9);
  EXPECT_NEAR(axis.forward().z(), 0, 1e-12);
  EXPECT_LT(axis.forward().x(), 0); // of a left screw: towards the midline
  const Screw &right = study.surgery.screws[1];
  const ScrewLine trajectory = screw_line(right, body);
  EXPECT_EQ(right.length_mm, cortical_length_mm);
  const Vector3 mirrored_centre(-centre.x() + cortical_inside_share * body.pedicle_width_mm, centre.y(), centre.z());
  EXPECT_NEAR((trajectory.head + 20 * trajectory.forward() - mirrored_centre).norm(), 0, 1e-9);
  EXPECT_NEAR(std::asin(trajectory.forward().z()) * 180 / pi, cortical_cranial_deg, 1e-9);
  EXPECT_NEAR(std::atan2(trajectory.forward().x(), -trajectory.forward().y()) * 180 / pi, cortical_convergence_deg,
              1e-9);
  Screw free = study.surgery.screws[0];
  free.path = ScrewPath::free;
  free.convergence_angle_deg = body.pedicle_angle_deg;
  free.entry_lateral_mm = centre.x();
  free.entry_posterior_mm = centre.y();
  free.entry_superior_mm = centre.z();
  EXPECT_NEAR((screw_line(free, body).tip - axis.tip).norm(), 0, 1e-9);
}

TEST(Screws, TheTrajectoryFitsEveryVertebraOfThePresets)
{
  for (const std::string preset : {"male_subject", "population_mean"})
    for (const std::string level : {"L1", "L2", "L3", "L4", "L5"})
      for (const std::string diameter : {"4.5", "5.5"}) {
        const Study study = study_of(
            screw_text(level, "path = \"cortical_bone_trajectory\"\ndiameter_mm = " + diameter + "\n"), preset);
        EXPECT_LE(canal_breach_mm(first_screw(study), study.geometry.vertebrae.at(first_screw(study).level)), 1)
            << preset << " " << level;
      }
}

TEST(Screws, DistanceOfTwoLines)
{
  const ScrewLine a = {{0, 0, 0}, {10, 0, 0}};
  EXPECT_NEAR(distance(a, {{5, 3, -5}, {5, 3, 5}}), 3, 1e-12);
  EXPECT_NEAR(distance(a, {{13, 4, 0}, {20, 4, 0}}), 5, 1e-12);
  EXPECT_NEAR(distance(a, {{0, 2, 0}, {10, 2, 0}}), 2, 1e-12);
  EXPECT_NEAR(distance(a, {{12, 0, 0}, {22, 0, 0}}), 2, 1e-12);
}

TEST(Screws, SeveralOnASideAreAllowedWhereTheyHaveRoom)
{
  const std::string second =
      "path = \"free\"\ndiameter_mm = 4\nentry_lateral_mm = 22\nentry_posterior_mm = "
      "30\nentry_superior_mm = -8\nconvergence_angle_deg = 12\ncranial_angle_deg = -5\nlength_mm = "
      "30\n";
  EXPECT_EQ(study_of(screw_text("L4") + screw_text("L4", second, "t")).surgery.screws.size(), 2u);
}
} // namespace lumbarfem
