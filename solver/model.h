/// A complete mechanical model of one variant: mesh, field, contributions, system.
#pragma once

#include "meshes/anatomy.h"
#include "solver/body_motion.h"
#include "solver/contribution.h"
#include "solver/equilibrium_solver.h"

#include <optional>

namespace lumbarfem
{
/// What tells patterns of cement apart, of one body: its shape with sharp edges in the curved core, not its shares of
/// the quadrature. Directions are those of the vertebra's frame.
struct CementIdentity {
  Level level;
  double percent_of_body = 0;             ///< volume asked for, of the whole vertebral body: core, shell and endplates
  double percent_of_core = 0;             ///< the same, of what lies inside shell and endplates
  double share_left = 0, share_right = 0; ///< of its volume, on either side of the mid-sagittal plane
  Vector3 centroid_mm = Vector3::Zero();  ///< to the left, backward and upward of the frame's origin
  struct Contact {
    double area_mm2 = 0; ///< of the core's boundary with the bony endplate that the cement touches
    double share = 0;    ///< of that boundary
  };
  std::map<std::string, Contact> contact; ///< "superior_endplate", "inferior_endplate", those that the vertebra has
  double clipped_mm3 = 0;                 ///< of its shape, beyond the core (shell, endplates)
};

struct Model {
  SpineMesh mesh;
  Anatomy anatomy;
  Discretization field;
  std::unique_ptr<SolidField> solid;
  Contributions contributions;
  std::unique_ptr<GlobalSystem> system;
  std::unique_ptr<BodyMotion> body_motion;
  std::optional<double> pelvic_incidence_deg; ///< of the patient, where the study gives it
  bool rigid_bone = false;                    ///< each vertebra a rigid body: nothing can be measured in bone

  /// The contribution of a kind, null when there is none.
  template <class Kind>
  Kind *find() const
  {
    return lumbarfem::find<Kind>(contributions);
  }
  /// The contribution of a kind that the model is known to have.
  template <class Kind>
  Kind &get() const
  {
    Kind *const found = find<Kind>();
    if (!found)
      throw std::logic_error("the model has no such contribution");
    return *found;
  }
  /// All of a kind, from cranial to caudal and left before right where there is one at each place.
  template <class Kind>
  std::vector<Kind *> all() const
  {
    return all_of<Kind>(contributions);
  }
  /// Adds a contribution and returns it.
  template <class Kind>
  Kind &add(std::unique_ptr<Kind> contribution)
  {
    Kind &added = *contribution;
    contributions.push_back(std::move(contribution));
    return added;
  }

  /// Whether something is stressed before any load (step 0).
  bool has_pretension() const;
  /// Share 0 .. 1 of all pre-tensions.
  void set_installation(double factor);

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
    std::optional<CementIdentity> cement = {};
  };
  std::vector<ImplicitVolume> implicit_volumes;
  std::vector<std::string> warnings; ///< of building
};
} // namespace lumbarfem
