/// A complete mechanical model of one variant: mesh, field, contributions, system.
#pragma once

#include "meshes/anatomy.h"
#include "solver/body_motion.h"
#include "solver/contribution.h"
#include "solver/equilibrium_solver.h"

#include <optional>

namespace lumbarfem
{
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
  };
  std::vector<ImplicitVolume> implicit_volumes;
  std::vector<std::string> warnings; ///< of building
};
} // namespace lumbarfem
