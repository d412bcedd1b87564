/// What a study is: plain values, checked, complete. One Study is the effective study of one variant.
#pragma once

#include "base/anatomy.h"
#include "materials/tissue_library.h"
#include "meshes/part_removal.h"
#include "meshes/spine_geometry.h"

#include <array>
#include <optional>

namespace lumbarfem
{
struct TissueChoice {
  std::string preset;
  LawParameters overrides;
};

/// What differs from the set for one ligament, at all levels or at one.
struct LigamentOverride {
  double stiffness_factor = 1; ///< of the force at a given strain; 0 leaves the ligament out
  std::optional<double> reference_strain;
};

struct LigamentChoice {
  std::string set = "none";                          ///< of the ligament library, or "none"
  std::map<std::string, LigamentOverride> overrides; ///< "SSL", or "L4-L5.SSL", which goes before
  LigamentOverride override_of(Level upper, const std::string &ligament) const;
};

/// How a screw runs through its vertebra (cases/screw_line.h).
enum class ScrewPath { pedicle_axis, cortical_bone_trajectory, free };
/// As studies name it.
inline std::string name(ScrewPath path)
{
  const char *const names[] = {"pedicle_axis", "cortical_bone_trajectory", "free"};
  return names[static_cast<int>(path)];
}

/// Head behind the bone, tip in the body.
struct Screw {
  std::string name;
  Level level;
  bool left;
  double diameter_mm, length_mm;   ///< length: thread from the head's seat to the tip
  double head_offset_mm;           ///< head behind the centre of the pedicle, on a free path behind the entry point
  double bone_stiffness_N_per_mm3; ///< bedding: force per area of thread and displacement
  TissueChoice material;
  ScrewPath path = ScrewPath::pedicle_axis;
  /// Not of the pedicle's axis: tip towards the midline and upwards (degrees).
  double convergence_angle_deg = 0, cranial_angle_deg = 0;
  /// Of a free path: to the side of the screw, backward and upward from the origin of the vertebra's frame.
  double entry_lateral_mm = 0, entry_posterior_mm = 0, entry_superior_mm = 0;
  bool is_bedded_by_bone = false; ///< the bedding follows the bone round the thread
  double bedding_layer_mm = 3;    ///< ring of bone round the thread that such a bedding stands for
  double bedding_factor = 1;      ///< of the bedding; below 1: a loosened screw
  double cement_mL = 0;           ///< round the thread in the body
  bool is_fenestrated = true;     ///< the cement leaves through the last third of the thread; else lies along all of it
  TissueChoice cement_material;
};

/// A rod joins the heads of the screws of one side over consecutive levels, from cranial to caudal.
struct Rod {
  std::string name;
  bool left;
  Level upper, lower;
  double diameter_mm;
  TissueChoice material;
};

/// Cord and spacer of a dynamic system between the heads of two neighbouring screws of one side.
struct DynamicLink {
  std::string name;
  bool left;
  Level upper, lower;
  double cord_pretension_N, cord_stiffness_N_per_mm, spacer_stiffness_N_per_mm;
  double spacer_offset_mm; ///< > 0 distracts
};

/// Graft or cage bonded in a disc: fills its footprint between the bony endplates, in place of tissue or of what was
/// removed.
struct Cage {
  std::string name;
  Level disc;                                    ///< upper level
  bool box;                                      ///< else ellipse
  double width_mm, depth_mm;                     ///< footprint (left-right, front-back)
  double offset_lateral_mm, offset_posterior_mm; ///< centre of the footprint from the disc's centre
  int priority = 0;                              ///< of two that overlap the one with the greater holds the place
  TissueChoice material;
};

enum class CementPattern { central, left, right, bilateral, crossing, clumped, ellipsoids };
/// As studies name it.
inline std::string name(CementPattern pattern)
{
  const char *const names[] = {"central", "left", "right", "bilateral", "crossing", "clumped", "ellipsoids"};
  return names[static_cast<int>(pattern)];
}
/// Several in one vertebra hold their volumes together.
struct Cement {
  std::string name;
  Level level;
  CementPattern pattern;
  double volume_mL;      ///< > 0, or
  double volume_percent; ///< of core or body; exactly one of the two is given (other is -1)
  TissueChoice material;
  /// Of the whole vertebral body (core, shell and endplates) and not of the core inside them.
  bool is_percent_of_body = false;
  /// Of pattern ellipsoids: centre and semi-axes to the left, backward and upward in the vertebra's frame (mm); the
  /// volume decides about the common factor of the semi-axes.
  std::vector<std::array<double, 6>> ellipsoids_mm = {};
};

struct LigamentCut {
  std::string name;
  Level disc; ///< upper level
  std::string ligament;
  std::string side; ///< "left", "right", "both"
};

/// Takes the contact of a facet joint away, on one side or both.
struct Facetectomy {
  std::string name;
  Level joint; ///< upper level
  bool left, right;
};

/// What a surgeon leaves of a muscle's cross-section.
struct MuscleCut {
  std::string name;
  std::string muscle;
  std::string level; ///< of the origin: "L1" .. "L5", "thorax", or "all"
  std::string side;  ///< "left", "right", "both"
  double remaining_share;
};

struct NamedRemoval : PartRemoval {
  std::string name;
};

struct Surgery {
  std::vector<Screw> screws;
  std::vector<Rod> rods;
  std::vector<DynamicLink> links;
  std::vector<Cage> cages;
  std::vector<Cement> cements;
  std::vector<LigamentCut> ligament_cuts;
  std::vector<Facetectomy> facetectomies;
  std::vector<MuscleCut> muscle_cuts;
  std::vector<NamedRemoval> removals;
  /// The parts alone.
  std::vector<PartRemoval> removed_parts() const { return {removals.begin(), removals.end()}; }
};

/// Contact of the facet joints.
struct Facets {
  bool contact;
  double gap_mm;                ///< between the cartilage surfaces of each joint, unloaded
  double cartilage_modulus_MPa; ///< confined (aggregate) modulus
  double layer_thickness_mm;    ///< of each of the two layers
  double onset_mm;              ///< half the range of overclosure over which the pressure begins
};

enum class Protocol { load_control, hybrid };
/// As studies and tables name it.
inline std::string name(Protocol protocol) { return protocol == Protocol::hybrid ? "hybrid" : "load_control"; }

/// Weights, and the muscles that balance them.
struct Gravity {
  double trunk_mass_kg = 0, trunk_offset_mm = 0, trunk_height_mm = 0; ///< from the centre of L1: anterior, superior
  double segment_mass_kg = 0, segment_offset_mm = 0;                  ///< at each of L1 .. L5, anterior of its centre
  double muscle_stress_MPa = 0;
  double muscle_stiffness = 0; ///< q of the stiffness q F / L
  double co_contraction = 0;   ///< share of its greatest force with which every fascicle pulls at least
};

struct Loading {
  std::string kind; ///< "follower_load" (with moment), "pure_moment", "gravity", "compression", "displacement"
  double follower_load_N = 0;
  double moment_Nm = 0;
  std::vector<Direction> directions;
  std::vector<Protocol> protocols;
  int preload_steps = 3, moment_steps = 6; ///< first guess; the solver cuts and grows
  double tolerance = 1e-6;                 ///< relative residual
  /// Compression of one disc or segment along the disc's axis: the force, or the approach after the preload.
  double force_N = 0, force_preload_N = 0, displacement_mm = 0;
  bool is_guided = true; ///< the upper end neither tilts nor shifts
  int force_steps = 10;
  Gravity gravity;
  /// Size of all loads together as a force; moments count at 20 mm, the radius of a vertebra.
  double whole_load_N() const
  {
    const double weights_N = kind == "gravity" ? 9.81 * (gravity.trunk_mass_kg + 5 * gravity.segment_mass_kg) : 0.;
    return follower_load_N + weights_N + (is_compression() ? force_preload_N + force_N : 0.) + 1000 * moment_Nm / 20;
  }
  bool is_compression() const { return kind == "compression" || kind == "displacement"; }
};

struct Study {
  std::string file, title, question, expected, citation;
  std::vector<std::string> claims; ///< published findings to be set beside the results (base/claims.h)
  std::string variant;
  bool reference = false; ///< the variant against which changes are shown and whose rotation the hybrid protocol takes
  std::string spine_preset;
  SpineGeometry geometry;
  std::optional<double> pelvic_incidence_deg; ///< reported with the posture; moves nothing
  MeshResolution resolution;
  std::string mesh_file;   ///< of a saved mesh; empty: a new one is made
  std::string element;     ///< "q2p1" or "q1p0"
  bool rigid_bone = false; ///< each vertebra a rigid body
  /// by tissue: cortical, cancellous, bony_endplate, cartilage_endplate, annulus, nucleus, posterior_elements, plate
  std::map<std::string, TissueChoice> materials;
  std::map<std::string, TissueChoice> level_materials; ///< "L3.cancellous" -> choice; goes before `materials`
  LigamentChoice ligaments;
  Facets facets{};
  Surgery surgery;
  Loading loading;
  bool two_level_solver = true; ///< else the whole matrix is factored
  bool write_fields = true;
  bool measure_screw_stiffness = false; ///< of each head, at the end of the preload
  std::string effective_toml;           ///< the complete study of this variant as TOML
  std::vector<std::string> warnings;    ///< of values that are allowed and unusual
};

/// A study file: all variants in the order of the file.
struct StudyFile {
  std::string path;
  std::string text; ///< of the file, without a byte-order mark
  std::vector<Study> variants;
  const Study &reference() const;
};
} // namespace lumbarfem
