/// Screws in a model: path, bedding, cement, and how stiffly they sit.
#include "app/simulation/screw_stiffness.h"
#include "base/formatted.h"
#include "solver/beam.h"
#include "tests/unit/simulation_support.h"

#include <cmath>

namespace lumbarfem
{
namespace
{
using namespace simulation_tests;

std::unique_ptr<Model> model_with_screw(double head_offset_mm, double bone_stiffness = 100)
{
  return build_model(
      segment_study("[[surgery.screw]]\nname = \"s\"\nlevel = \"L4\"\nside = \"left\"\nhead_offset_mm = " +
                    std::to_string(head_offset_mm) + "\nbone_stiffness_N_per_mm3 = " + std::to_string(bone_stiffness) +
                    "\n"),
      false, MPI_COMM_WORLD);
}

/// Stiffness of the bedding against a shift of the whole screw (N/mm), and against its turning about the head (N mm).
struct Stiffness {
  double shift, turn;
};
Stiffness bedding(const Model &model)
{
  const std::vector<BeamNode> &nodes = model.get<BeamStructure>().nodes();
  const Vector3 axis = (nodes.back().reference - nodes.front().reference).normalized();
  const Vector3 across = axis.cross(Vector3::UnitZ()).normalized();
  const double size = 1e-4;
  State shifted(static_cast<std::size_t>(model.system->n_unknowns()), 0.), turned = shifted;
  for (const BeamNode &node : nodes)
    for (int i = 0; i < 3; ++i) {
      shifted[3 * node.displacement_block + i] = size * across[i];
      const Vector3 arm = node.reference - nodes.front().reference;
      turned[3 * node.displacement_block + i] = size * across.cross(arm)[i];
      turned[3 * node.rotation_block + i] = size * across[i];
    }
  const double scale = 2 / (size * size);
  return {scale * model.all<ScrewBedding>()[0]->energy(shifted), scale * model.all<ScrewBedding>()[0]->energy(turned)};
}

TEST(ScrewBedding, StiffnessFollowsTheHeadOffsetSmoothly)
{
  Stiffness last{0, 0};
  double last_slope = 0;
  for (int k = 0; k <= 30; ++k) {
    const Stiffness now = bedding(*model_with_screw(20 + 0.2 * k));
    if (k > 0) {
      EXPECT_NEAR(now.shift, last.shift, 0.02 * last.shift) << k;
      EXPECT_NEAR(now.turn, last.turn, 0.03 * last.turn) << k;
      if (k > 1) {
        EXPECT_NEAR((now.shift - last.shift) / last.shift, last_slope, 0.01) << k;
      }
      last_slope = (now.shift - last.shift) / last.shift;
    }
    last = now;
  }
}

TEST(ScrewBedding, IsTheStiffnessPerAreaTimesTheCylinderInBone)
{
  // Deep in bone from end to end: pi D L k.
  const Study study = segment_study(
      "[[surgery.screw]]\nname = \"s\"\nlevel = \"L4\"\nside = \"left\"\nhead_offset_mm = 5\nlength_mm = 25\n");
  const std::unique_ptr<Model> model = build_model(study, false, MPI_COMM_WORLD);
  const double full = 100 * pi * 6.5 * 25, found = bedding(*model).shift;
  EXPECT_LT(found, full * 1.0001);
  EXPECT_GT(found, 0.9 * full);
  EXPECT_NEAR(bedding(*model_with_screw(20, 200)).shift, 2 * bedding(*model_with_screw(20)).shift, 1e-3 * full);
}
/// A screw of L4 on the left in deformable bone.
Study screw_study(const std::string &more, const std::string &materials = "", const std::string &bone = "rigid")
{
  return segment_study(materials + "[[surgery.screw]]\nname = \"s\"\nlevel = \"L4\"\nside = \"left\"\n" + more,
                       "levels = \"L4-L5\"", bone);
}

double stiffness_of(const Study &study)
{
  return build_unsolved_model(study, MPI_COMM_WORLD).model->all<ScrewBedding>()[0]->stiffness();
}

const std::string from_bone = "bedding = \"from_bone\"\n";
/// Deep in the cancellous core from end to end.
const std::string in_core = "head_offset_mm = 5\nlength_mm = 25\n";

TEST(ScrewBedding, AFreePathAlongThePedicleIsThePedicle)
{
  const Study plain = screw_study("");
  const VertebraDimensions &body = plain.geometry.vertebrae.at(Level::L4);
  const auto number = [](const char *key, double value) { return key + formatted(" = %.15g\n", value); };
  const Study free = screw_study(
      "path = \"free\"\nhead_offset_mm = 10\n" + number("convergence_angle_deg", body.pedicle_angle_deg) +
      "cranial_angle_deg = 0\n" +
      number("entry_lateral_mm", body.pedicle_lateral_mm + 10 * std::sin(body.pedicle_angle_deg * pi / 180)) +
      number("entry_posterior_mm", body.pedicle_posterior_mm + 10 * std::cos(body.pedicle_angle_deg * pi / 180)) +
      number("entry_superior_mm", body.pedicle_superior_mm));
  const UnsolvedModel a = build_unsolved_model(plain, MPI_COMM_WORLD), b = build_unsolved_model(free, MPI_COMM_WORLD);
  const auto &first = a.model->all<ScrewBedding>()[0]->springs(), &second = b.model->all<ScrewBedding>()[0]->springs();
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t k = 0; k < first.size(); ++k) {
    EXPECT_NEAR((first[k].bone.reference - second[k].bone.reference).norm(), 0, 1e-5);
    EXPECT_NEAR(first[k].stiffness_N_per_mm, second[k].stiffness_N_per_mm, 1e-6 * first[k].stiffness_N_per_mm + 1e-5);
  }
}

TEST(ScrewBedding, FollowsTheBoneByTheLawOfConcentricCylinders)
{
  // One bone everywhere: G / (r ln(1 + t / r)) on the area in bone, which the constant bedding tells.
  const auto bone = [](double modulus_MPa) {
    return "[materials]\ncancellous = { preset = \"cancellous_normal\", modulus_MPa = " + std::to_string(modulus_MPa) +
           " }\ncortical = { preset = \"cortical_normal\", modulus_MPa = " + std::to_string(modulus_MPa) + " }\n";
  };
  const Study study = screw_study(from_bone + in_core, bone(200), "deformable");
  const UnsolvedModel built = build_unsolved_model(study, MPI_COMM_WORLD);
  const ScrewBedding &bedding = *built.model->all<ScrewBedding>()[0];
  double area = 0, in_body = 0;
  for (const ScrewBedding::Spring &spring : bedding.springs())
    area += spring.area_mm2;
  for (const auto &[tissue, part] : bedding.contact_mm2())
    in_body += tissue == "posterior_elements" ? 0 : part;
  EXPECT_NEAR(stiffness_of(screw_study(in_core)), 100 * area, 1e-6 * 100 * area);
  const Tissue posterior = make_tissue("posterior_elements_normal", {}, ""),
               core = make_tissue("cancellous_normal", study.materials.at("cancellous").overrides, "");
  const double radius = 3.25, per_G = 1 / (radius * std::log(1 + 3 / radius));
  const auto G = [](const Tissue &tissue) { return tissue.modulus_MPa / (2 * (1 + tissue.poisson_ratio)); };
  const double expected = per_G * (G(posterior) * (area - in_body) + G(core) * in_body);
  EXPECT_GT(in_body, 0.5 * area);
  EXPECT_NEAR(bedding.stiffness(), expected, 0.01 * expected);
}

TEST(ScrewBedding, SofterBoneAndALooseScrewHoldLess)
{
  const std::string soft = "[materials]\ncortical = \"cortical_osteoporotic\"\ncancellous = "
                           "\"cancellous_osteoporotic\"\nposterior_elements = \"posterior_elements_osteoporotic\"\n";
  const double normal = stiffness_of(screw_study(from_bone, "", "deformable"));
  const double osteoporotic = stiffness_of(screw_study(from_bone, soft, "deformable"));
  EXPECT_LT(osteoporotic, 0.8 * normal);
  EXPECT_NEAR(stiffness_of(screw_study("", soft, "deformable")), stiffness_of(screw_study("")), 1e-6 * normal);
  EXPECT_NEAR(stiffness_of(screw_study("bedding_factor = 0.1\n")), 0.1 * stiffness_of(screw_study("")), 1e-9 * normal);
  EXPECT_NEAR(stiffness_of(screw_study(from_bone + "bedding_factor = 0.1\n", soft, "deformable")), 0.1 * osteoporotic,
              1e-9 * normal);
  EXPECT_GT(stiffness_of(screw_study(from_bone + "bedding_layer_mm = 1\n", "", "deformable")), 1.5 * normal);
}

TEST(ScrewBedding, TheTrajectoryLiesInMoreOfTheArch)
{
  const auto share = [](const std::string &more) {
    const UnsolvedModel built = build_unsolved_model(screw_study(more), MPI_COMM_WORLD);
    const ScrewBedding::Contact contact = built.model->all<ScrewBedding>()[0]->contact_mm2();
    double all = 0;
    for (const auto &entry : contact)
      all += entry.second;
    return contact.at("posterior_elements") / all;
  };
  EXPECT_GT(share("path = \"cortical_bone_trajectory\"\n"), 1.1 * share(""));
}

TEST(ScrewPath, TheTrajectoryIsAcceptedAtEveryLevelOfBothPresets)
{
  for (const std::string preset : {"male_subject", "population_mean"}) {
    std::string text;
    for (const std::string level : {"L1", "L2", "L3", "L4", "L5"})
      for (const std::string side : {"left", "right"})
        text += "[[surgery.screw]]\nname = \"" + level + side + "\"\nlevel = \"" + level + "\"\nside = \"" + side +
                "\"\npath = \"cortical_bone_trajectory\"\ndiameter_mm = 5\n";
    Study study = segment_study(text, "levels = \"L1-S1\"");
    if (preset != study.spine_preset) {
      const SpineGeometry other = spine_preset(preset);
      study.spine_preset = preset;
      study.geometry = other;
      study.geometry.posterior_elements = true;
    }
    EXPECT_EQ(message_of([&] { check_against_mesh(study, make_mesh(study)); }), "") << preset;
  }
}

TEST(ScrewPath, RefusesWhatTheBoneDoesNotHold)
{
  const auto free = [](double lateral, double posterior, double superior, double convergence, double cranial) {
    return "path = \"free\"\nentry_lateral_mm = " + std::to_string(lateral) +
           "\nentry_posterior_mm = " + std::to_string(posterior) + "\nentry_superior_mm = " + std::to_string(superior) +
           "\nconvergence_angle_deg = " + std::to_string(convergence) +
           "\ncranial_angle_deg = " + std::to_string(cranial) + "\n";
  };
  const auto refusal = [](const std::string &more) {
    const Study study = screw_study(more);
    return message_of([&] { check_against_mesh(study, make_mesh(study)); });
  };
  EXPECT_NE(refusal(free(24, 45, 3.2, 21.6, 0)).find("the entry point lies"), std::string::npos);
  EXPECT_NE(refusal(free(21, 29, 3.2, 21.6, 0) + "length_mm = 58\n").find("the tip leaves it"), std::string::npos);
}

TEST(ScrewCement, HasItsVolumeAndIsLeftOutAtZero)
{
  const auto body_of = [](const std::string &more) {
    const UnsolvedModel built = build_unsolved_model(screw_study(more, "", "deformable"), MPI_COMM_WORLD);
    return built.model->implicit_volumes;
  };
  EXPECT_TRUE(body_of("cement_mL = 0\n").empty());
  for (const char *kind : {"fenestrated", "solid"})
    for (const char *volume : {"1", "2.5"}) {
      const auto bodies = body_of(std::string("cement_mL = ") + volume + "\ncement_kind = \"" + kind + "\"\n");
      ASSERT_EQ(bodies.size(), 1u);
      EXPECT_EQ(bodies[0].name, "s_cement");
      EXPECT_NEAR(bodies[0].integrated_mm3, 1000 * std::stod(volume), 0.01 * 1000 * std::stod(volume));
      EXPECT_NEAR(bodies[0].held_mm3, bodies[0].integrated_mm3, 1e-6 * bodies[0].integrated_mm3);
    }
}

TEST(ScrewCement, StiffensTheBeddingFromBone)
{
  double last = stiffness_of(screw_study(from_bone, "", "deformable"));
  for (const char *volume : {"1", "1.73", "2.5", "3"}) {
    const double now = stiffness_of(screw_study(from_bone + "cement_mL = " + volume + "\n", "", "deformable"));
    EXPECT_GT(now, last) << volume;
    last = now;
  }
  EXPECT_NEAR(stiffness_of(screw_study("cement_mL = 2\n", "", "deformable")), stiffness_of(screw_study("")), 1e-6);
}

TEST(ScrewCement, RefusesWhatTheCoreDoesNotHold)
{
  const auto refusal = [](const std::string &more) {
    const Study study = screw_study(more, "", "deformable");
    return message_of([&] { check_against_mesh(study, make_mesh(study)); });
  };
  EXPECT_NE(refusal("length_mm = 24\ncement_mL = 1\n").find("no cement can lie round the last third of its thread"),
            std::string::npos)
      << refusal("length_mm = 24\ncement_mL = 1\n");
  EXPECT_NE(refusal("length_mm = 34\ncement_mL = 10\n").find("10 mL do not fit round"), std::string::npos);
  EXPECT_EQ(refusal("cement_mL = 2\n"), "");
}

TEST(ScrewCement, MeetsOtherCementByTheRuleOfAllBodies)
{
  const std::string other = "[[surgery.cement]]\nname = \"c\"\nlevel = \"L4\"\nvolume_mL = 8\nmaterial = \"";
  const auto check = [&](const std::string &material) {
    const Study study = screw_study("cement_mL = 2\n" + other + material + "\"\n", "", "deformable");
    return check_against_mesh(study, make_mesh(study));
  };
  const std::vector<std::string> same = check("bone_cement_composite");
  EXPECT_TRUE(std::any_of(same.begin(), same.end(), [](const std::string &text) {
    return text.find("of the same material, they count once there") != std::string::npos;
  }));
  EXPECT_NE(message_of([&] { check("pmma"); }).find("are of different material"), std::string::npos);
  // Each holds what it was asked for: the larger one lies round the cement of the screw.
  const Study study = screw_study("cement_mL = 2\n" + other + "bone_cement_composite\"\n", "", "deformable");
  const UnsolvedModel built = build_unsolved_model(study, MPI_COMM_WORLD);
  ASSERT_EQ(built.model->implicit_volumes.size(), 2u);
  for (const Model::ImplicitVolume &body : built.model->implicit_volumes) {
    EXPECT_NEAR(body.held_mm3, body.expected_mm3, 0.01 * body.expected_mm3) << body.name;
    EXPECT_TRUE(body.cement) << body.name;
  }
}

TEST(ScrewConstruct, ARodPassesAllHeadsOfItsSide)
{
  const std::string text =
      "[[surgery.screw]]\nname = \"b\"\nlevel = \"L4\"\nside = \"left\"\npath = \"free\"\ndiameter_mm = "
      "4\nentry_lateral_mm = 22\nentry_posterior_mm = 26\nentry_superior_mm = "
      "-6\nconvergence_angle_deg = 12\ncranial_angle_deg = -5\nlength_mm = "
      "30\n[[surgery.screw]]\nname = \"c\"\nlevel = \"L5\"\nside = \"left\"\n[[surgery.rod]]\nname = "
      "\"r\"\nside = \"left\"\nupper = \"L4\"\nlower = \"L5\"\n";
  const UnsolvedModel built = build_unsolved_model(screw_study(text), MPI_COMM_WORLD);
  const BeamStructure &beams = built.model->get<BeamStructure>();
  std::vector<Vector3> heads; // of s, b, c
  std::string last;
  for (const BeamElement &element : beams.elements())
    if (element.part.kind == PartKind::screw && element.part.object != last) {
      heads.push_back(beams.nodes()[element.first].reference);
      last = element.part.object;
    }
  ASSERT_EQ(heads.size(), 3u);
  double length = 0;
  for (const BeamElement &element : beams.elements())
    if (element.part.kind == PartKind::rod)
      length += (beams.nodes()[element.first].reference - beams.nodes()[element.second].reference).norm();
  EXPECT_NEAR(length, (heads[0] - heads[1]).norm() + (heads[1] - heads[2]).norm(), 1e-6);
}

TEST(ScrewStiffness, IsThatOfTheScrewInItsBoneAndFallsWithTheBedding)
{
  const auto stiffness = [](const std::string &more) {
    const Study study = screw_study(more);
    const std::unique_ptr<Model> model = build_model(study, false, MPI_COMM_WORLD);
    const std::unique_ptr<EquilibriumSolver> solver = make_solver(*model, equilibrium_settings(study));
    StepContext context;
    std::map<std::string, double> result;
    for (const ResultRow &row : screw_stiffness_rows(*model, *solver, context))
      result[row.component] = row.value;
    return result;
  };
  const auto plain = stiffness(""), loose = stiffness("bedding_factor = 0.01\n");
  ASSERT_EQ(plain.size(), 3u);
  // Rigid bone and a screw that hardly stretches: nearly the springs alone along the axis.
  const double springs = stiffness_of(screw_study("bedding_factor = 0.01\n"));
  EXPECT_NEAR(loose.at("axial"), springs, 0.02 * springs);
  for (const char *component : {"axial", "cephalocaudal", "mediolateral"}) {
    EXPECT_GT(loose.at(component), 0);
    EXPECT_LT(loose.at(component), 0.5 * plain.at(component)) << component;
  }
  // A round screw in rigid bone is alike across its axis, but for where its lines leave the bone.
  EXPECT_NEAR(plain.at("cephalocaudal"), plain.at("mediolateral"), 0.2 * plain.at("mediolateral"));
  EXPECT_LT(plain.at("cephalocaudal"), plain.at("axial"));
}
} // namespace
} // namespace lumbarfem
