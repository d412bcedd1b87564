/// The muscles that balance the trunk, as fascicles between bones.
#pragma once

#include "meshes/spine_geometry.h"
#include "meshes/spine_mesh.h"

namespace lumbarfem
{
/// A point of a fascicle: on a vertebra, on the pelvis (fixed) or on the thorax (goes with L1).
struct MusclePoint {
  std::string place; ///< "L3.spinous_process", "pelvis.pubic_crest", "thorax.rib_angles"
  Level level;       ///< vertebra that moves it; S1 for the pelvis
  bool is_pelvis = false, is_thorax = false;
  Vector3 point = Vector3::Zero(); ///< in space, in the unloaded spine
};

struct MuscleFascicle {
  std::string muscle;            ///< "multifidus"
  std::string side;              ///< "left", "right"
  std::vector<MusclePoint> path; ///< origin, points through which it glides, insertion; from cranial to caudal
  double area_mm2;               ///< physiological cross-section
  const MusclePoint &origin() const { return path.front(); }
  const MusclePoint &insertion() const { return path.back(); }
};

/// longissimus, iliocostalis, multifidus, psoas, quadratus_lumborum, rectus_abdominis, external_oblique,
/// internal_oblique.
const std::vector<std::string> &muscle_names();
/// All fascicles of both sides on a spine of the given dimensions; the mesh holds L1 to S1.
std::vector<MuscleFascicle> muscle_fascicles(const SpineGeometry &geometry, const SpineMesh &mesh);
} // namespace lumbarfem
