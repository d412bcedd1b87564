/// A complete mechanical model of one variant: mesh, field, contributions, system.
#pragma once

#include "solver/axial_load.h"
#include "solver/beam.h"
#include "solver/body_motion.h"
#include "solver/cord_and_spacer.h"
#include "solver/equilibrium_solver.h"
#include "solver/facet_contact.h"
#include "solver/follower_load.h"
#include "solver/ligaments.h"
#include "solver/pure_moment.h"
#include "solver/surface_tie.h"

namespace lumbarfem
{
class DeadForces;
class Muscles;

struct Model {
  SpineMesh mesh;
  Discretization field;
  std::unique_ptr<SolidField> solid;
  std::vector<std::unique_ptr<Contribution>> contributions;
  std::unique_ptr<GlobalSystem> system;
  std::unique_ptr<BodyMotion> body_motion;
  bool rigid_bone = false; ///< each vertebra a rigid body: nothing can be measured in bone

  /// Handles into contributions; null or empty when absent.
  FollowerLoad *follower_load = nullptr;
  PureMoment *moment = nullptr;
  AxialLoad *axial_load = nullptr;   ///< compression of a single disc or segment
  BeamStructure *implants = nullptr; ///< screws and rods
  std::vector<ScrewBedding *> beddings;
  std::vector<CordAndSpacer *> links;
  std::vector<SurfaceTie *> ties; ///< of the arches to the bodies
  Ligaments *ligaments = nullptr;
  DeadForces *weights = nullptr; ///< of trunk and segments; together with muscles
  Muscles *muscles = nullptr;

  /// Whether something is stressed before any load (step 0).
  bool has_pretension() const { return (ligaments && ligaments->has_pretension()) || !links.empty(); }
  /// Share 0 .. 1 of all pre-tensions.
  void set_installation(double factor)
  {
    for (CordAndSpacer *link : links)
      link->set_installation(factor);
    if (ligaments)
      ligaments->set_installation(factor);
  }
  std::vector<FacetContact *> facets; ///< joints that touch, left before right, from cranial to caudal

  /// Nodes of each vertebral body without its endplates, in the order of mesh.vertebrae (for motion).
  std::vector<std::vector<int>> body_nodes;
  /// Volumes of the bodies that do not follow the cells (cages, grafts, cement). PointMaterial's fillings count in this
  /// order.
  struct ImplicitVolume {
    std::string name;
    bool is_asked;         ///< the study gives the volume, else the shape does
    double expected_mm3;   ///< asked for, or of the shape
    double integrated_mm3; ///< of the body alone, by the quadrature that computes
    double held_mm3;       ///< the same without what a body of higher priority holds
  };
  std::vector<ImplicitVolume> implicit_volumes;
  std::vector<std::string> warnings; ///< of building
};
} // namespace lumbarfem
