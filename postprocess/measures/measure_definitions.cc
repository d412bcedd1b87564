#include "postprocess/measures/measure_definitions.h"

#include "base/digest.h"

namespace lumbarfem
{
const std::vector<MeasureDefinition> &measure_definitions()
{
  static const std::vector<MeasureDefinition> definitions = {
      {"applied_moment", "Nm", "couple on the uppermost vertebra"},
      {"follower_load", "N", "sum of the strands' tensions"},
      {"implicit_volume", "mm3",
       "volume of a cage, graft or cement: integrated by the quadrature, held of it, asked for or of its shape"},
      {"cement_share", "%", "volume of cement that the study asks for, of the whole vertebral body or of its core"},
      {"cement_side_share", "-",
       "share of the volume of a cement's shape in the core on a side of the mid-sagittal plane"},
      {"cement_centroid", "mm", "centroid of a cement's shape in the core, in the frame of its vertebra"},
      {"cement_contact", "mm2 -", "boundary of core and bony endplate that a cement's shape covers, and share of it"},
      {"cement_clipped", "mm3", "volume of a cement's shape beyond the core"},
      {"axial_force", "N", "compression along the disc's axis"},
      {"axial_displacement", "mm", "mean approach of the loaded nodes against the disc's axis"},
      {"guide_force", "N", "what a guided end takes up across the axis"},
      {"guide_moment", "Nm", "what a guided end takes up against tilting"},
      {"rom", "deg", "rotation of the upper relative to the lower vertebra since the end of the preload"},
      {"laxity", "deg", "rom at 1 Nm"},
      {"lost_motion", "deg -", "sums over the levels whose rom falls and rises against the reference, and closure"},
      {"preload_rotation", "deg", "rotation from the end of the installation to the end of the preload"},
      {"installation_rotation", "deg", "rotation from the stress-free mesh to the end of the installation"},
      {"height_change", "mm", "growth of the distance of the endplates' centres along the lower one's normal"},
      {"sagittal_angle", "deg",
       "lordosis of segments, discs and the whole, sacral slope, pelvic tilt: inclinations in the sagittal plane"},
      {"sagittal_offset", "mm", "trunk's centre of mass in front of the posterior corner of S1"},
      {"idp", "MPa",
       "mean of -tr(sigma)/3 over the current volume of what is left of the nucleus, or over a needle of 3 mm"},
      {"tissue_left", "-", "share of the nucleus' reference volume that neither cage nor graft holds"},
      {"principal_stretch", "-", "least and largest over the quadrature points of a tissue at a level"},
      {"deviatoric_ratio", "-", "volume mean of the von Mises stress of the nucleus over its pressure"},
      {"disc_area", "mm2", "area of the disc at mid-height, reference configuration"},
      {"idp_factor", "-", "pressure times area over axial compression"},
      {"annulus_stress", "MPa", "Cauchy stress in the middle half of the annulus' height, weighted by volume"},
      {"disc_bulge", "mm", "displacement of the outer surface away from the disc's axis"},
      {"endplate_stress", "MPa", "traction and von Mises stress of the bony endplates, weighted by area"},
      {"endplate_strain", "-", "principal logarithmic strains of the bony endplates, and their area beyond yield"},
      {"endplate_deflection", "mm", "displacement of an endplate into its vertebra relative to its rim"},
      {"section_force", "N", "axial and shear force in screws and rods"},
      {"section_moment", "Nm", "bending and torsion in screws and rods"},
      {"implant_stress", "MPa", "|N|/A + M r/I"},
      {"link_force", "N", "cord, spacer, and cord minus spacer"},
      {"screw_bone_stress", "MPa", "von Mises stress of the bone 1 to 3 mm from a screw's surface"},
      {"screw_bone_force", "N", "force of a screw on the bone"},
      {"screw_contact", "mm2", "area of a screw's thread by the tissue that it lies in"},
      {"screw_bedding", "N/mm",
       "stiffness of a screw's bedding against a shift of the whole screw in bone that is rigid"},
      {"screw_head_stiffness", "N/mm",
       "force on a screw's head over its displacement relative to its vertebra's body, at the tangent"},
      {"ligament_force", "N", "sum of the tensions of its strands"},
      {"ligament_strain", "-", "largest growth over the slack length of its strands"},
      {"ligament_energy", "mJ", "stored in its strands"},
      {"ligament_length", "mm", "mean length of its strands in the stress-free mesh"},
      {"ligament_attachment", "mm", "largest distance of its strands' ends from the nearest bone of the mesh"},
      {"weight", "N", "weights of trunk and segments"},
      {"muscle_force", "N", "sum of the forces of its fascicles"},
      {"muscle_stress", "MPa", "largest force of a fascicle over its cross-section"},
      {"muscle_fascicles_at_limit", "-", "number of fascicles that pull with their greatest force"},
      {"muscle_residual_moment", "Nm", "of weights and muscles about the disc's current centre, on the part above"},
      {"base_reaction", "N", "vertical force of the sacrum on the spine"},
      {"base_residual", "N Nm", "what reactions at the base, weights and pulls from the pelvis leave"},
      {"facet_force", "N", "force on the upper vertebra"},
      {"facet_direction", "-", "direction of the facet force"},
      {"facet_centre", "mm", "centre of pressure, current"},
      {"facet_moment", "Nm", "moment of the facet force about the disc's current centre, on the part above"},
      {"facet_area", "mm2", "area of the inferior facet with a pressure above 0.01 MPa"},
      {"facet_pressure", "MPa", "mean over the contact area, and the largest of the facet's points"},
      {"facet_gap", "mm", "distance of the cartilage surfaces where the facets face each other"},
      {"cut_force", "N", "nodal forces of the disc's own cells on the vertebra above, axial part and shear"},
      {"cut_moment", "Nm", "moment of these forces about the disc's current centre"},
      {"cut_residual", "N Nm -", "difference to the loads above the cut"},
      {"endplate_patch_stress", "MPa",
       "means over tissue-fixed discs of 5 mm through the endplate's thickness, over discs"},
      {"load_share", "N Nm", "what each carrier passes down across a disc's level, and each load on the part above it"},
      {"strain_energy", "mJ", "stored energy by tissue and in total"},
      {"external_work", "mJ", "work of all loads since the installation, trapezoidal rule over the load steps"}};
  return definitions;
}

std::string measure_hash(const std::vector<MeasureDefinition> &list, int version)
{
  std::string text = "measures, version " + std::to_string(version) + "\n";
  for (const MeasureDefinition &definition : list)
    text += definition.quantity + " [" + definition.units + "] " + definition.sentence + "\n";
  return sha256(text);
}
} // namespace lumbarfem
