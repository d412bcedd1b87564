/// Ties a surface of one part of the mesh to another part without matching nodes.
#pragma once

#include "solver/contribution.h"

#include <memory>

namespace lumbarfem
{
/// Energy k/2 * integral over the surface (reference area) of |u_surface - u_host|^2: the surface keeps its place
/// relative to the material points of the host that lie there in the reference. Quadratic in the displacements, so that
/// residual and tangent are exact; a common rigid motion carries both alike and costs nothing.
class SurfaceTie : public Contribution
{
public:
  /// A quadrature point of the surface, the same point of the host, and stiffness per area times weight.
  struct Point {
    AttachedPoint surface, host;
    double stiffness_N_per_mm;
  };
  SurfaceTie(std::string name, std::vector<Point> points);
  const std::vector<Point> &points() const { return points_; }
  std::string energy_group() const override { return "pedicle_ties"; }

  std::vector<std::vector<int>> couplings() const override;
  void assemble(const State &state, AssemblySink &sink, bool tangent) const override;
  double energy(const State &state) const override;
  bool is_inside_bone() const override { return true; }
  /// Sum of the forces on the host (N).
  Vector3 force_on_host(const State &state) const;
  /// Largest distance between a point of the surface and its place in the host (mm).
  double largest_opening(const State &state) const;

private:
  std::vector<Point> points_;
};

/// Ties @p faces to the cells @p hosts. @p stiffness_N_per_mm3: force per area and opening. Throws UserError when a
/// point of the surface lies further than @p tolerance_mm outside the hosts; nearer points go with the nearest cell.
std::unique_ptr<SurfaceTie> tie_surface(const std::string &name, const SpineMesh &mesh, const Discretization &field,
                                        const std::vector<CellFace> &faces, const std::vector<int> &hosts,
                                        double stiffness_N_per_mm3, double tolerance_mm);
} // namespace lumbarfem
