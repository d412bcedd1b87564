/// Bodies that do not follow the cells of the mesh (cages and grafts in discs, cement in bone) and how they share the
/// points that compute.
#pragma once

#include "app/simulation/quadrature.h"
#include "app/simulation/screw_axis.h"
#include "cases/study.h"
#include "solver/element_kernel.h"
#include "solver/model.h"

namespace lumbarfem
{
/// One object of the surgery. A point belongs to it by the share of a small ball about the point that it covers; the
/// ball is as wide as the mean distance of the quadrature points (edge_mm), so that shares and volumes change smoothly
/// as a body moves.
struct ImplicitBody {
  std::string name;
  std::shared_ptr<const Law> law;
  double shear_modulus_MPa = 0;      ///< at small strain
  std::string material;              ///< preset and constants as text; bodies of one material make one body
  int priority = 0;                  ///< where bodies meet, the greater takes its share first
  std::vector<char> acts_in_region;  ///< flag per mesh region
  std::vector<SignedDistance> parts; ///< the body is their union
  double edge_mm = 0;
  double room_mm3 = 0;       ///< of the thread of a screw inside it, which counts in none of the volumes below
  double expected_mm3 = 0;   ///< asked for, or of its shape
  bool is_asked = false;     ///< the study gives the volume
  double integrated_mm3 = 0; ///< of its shares alone, by the quadrature that computes
  double held_mm3 = 0;       ///< the same after what takes its share first
  /// Cement that lies round other cement of its vertebra: takes its share after it, and its volumes are what it adds.
  bool is_fitted = false;
  Vector3 low = Vector3::Zero(), high = Vector3::Zero(); ///< box round the parts of cement
  std::optional<CementIdentity> cement;                  ///< where it lies in its vertebra

  double distance(const Vector3 &reference) const;
};

/// All bodies of a variant in the order in which they take their shares: by priority, then what is fitted after what it
/// is fitted round, then by size, then by name - never by the order in the study. What is removed is removed before
/// (its cells are gone or hold a void); then the bodies fill, each what those before it have left, the tissue (or the
/// void) keeps the rest.
///
/// Where one body alone has its edge the covered share of the ball is that of a half-space, 3 t^2 - 2 t^3 of the depth
/// t of the surface in it. Where several surfaces cross the ball it is sampled, each sample going to the first body
/// that holds it: shares never exceed one, two bodies that touch leave no seam, and bodies of one material inside one
/// another are what their union is.
class ImplicitRegions
{
public:
  ImplicitRegions() = default;
  /// Throws UserError when a body has no tissue to act in, two bodies of different material and equal priority occupy
  /// the same place, or a volume cannot be reached.
  /// @p more: bodies that depend on more than the surgery (cement of screws).
  ImplicitRegions(const Surgery &surgery, const SpineMesh &mesh, ElementType element,
                  const std::vector<ImplicitBody> &more = {});
  /// Of given bodies.
  ImplicitRegions(std::vector<ImplicitBody> bodies, const SpineMesh &mesh, ElementType element);
  /// A single body, unchecked.
  static ImplicitRegions alone(ImplicitBody body) { return unchecked({std::move(body)}); }
  /// Bodies in the order in which they take their shares.
  static ImplicitRegions unchecked(std::vector<ImplicitBody> bodies);

  const std::vector<ImplicitBody> &bodies() const { return bodies_; }
  /// Adds the fillings of a reference position in a region of the mesh.
  void fill(PointMaterial &material, int region, const Vector3 &reference) const;
  /// Volumes off by more than 2 %, footprints outside the disc, bodies inside one another.
  const std::vector<std::string> &warnings() const { return warnings_; }

private:
  void integrate_shares(const SpineMesh &mesh, ElementType element);
  void check_overlaps(const SpineMesh &mesh);
  void check_volumes();

  std::vector<ImplicitBody> bodies_;
  std::vector<std::string> warnings_;
};

/// Share of a ball of this diameter that lies behind a plane at this distance of its centre (negative inside).
double covered_share(double distance_mm, double diameter_mm);

/// The cage's footprint through the whole height of the disc between the bony endplates.
ImplicitBody make_cage(const Cage &cage, const SpineMesh &mesh, ElementType element);
/// Volume that the study asks for (mm3). Throws UserError when the mesh has no such vertebra.
double asked_mm3(const Cement &cement, const SpineMesh &mesh);
/// Ellipsoids about the middle of the vertebral body or given ones, in its cancellous core, scaled by root search until
/// the volume that the element's own points integrate is the one asked for. What lies in @p others of the same material
/// does not count: they hold it already. Throws UserError when the core cannot hold it, or when a quarter of given
/// ellipsoids would lie outside of it.
ImplicitBody make_cement(const Cement &cement, const SpineMesh &mesh, ElementType element,
                         const std::vector<ImplicitBody> &others = {});

/// Cement round the thread of a screw, in cancellous bone: all points within a radius of the last third of the thread
/// (fenestrated), or of all of it (solid), as far as it lies in the core. The thread's own room in it, which the mesh
/// fills too, counts as none of its volume. The radius follows as above. @p warnings: what the shell cuts off. Throws
/// UserError when the thread does not reach the core or more than a quarter of the region would lie outside of it.
ImplicitBody make_screw_cement(const Screw &screw, const ScrewAxis &axis, const SpineMesh &mesh, ElementType element,
                               std::vector<std::string> &warnings);

/// Text when more than 2 % of the cage's footprint lies outside the disc, else empty.
std::string footprint_warning(const Cage &cage, const SpineMesh &mesh);

/// Flags of the cells that a cage reaches in a disc whose tissue is removed there: they must stay in the mesh, or the
/// cage would have a hole. The same for every element.
std::vector<char> cells_reached(const std::vector<Cage> &cages, const SpineMesh &mesh);
} // namespace lumbarfem
