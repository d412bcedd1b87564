/// Muscles as fascicles that pull with given forces and resist a change of length.
#pragma once

#include "solver/contribution.h"

namespace lumbarfem
{
/// Energy sum F (l + q (l - L)^2 / (2 L)) with l the length of a fascicle's path: the pull is F at the length L and
/// grows with the short-range stiffness q F / L of active muscle (Bergmark 1989, Acta Orthop Scand Suppl 230), which
/// holds the spine: with constant pulls it buckles. F and L are set from outside. A path glides without friction
/// through the points between its ends. Residual and tangent are the exact derivatives; the tangent is symmetric. The
/// pull is linear in l, so a fascicle that shortens by more than L / q would push.
class Muscles : public Contribution
{
public:
  struct Fascicle {
    PartId part;                       ///< muscle and side; piece: "L1.spinous_process-L4.mammillary_process"
    std::vector<AttachedPoint> points; ///< cranial to caudal; a point without blocks is fixed in space (the pelvis)
    std::vector<int> bodies;           ///< vertebra of each point, not falling; the pelvis goes with the last
    double area_mm2, limit_N;          ///< physiological cross-section that is left, largest force
  };
  /// @p stiffness: q, without unit; 0 for constant pulls. @p co_contraction: share of its largest force with which each
  /// fascicle is to pull at least (for whoever sets the forces).
  Muscles(std::vector<Fascicle> fascicles, double stiffness, double co_contraction = 0);
  const std::vector<Fascicle> &fascicles() const { return fascicles_; }
  double co_contraction() const { return co_contraction_; }
  /// One force (N, >= 0) a fascicle, and the length (mm) at which it pulls with it.
  void set_forces(std::vector<double> forces_N, std::vector<double> lengths_mm)
  {
    forces_N_ = std::move(forces_N);
    lengths_mm_ = std::move(lengths_mm);
  }
  void set_stiffness(double stiffness) { stiffness_ = stiffness; }
  /// Stiffness, then the forces, then the lengths.
  std::vector<double> save() const override;
  void restore(const std::vector<double> &saved) override;
  double force_N(std::size_t fascicle, const State &state) const;
  double length_mm(std::size_t fascicle, const State &state) const;

  /// How a fascicle pulls at the part above a cut.
  struct Pull {
    Vector3 point = Vector3::Zero();
    Vector3 direction =
        Vector3::Zero(); ///< downward along the path, unit; zero when the fascicle does not cross the cut
  };
  /// Cut below the vertebra with the index @p body.
  Pull pull_above(std::size_t fascicle, int body, const State &state) const;
  /// At the last point before the pelvis, for a fascicle that ends there: the force that it brings in from outside.
  Pull pull_of_pelvis(std::size_t fascicle, const State &state) const;

  std::vector<std::vector<int>> couplings() const override;
  void assemble(const State &state, AssemblySink &sink, bool tangent) const override;
  double energy(const State &state) const override;
  std::vector<WorkPair> work_pairs(const State &state) const override;
  std::vector<LineSegment> lines(const State &state) const override;

private:
  std::vector<const AttachedPoint *> pointers(std::size_t fascicle) const;
  Pull pull_at(const Fascicle &fascicle, std::size_t segment, const State &state) const;
  std::vector<Fascicle> fascicles_;
  double stiffness_, co_contraction_;
  std::vector<double> forces_N_, lengths_mm_;
};
} // namespace lumbarfem
