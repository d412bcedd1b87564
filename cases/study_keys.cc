#include "cases/study_keys.h"
#include "base/anatomy.h"
#include "cases/key_makers.h"
#include "materials/ligament_library.h"
#include "meshes/muscle_fascicles.h"
#include "meshes/part_removal.h"
#include "meshes/spine_geometry.h"

namespace lumbarfem
{
using namespace keys;

const std::vector<Key> &study_keys()
{
  static const std::vector<Key> keys = {
      required(text("title", "", "One line that names the study.")),
      text("question", "", "The question that the study answers."),
      text("expected", "", "The result that is expected, before anything is computed."),
      text("citation", "", "Where the question or the expected result comes from."),
      list("claims", "[]",
           "Published findings that are printed below the table that is about them: \"A1\", the posterior annulus of "
           "L3-L4 in flexion before and after a fusion of L4-L5 (cage or graft, screws and rods).",
           {}),
  };
  return keys;
}

const std::vector<Key> &spine_choice_keys()
{
  static const std::vector<Key> keys = {
      text("preset", "male_subject", "Dimensions to start from; single ones are overridden by the keys below.",
           spine_preset_names()),
      text("levels", "L1-S1", "First and last vertebra; calibration_disc is always L4-L5."),
      text("mesh", "",
           "A mesh that \"lumbarfem mesh\" saved (spine.msh), instead of a new one (\"\"); its path counts from "
           "the study's folder. It must have been made from this study's preset, levels and dimensions, and lack "
           "nothing "
           "that the study does not remove; mesh.resolution is its own."),
      {"posterior_elements", KeyType::boolean, "", "true",
       "Arches of L1-L5 and superior articular processes of S1; calibration_disc has none."},
      number("pelvic_incidence_deg", "deg", "", 20, 90,
             "Pelvic incidence of the patient, from which pelvic tilt and the mismatch with the lordosis are reported "
             "(sagittal_angle in results.csv); it moves nothing, spine.sacral_slope_deg does. Needs S1."),
  };
  return keys;
}

const std::vector<Key> &mesh_keys()
{
  static const std::vector<Key> keys = [] {
    Key resolution = number("resolution", "mm", "\"default\"", 2, 20,
                            "A word, or the edge length of the cells round the circumference of a disc.");
    resolution.type = KeyType::number_or_text;
    resolution.allowed = {"coarse", "default", "fine"};
    return std::vector<Key>{
        resolution,
        text("element", "q2p1",
             "Displacement and pressure of the hexahedra: quadratic with linear pressure, or linear with constant "
             "pressure (cheaper, too stiff in bending).",
             {"q2p1", "q1p0"}),
        text("bone", "deformable",
             "Bone as tissue, or each vertebra as a rigid body of six unknowns (many times faster; no measure of bone, "
             "no cement, no bone grade).",
             {"deformable", "rigid"}),
    };
  }();
  return keys;
}

const std::vector<Key> &tissue_keys()
{
  static const std::vector<Key> keys = {
      text("cortical", "cortical_normal", "Shell of the vertebral bodies."),
      text("cancellous", "cancellous_normal", "Inside of the vertebral bodies."),
      text("bony_endplate", "bony_endplate_normal", "Bone between cancellous bone and disc."),
      text("cartilage_endplate", "cartilage_endplate", "Cartilage between bony endplate and disc."),
      text("annulus", "annulus_calibrated_a", "Ring of the discs, with its fibres."),
      text("nucleus", "nucleus_gruber2024", "Core of the discs."),
      text("posterior_elements", "posterior_elements_normal", "Arches of the vertebrae with all their processes."),
      text("plate", "plate_rigid", "Plates above and below a single disc (calibration_disc only)."),
  };
  return keys;
}

const std::vector<std::string> &vertebra_tissues()
{
  static const std::vector<std::string> words = {"cortical", "cancellous", "bony_endplate", "posterior_elements"};
  return words;
}

const std::vector<std::string> &disc_tissues()
{
  static const std::vector<std::string> words = {"cartilage_endplate", "annulus", "nucleus"};
  return words;
}

const std::vector<Key> &ligament_choice_keys()
{
  static const std::vector<Key> keys = [] {
    std::vector<std::string> sets = ligament_set_names();
    sets.push_back("none");
    return std::vector<Key>{text("set", "remus2021",
                                 "Published constants of the seven ligaments of each level (docs/ligaments.md); none "
                                 "leaves the ligaments out, as in calibration_disc.",
                                 sets)};
  }();
  return keys;
}

const std::vector<Key> &ligament_keys()
{
  static const std::vector<Key> keys = {
      number("stiffness_factor", "-", "1", 0, 100, "Factor on the force at a given strain; 0 leaves the ligament out."),
      number("reference_strain", "-", "", -0.5, 3,
             "Slack length over the length in the unloaded spine, minus one: below 0 tense, above 0 slack; the set's "
             "own when it is not given."),
  };
  return keys;
}

const std::vector<Key> &facet_keys()
{
  static const std::vector<Key> keys = {
      boolean("contact", "true",
              "Frictionless contact of the facet joints between all levels of the study; calibration_disc has none."),
      usual(
          0.02, 2,
          number("gap_mm", "mm", "0.5", 0, 3, "Distance of the cartilage surfaces of each joint without load.", true)),
      number("cartilage_modulus_MPa", "MPa", "32", 1, 1000,
             "Confined modulus E (1 - n) / ((1 + n) (1 - 2 n)) of the cartilage; 32 is E = 24 MPa, n = 0.3."),
      number("layer_thickness_mm", "mm", "0.5", 0.1, 3, "Thickness of each of the two cartilage layers of a joint."),
      number("onset_mm", "mm", "0.1", 0.001, 0.5,
             "The pressure begins smoothly over the range of overclosure from minus to plus this; less than gap_mm."),
  };
  return keys;
}

const std::vector<Key> &loading_keys()
{
  static const std::vector<Key> moment_keys = {
      text("kind", "follower_load",
           "A pure moment after a follower load, or alone, or after gravity: the weights of an upright trunk and the "
           "muscles that balance them (docs/gravity.md; no moment by default); or the compression of one disc along "
           "its axis with a given force or displacement.",
           {"follower_load", "pure_moment", "gravity", "compression", "displacement"}),
      usual(20, 2500,
            number(
                "follower_load_N", "N", "400", 0, 3000,
                "Compression along the path of the vertebral bodies, applied first; 0 with a pure moment or gravity.")),
      usual(0.05, 30, number("moment_Nm", "Nm", "7.5", 0, 50, "Moment after the preload.")),
      list("directions", quoted_list(direction_names()),
           "Directions of the moment, one run each; empty when the moment is 0.", direction_names()),
      list("protocols", "[\"load_control\"]",
           "load_control: the same moment for every variant; hybrid: the total rotation of the reference variant.",
           {"load_control", "hybrid"}),
      integer("preload_steps", "2", 1, 1000, "First guess of the number of load steps of the preload."),
      integer("moment_steps", "6", 1, 1000, "First guess of the number of load steps of the moment."),
      number("tolerance", "-", "1e-6", 1e-12, 1e-2,
             "Relative residual at which a step counts as converged; inside a stage a settled step may end at 30 times "
             "it."),
  };
  static const std::vector<Key> keys = joined(joined(moment_keys, gravity_keys()), compression_keys());
  return keys;
}

const std::vector<Key> &gravity_keys()
{
  static const std::vector<Key> keys = {
      number(
          "body_mass_index", "kg/m2", "", 15, 50,
          "In the place of trunk_mass_kg and segment_mass_kg, which are then 26.5/70 and 2.4 % of the body mass; with "
          "stature_m."),
      number("stature_m", "m", "1.73", 1.2, 2.2, "Height of the person, for body_mass_index."),
      usual(5, 150,
            number("trunk_mass_kg", "kg", "26.5", 0, 200,
                   "Mass of head, arms and trunk above L1, with gravity; 26.5 is the 260 N of Rohlmann et al. 2006.")),
      usual(
          1, 200,
          number("trunk_offset_mm", "mm", "30", -100, 300,
                 "Horizontal distance of the trunk's centre of mass in front of the centre of L1 in the unloaded spine "
                 "(Rohlmann et al. 2006: 30).")),
      usual(
          1, 400,
          number("trunk_height_mm", "mm", "0", -100, 400,
                 "Height above the centre of L1 at which the trunk's weight acts; above 0 the trunk leans as L1 turns, "
                 "without a posture that is kept.")),
      usual(0.1, 10,
            number("segment_mass_kg", "kg", "1.7", 0, 20,
                   "Mass that each of L1 to L5 carries; 1.7 is 2.4 % of 70 kg (Pearsall et al. 1996).")),
      usual(
          1, 100,
          number("segment_offset_mm", "mm", "10", -100, 200,
                 "Horizontal distance of a segment's centre of mass in front of its vertebra's centre (Pearsall et al. "
                 "1996: 10).")),
      number("muscle_stress_MPa", "MPa", "0.46", 0.05, 3,
             "Largest force of a muscle over its physiological cross-section (Bogduk et al. 1992: 0.46; other authors "
             "up to 1)."),
      number(
          "muscle_stiffness", "-", "10", 0, 100,
          "Short-range stiffness of active muscle: q in q F / L of each fascicle (Bergmark 1989). Crisco and Panjabi "
          "1991: 0.5 to 42, mean 10; above 42 a warning. With too little of it the spine buckles."),
      number("co_contraction", "-", "0.017", 0, 0.5,
             "Share of its greatest force with which every fascicle pulls at least (Cholewicki et al. 1997: 1.7 % of "
             "flexors and extensors in upright standing); 0 for the least forces that balance."),
  };
  return keys;
}

const std::vector<Key> &compression_keys()
{
  static const std::vector<Key> keys = {
      usual(10, 8000,
            number("force_N", "N", "1000", 0, 10000,
                   "Compression along the disc's axis, the preload included; only with kind = \"compression\".", true)),
      usual(5, 8000,
            number("force_preload_N", "N", "0", 0, 10000,
                   "Compression that is applied before, from which the growth of all measures is counted; with kind = "
                   "\"compression\" or \"displacement\".")),
      usual(0.01, 4,
            number("displacement_mm", "mm", "0.5", 0, 5,
                   "Approach of the two ends after the preload; only with kind = \"displacement\".", true)),
      text("guide", "guided",
           "guided: the upper end moves along the axis only, as potted in a testing machine; free: it may tilt and "
           "shift under the dead load.",
           {"guided", "free"}),
      integer("force_steps", "10", 1, 1000, "Number of equal steps of the compression; each is measured."),
  };
  return keys;
}

const std::vector<Key> &solver_keys()
{
  static const std::vector<Key> keys = {
      text("linear", "two_level",
           "How the linear systems are solved: two_level uses that bone is nearly rigid between discs and factors the "
           "soft part alone; direct factors everything in double precision, several times slower. Both give the same "
           "figures (docs/linear-solver.md).",
           {"two_level", "direct"}),
  };
  return keys;
}

const std::vector<Key> &output_keys()
{
  static const std::vector<Key> keys = {
      boolean("fields", "true", "Write the fields of each run for ParaView."),
      boolean("screw_stiffness", "false",
              "Find the stiffness at the head of each screw at the end of the preload (screw_head_stiffness)."),
  };
  return keys;
}

const std::vector<Key> &variant_keys()
{
  static const std::vector<Key> keys = {
      required(text("name", "", "Name of the variant and of its folder: letters, digits, _ and -.")),
      text("extends", "base", "Variant (or base) whose complete study this one starts from."),
      boolean("reference", "false",
              "The variant against which changes are shown and whose rotation the hybrid protocol takes; at most one, "
              "otherwise the first."),
      list("remove", "[]", "Surgery objects (surgery.NAME) or dotted keys that this variant takes away.", {}),
  };
  return keys;
}

std::vector<TableDeclaration> table_declarations()
{
  return {
      {"study", false, "What the study is about.", study_keys()},
      {"spine", false, "The spine: a preset and single dimensions.", joined(spine_choice_keys(), spine_keys())},
      {"spine.single_disc", false, "A single disc between two plates; only with preset = \"calibration_disc\".",
       single_disc_keys()},
      {"spine.vertebra.L4", false, "Dimensions of one vertebra (L1 .. S1) that differ from the preset.",
       vertebra_keys()},
      {"spine.disc.L4-L5", false, "Dimensions of one disc (L1-L2 .. L5-S1) that differ from the preset.", disc_keys()},
      {"mesh", false, "The mesh.", mesh_keys()},
      {"materials", false,
       "Tissues: the name of a preset, or a table { preset = \"...\", constant = value } that overrides single "
       "constants of it.",
       tissue_keys()},
      {"ligaments", false, "The ligaments of all levels.", ligament_choice_keys()},
      {"ligaments.SSL", false, "One ligament (ALL, PLL, LF, CL, ISL, SSL, ITL) at all levels.", ligament_keys()},
      {"ligaments.level.L4-L5.SSL", false,
       "One ligament at one level (L1-L2 .. L5-S1); starts from the ligament's values for all levels.",
       ligament_keys()},
      {"facets", false, "Facet joints (docs/facets.md).", facet_keys()},
      {"loading", false, "Loads and protocol.", loading_keys()},
      {"solver", false, "How the equations are solved.", solver_keys()},
      {"output", false, "What is written beside the tables.", output_keys()},
      {"surgery.approach", true,
       "A surgical approach: stands for the removals, cuts and facetectomies of its kind, which the effective study "
       "lists; under "
       "gravity also for the damage to muscles.",
       approach_keys()},
      {"surgery.screw", true, "A pedicle screw.", screw_keys()},
      {"surgery.rod", true, "A rod between the heads of the screws of one side.", rod_keys()},
      {"surgery.dynamic", true, "Cord and spacer of a dynamic system between two neighbouring screws of one side.",
       dynamic_keys()},
      {"surgery.cage", true, "A graft or cage bonded in a disc.", cage_keys()},
      {"surgery.cement", true, "Cement in a vertebral body.", cement_keys()},
      {"surgery.ligament_cut", true, "A ligament that is cut or resected.", ligament_cut_keys()},
      {"surgery.removal", true, "A part that is removed before the mesh is made.", removal_keys()},
      {"surgery.facetectomy", true, "A facet joint that no longer touches; only with facets.contact = true.",
       facetectomy_keys()},
      {"surgery.muscle_cut", true, "Fascicles that are cut or weakened; only with kind = \"gravity\".",
       muscle_cut_keys()},
      {"variant", true,
       "A variant: a name and only the differences, as tables of the same names ([variant.loading], "
       "[[variant.surgery.screw]]).",
       variant_keys()},
  };
}

std::vector<std::string> top_tables()
{
  return {"study", "spine", "mesh", "materials", "ligaments", "facets", "loading", "solver", "output", "surgery"};
}
} // namespace lumbarfem
