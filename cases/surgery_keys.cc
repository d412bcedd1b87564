#include "base/anatomy.h"
#include "cases/approaches.h"
#include "cases/key_makers.h"
#include "cases/study_keys.h"
#include "meshes/muscle_fascicles.h"
#include "meshes/part_removal.h"
#include "meshes/spine_geometry.h"

namespace lumbarfem
{
using namespace keys;

const std::vector<Key> &screw_keys()
{
  static const std::vector<Key> keys = {
      object_name(),
      level("level", "Vertebra that holds the screw."),
      side(),
      number("diameter_mm", "mm", "6.5", 3, 10, "Outer diameter of the thread."),
      number("length_mm", "mm", "45", 20, 80,
             "Length of the thread from the head's seat to the tip; not given, 35 on a cortical bone trajectory."),
      number("head_offset_mm", "mm", "20", 5, 50,
             "Distance of the head behind the centre of the pedicle, along the path; on a free path behind the entry "
             "point, not given 5."),
      usual(1, 5000,
            number("bone_stiffness_N_per_mm3", "N/mm3", "100", 0, 10000,
                   "Bedding of the thread in bone: force per area of the thread and displacement; with bedding = "
                   "\"constant\".",
                   true)),
      text("material", "titanium", "Preset or table of an implant's material."),
      text(
          "path", "pedicle_axis",
          "Axis of the pedicle; the cortical bone trajectory, from below and inside through the isthmus of the pedicle "
          "(Matsukawa et al. 2013); or free, by entry point and angles (docs/screws.md).",
          {"pedicle_axis", "cortical_bone_trajectory", "free"}),
      number("convergence_angle_deg", "deg", "", -60, 60,
             "Angle of the path to the sagittal plane of the vertebra, more than 0 with the tip towards the midline; "
             "needed for a free path, not given -8.8 on a cortical bone trajectory (Matsukawa et al. 2013)."),
      number(
          "cranial_angle_deg", "deg", "", -60, 60,
          "Angle of the path to the horizontal plane of the vertebra, more than 0 with the tip upwards; needed for a "
          "free path, not given 25.9 on a cortical bone trajectory (Matsukawa et al. 2013)."),
      number("entry_lateral_mm", "mm", "", -10, 60,
             "Entry point of a free path: distance from the sagittal plane, to the side of the screw."),
      number(
          "entry_posterior_mm", "mm", "", -40, 90,
          "Entry point of a free path: behind the middle between the centres of the endplates (S1: behind the centre "
          "of its endplate)."),
      number("entry_superior_mm", "mm", "", -40, 40, "Entry point of a free path: above the same point."),
      text("bedding", "constant",
           "constant: bone_stiffness_N_per_mm3 everywhere; from_bone: of the modulus of bone and cement along the "
           "thread (docs/screws.md).",
           {"constant", "from_bone"}),
      usual(1, 10,
            number("bedding_layer_mm", "mm", "3", 0.2, 20,
                   "Thickness of the ring of bone round the thread that a bedding from_bone stands for.")),
      number("bedding_factor", "-", "1", 0, 1,
             "Of the bedding, whichever it is; below 1 for a loosened screw. A screw that nothing holds is none: leave "
             "it out.",
             true),
      usual(0.2, 5,
            number("cement_mL", "mL", "0", 0, 10,
                   "Cement round the thread in cancellous bone, the room of the thread not counted; 0 for none.")),
      text("cement_kind", "fenestrated",
           "fenestrated: the cement leaves through the last third of the thread and lies round it; solid: it was "
           "injected before and lies along all of the thread in cancellous bone.",
           {"fenestrated", "solid"}),
      text("cement_material", "bone_cement_composite", "Preset or table of the cement's material."),
  };
  return keys;
}

const std::vector<Key> &approach_keys()
{
  static const std::vector<Key> keys = {
      object_name(),
      required(text("kind", "", "Way to the disc and what it takes away (docs/surgery.md).", approach_names())),
      required(text("disc", "", "Disc that is operated on.", disc_names())),
      text("side", "left", "Side of the patient, where the approach has one.", {"left", "right"}),
      list("keep", "[]", "Objects of the approach that are left in place, such as \"SSL\".", {}),
  };
  return keys;
}

const std::vector<Key> &rod_keys()
{
  static const std::vector<Key> keys = {
      object_name(),
      side(),
      level("upper", "Vertebra of the uppermost screw that the rod joins."),
      level("lower", "Vertebra of the lowest screw that the rod joins."),
      number("diameter_mm", "mm", "5.5", 2, 10, "Diameter of the rod."),
      text("material", "titanium", "Preset or table of an implant's material."),
  };
  return keys;
}

const std::vector<Key> &dynamic_keys()
{
  static const std::vector<Key> keys = {
      object_name(),
      side(),
      level("upper", "Vertebra of the upper screw."),
      level("lower", "Vertebra of the lower screw, the next one below."),
      usual(
          5, 1500,
          number("cord_pretension_N", "N", "300", 0, 2000, "Tension of the cord against the spacer at installation.")),
      required(usual(5, 20000,
                     number("cord_stiffness_N_per_mm", "N/mm", "", 0, 100000,
                            "Axial stiffness E A / L of the cord between the screw heads.", true))),
      required(usual(5, 20000,
                     number("spacer_stiffness_N_per_mm", "N/mm", "", 0, 100000,
                            "Axial stiffness E A / L of the spacer between the screw heads.", true))),
      usual(0.05, 5,
            number("spacer_offset_mm", "mm", "0", -5, 5,
                   "Length of the spacer beyond the distance of the heads; more than 0 distracts.")),
  };
  return keys;
}

const std::vector<Key> &cage_keys()
{
  static const std::vector<Key> keys = {
      object_name(),
      required(text("disc", "", "Disc in which the graft or cage is bonded between the bony endplates.", disc_names())),
      text("shape", "ellipse", "Outline of the footprint.", {"ellipse", "box"}),
      required(usual(6, 70, number("width_mm", "mm", "", 0, 80, "Width of the footprint, left to right.", true))),
      required(usual(6, 55, number("depth_mm", "mm", "", 0, 60, "Depth of the footprint, front to back.", true))),
      usual(
          0.1, 30,
          number("offset_lateral_mm", "mm", "0", -30, 30, "Centre of the footprint to the left of the disc's centre.")),
      usual(0.1, 30,
            number("offset_posterior_mm", "mm", "0", -30, 30, "Centre of the footprint behind the disc's centre.")),
      integer("priority", "0", 0, 9,
              "Of two that overlap the one with the greater holds the place: a graft in a cage. Overlaps of different "
              "material and equal priority are refused."),
      text("material", "bone_graft", "Preset or table of an implant's material."),
  };
  return keys;
}

const std::vector<Key> &cement_keys()
{
  static const std::vector<Key> keys = {
      object_name(),
      level("level", "Vertebra that is filled."),
      text(
          "pattern", "central",
          "Where the cement lies in the body: in its middle, on one side or both, as one body across the midline, as a "
          "ball, or in given ellipsoids (docs/surgery.md).",
          {"central", "left", "right", "bilateral", "crossing", "clumped", "ellipsoids"}),
      number_rows("ellipsoids_mm", "mm", -60, 60,
                  "Of pattern = \"ellipsoids\", six numbers each: centre to the left, backward and upward in the "
                  "vertebra's frame, and the semi-axes in these directions, which one factor fits to the volume."),
      usual(0.05, 20,
            number("volume_mL", "mL", "", 0, 50, "Volume of the cement; give either this or volume_percent.", true)),
      usual(0.5, 90,
            number("volume_percent", "%", "", 0, 90,
                   "Volume of the cement as percentage of the volume of percent_of, before any fracture; give either "
                   "this or volume_mL.",
                   true)),
      text(
          "percent_of", "core",
          "What volume_percent is of: core, inside the shell and the bony endplates; or body, the whole vertebral body "
          "with shell and endplates and without the arch, which published percentages mean.",
          {"core", "body"}),
      text("material", "bone_cement_composite", "Preset or table of an implant's material."),
  };
  return keys;
}

const std::vector<Key> &ligament_cut_keys()
{
  static const std::vector<Key> keys = {
      object_name(),
      required(text("level", "", "Segment whose ligament is cut.", disc_names())),
      required(text("ligament", "", "Ligament that is cut.", ligament_names())),
      text("side", "both", "The whole ligament, or the strands of one side; ISL and SSL have no sides.",
           {"both", "left", "right"}),
  };
  return keys;
}

const std::vector<Key> &muscle_cut_keys()
{
  static const std::vector<Key> keys = {
      object_name(),
      required(text("muscle", "", "Muscle that is cut.", muscle_names())),
      text("level", "all", "Vertebra (or thorax) at which the fascicles that are cut begin, or all.",
           {"all", "thorax", "L1", "L2", "L3", "L4", "L5"}),
      text("side", "both", "Side of the patient.", {"both", "left", "right"}),
      number("remaining_share", "-", "0", 0, 1,
             "Share of the cross-section that is left; its largest force falls with it."),
  };
  return keys;
}

const std::vector<Key> &facetectomy_keys()
{
  static const std::vector<Key> keys = {
      object_name(),
      required(text("joint", "", "Facet joint whose contact is taken away, named as the disc between its vertebrae.",
                    disc_names())),
      text("side", "both", "Side of the patient.", {"left", "right", "both"}),
  };
  return keys;
}

const std::vector<Key> &removal_keys()
{
  static const std::vector<Key> keys = {
      object_name(),
      required(text("part", "",
                    "What is taken away: a part of the posterior elements (\"L4.lamina_left\", \"L4.lamina\" for both "
                    "sides, \"L4.posterior_elements\"), a nucleus (\"L4-L5.nucleus\"), or a window in an annulus "
                    "(\"L4-L5.annulus\"). Facet contact and ligaments go with the bone that carries them.",
                    removable_parts(spine_preset("male_subject").levels))),
      number("window_centre_deg", "deg", "180", 0, 360,
             "Middle of the window: 0 anterior, 90 left, 180 posterior, 270 right."),
      number("window_width_deg", "deg", "", 5, 180, "Width of the window; needed for an annulus."),
      number("window_height_share", "-", "1", 0.1, 1, "Height of the window over the disc's, about the middle."),
  };
  return keys;
}
} // namespace lumbarfem
