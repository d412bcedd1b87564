/// What a preview is made of: a model without its system, the scene of it, and findings at their places.
#include "app/simulation/preview.h"
#include "app/simulation/preview_findings.h"
#include "app/simulation/screw_axis.h"
#include "postprocess/report/preview_scene.h"
#include "solver/ligaments.h"
#include "tests/unit/simulation_support.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
using namespace simulation_tests;

std::string screw_text(double head_offset_mm, double length_mm)
{
  return "[[surgery.screw]]\nname = \"s\"\nlevel = \"L4\"\nside = \"left\"\nhead_offset_mm = " +
         std::to_string(head_offset_mm) + "\nlength_mm = " + std::to_string(length_mm) + "\n";
}

std::string cage_text(const std::string &name, double left_mm, const std::string &material)
{
  return "[[surgery.cage]]\nname = \"" + name +
         "\"\ndisc = \"L4-L5\"\nshape = \"box\"\nwidth_mm = 16\ndepth_mm = 16\n" +
         "offset_lateral_mm = " + std::to_string(left_mm) + "\nmaterial = \"" + material + "\"\n";
}

StudyFile file_of(const Study &study)
{
  StudyFile file;
  file.path = study.file;
  file.variants = {study};
  return file;
}

Preview preview_of(const Study &study)
{
  return make_preview(file_of(study), {{}, [](const Study &, const SpineMesh &) { return 1e9; }}, MPI_COMM_SELF);
}

const Json &table(const Json &data, const std::string &id)
{
  return *std::find_if(data["tables"].begin(), data["tables"].end(), [&](const Json &one) { return one["id"] == id; });
}

const Json *part_of_group(const Json &data, const std::string &group)
{
  for (const Json &part : data["scene"]["geometries"][0]["parts"])
    if (part["group"] == group)
      return &part;
  return nullptr;
}

TEST(UnsolvedModel, HasThePartsAndUnknownsOfTheModelThatIsSolved)
{
  for (const char *bone : {"rigid", "deformable"}) {
    const Study study = segment_study(screw_text(20, 45), "levels = \"L4-L5\"", bone);
    const UnsolvedModel unsolved = build_unsolved_model(study, MPI_COMM_SELF);
    const std::unique_ptr<Model> solved = build_model(study, false, MPI_COMM_SELF);
    EXPECT_EQ(unsolved.n_unknowns, solved->system->n_unknowns());
    EXPECT_EQ(unsolved.model->system, nullptr);
    ASSERT_EQ(unsolved.model->contributions.size(), solved->contributions.size());
    const State zero(static_cast<std::size_t>(unsolved.n_unknowns), 0.);
    for (std::size_t k = 0; k < solved->contributions.size(); ++k) {
      EXPECT_EQ(unsolved.model->contributions[k]->name(), solved->contributions[k]->name());
      EXPECT_EQ(unsolved.model->contributions[k]->energy(zero), solved->contributions[k]->energy(zero));
    }
  }
}

TEST(PreviewScene, TellsStrainAndTensionOfTheLigamentsAtRest)
{
  const UnsolvedModel built = build_unsolved_model(segment_study(""), MPI_COMM_SELF);
  const StateFrame frame = unloaded_frame(*built.model, built.n_unknowns);
  ASSERT_TRUE(frame.lines && frame.facets);
  const State zero(static_cast<std::size_t>(built.n_unknowns), 0.);
  const Ligaments &ligaments = built.model->get<Ligaments>();
  std::size_t strand = 0;
  int n_slack = 0, n_tense = 0;
  for (std::size_t line = 0; line < frame.lines->part.size(); ++line) {
    const double strain = frame.lines->fields.at("ligament strain at rest [%]")[line];
    const double tension = frame.lines->fields.at("tension at rest [N]")[line];
    if (frame.lines->part[line].kind != PartKind::ligament) {
      EXPECT_TRUE(std::isnan(strain) && std::isnan(tension));
      continue;
    }
    EXPECT_EQ(strain, 100 * ligaments.strain(strand, zero));
    EXPECT_EQ(tension, ligaments.force_N(strand, zero));
    EXPECT_TRUE(strain >= 0 || tension == 0) << "what is slack does not pull";
    n_slack += strain < 0;
    n_tense += tension > 0;
    ++strand;
  }
  EXPECT_EQ(strand, ligaments.strands().size());
  EXPECT_GT(n_slack, 0);
  EXPECT_GT(n_tense, 0);
  EXPECT_EQ(frame.facets->fields.count("pressure [MPa]"), 0u) << "a pressure would be a result";
  for (const double gap : frame.facets->fields.at("gap [mm]"))
    if (std::isfinite(gap)) {
      EXPECT_NEAR(gap, 0.5, 1e-3);
    }
}

TEST(PreviewScene, FibresCrossInTwoFamilies)
{
  const UnsolvedModel built = build_unsolved_model(segment_study(""), MPI_COMM_SELF);
  const std::vector<ScenePart> parts = fibre_parts(*built.model, built.n_unknowns);
  ASSERT_EQ(parts.size(), 1u);
  const Vector3 up = built.model->mesh.discs.front().axes.col(2);
  for (const ScenePart &part : parts) {
    EXPECT_EQ(part.name, "L4-L5 fibres of the outermost ring");
    ASSERT_GT(part.cells.size(), 0u);
    for (std::size_t k = 0; k + 11 < part.points.size(); k += 12) { // two families a cell
      const auto end = [&](std::size_t i) -> Vector3 {
        return {part.points[k + i], part.points[k + i + 1], part.points[k + i + 2]};
      };
      const Vector3 first = (end(3) - end(0)).normalized(), second = (end(9) - end(6)).normalized();
      EXPECT_NEAR((end(3) - end(0)).norm(), 4, 1e-9);
      EXPECT_GT(first.dot(up), 0.1);
      EXPECT_LT(second.dot(up), -0.1);
    }
  }
}

TEST(PreviewScene, ArrowsTurnInTheSenseOfTheirMoment)
{
  const SpineMesh mesh = spine(Level::L4, Level::L5);
  for (const std::string &direction : direction_names()) {
    const ScenePart arrow = moment_arrow(mesh, parse_direction(direction));
    const Vector3 centre = mesh.vertebrae.front().origin;
    const auto end = [&](std::size_t k) {
      return Vector3(arrow.points[3 * k], arrow.points[3 * k + 1], arrow.points[3 * k + 2]);
    };
    for (std::size_t line = 0; line < 30; ++line) {
      const Vector3 turned = (end(2 * line) - centre).cross(end(2 * line + 1) - centre);
      EXPECT_GT(moment_sign(parse_direction(direction)) * turned[moment_axis(parse_direction(direction))], 0);
    }
    EXPECT_EQ(arrow.group, "load");
  }
}

TEST(PreviewScene, AMarkIsAClosedBallAboutItsPlace)
{
  const Vector3 place(1, 2, 3);
  const ScenePart ball = mark_part({"[1] text", "L4", place});
  const auto point = [&](std::size_t k) {
    return Vector3(ball.points[3 * k], ball.points[3 * k + 1], ball.points[3 * k + 2]);
  };
  double volume = 0;
  for (std::size_t k = 0; k + 2 < ball.cells.size(); k += 3)
    volume +=
        (point(ball.cells[k]) - place).dot((point(ball.cells[k + 1]) - place).cross(point(ball.cells[k + 2]) - place)) /
        6;
  const double radius = (point(0) - place).norm();
  EXPECT_GT(volume, 0.9 * 4 / 3. * pi * std::pow(radius, 3)); // faces look outward
  EXPECT_LT(volume, 4 / 3. * pi * std::pow(radius, 3));
}

TEST(Preview, AScrewThatLeavesItsBodyIsMarkedAtItsTip)
{
  const Study study = segment_study(screw_text(10, 75));
  const Preview preview = preview_of(study);
  EXPECT_NE(preview.faults.find("surgery.screw.s: of 75 mm only"), std::string::npos) << preview.faults;
  EXPECT_EQ(preview.faults, message_of([&] { check_against_mesh(study, make_mesh(study)); }));
  const Json &warnings = preview.data["warnings"];
  ASSERT_EQ(warnings.size(), static_cast<std::size_t>(preview.n_findings));
  EXPECT_EQ(warnings[0].get<std::string>().rfind("[1] run refuses this: surgery.screw.s", 0), 0u) << warnings[0];
  EXPECT_EQ(preview.data["variants"][0]["status"], "refused");
  const UnsolvedModel built = build_unsolved_model(study, MPI_COMM_SELF);
  const std::vector<Finding> faults = screw_faults(study, *built.model);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(*faults[0].place, screw_axis(study.surgery.screws[0], built.model->anatomy, built.model->mesh).tip);
  ASSERT_NE(part_of_group(preview.data, "mark"), nullptr);
  EXPECT_EQ((*part_of_group(preview.data, "mark"))["level"], "L4");
}

TEST(Preview, WhatCannotBeBuiltIsLeftOutOfThePictureAndMarked)
{
  const Study study = segment_study(cage_text("a", 0, "bone_graft") + cage_text("b", 4, "titanium"));
  const Preview preview = preview_of(study);
  EXPECT_NE(preview.faults.find("occupy the same"), std::string::npos) << preview.faults;
  ASSERT_NE(part_of_group(preview.data, "mark"), nullptr);
  EXPECT_EQ((*part_of_group(preview.data, "mark"))["level"], "L4-L5");
  EXPECT_EQ(part_of_group(preview.data, "implant"), nullptr);
  EXPECT_NE(table(preview.data, "surgery").dump().find("not built"), std::string::npos);
}

TEST(Preview, ASoundStudyHasNoFaultsAndNoResults)
{
  const Study study = segment_study(screw_text(20, 45) + cage_text("a", 0, "bone_graft"));
  const Preview preview = preview_of(study);
  EXPECT_EQ(preview.faults, "");
  EXPECT_EQ(preview.data["kind"], "preview");
  EXPECT_TRUE(preview.data["plots"].empty());
  EXPECT_FALSE(preview.data.contains("run"));
  EXPECT_EQ(table(preview.data, "size")["rows"][0][4], build_unsolved_model(study, MPI_COMM_SELF).n_unknowns);
  EXPECT_EQ(table(preview.data, "facets")["rows"].size(), 2u);
  for (const Json &field : preview.data["scene"]["fields"])
    EXPECT_EQ(field["name"].get<std::string>().find("stress"), std::string::npos);
  EXPECT_NE(part_of_group(preview.data, "implant"), nullptr);
}

TEST(ScrewHold, IsTheShareOfTheThreadInBone)
{
  const Study deep = segment_study(screw_text(5, 25)), shallow = segment_study(screw_text(25, 45));
  const auto hold = [](const Study &study) {
    return hold_of(study.surgery.screws[0], *build_unsolved_model(study, MPI_COMM_SELF).model);
  };
  EXPECT_GT(hold(deep).share_in_bone, 0.9); // as the stiffness of its bedding tells, simulation_screws.cc
  EXPECT_LE(hold(deep).share_in_bone, 1.0001);
  EXPECT_LT(hold(shallow).share_in_bone, hold(deep).share_in_bone);
}

TEST(Findings, OfSeveralVariantsStandOnce)
{
  std::vector<Finding> findings;
  merge({{"one"}, {"two"}}, "a", findings);
  merge({{"two"}, {"three"}}, "b", findings);
  ASSERT_EQ(findings.size(), 3u);
  EXPECT_EQ(findings[1].variants, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(findings[2].variants, (std::vector<std::string>{"b"}));
}
} // namespace
} // namespace lumbarfem
