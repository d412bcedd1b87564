/// Muscles as straight fascicles that pull with given forces and resist a change of length.
#pragma once

#include "solver/contribution.h"

namespace lumbarfem
{
/// Energy sum F (l + q (l - L)^2 / (2 L)) with l the distance of a fascicle's ends: the pull is F at the length L and
/// grows with the short-range stiffness q F / L of active muscle (Bergmark 1989), which holds the spine: with constant
/// pulls it buckles. F and L are set from outside. Residual and tangent are the exact derivatives; the tangent is
/// symmetric. The pull is linear in l, so a fascicle that shortens by more than L / q would push.
class Muscles : public Contribution
{
public:
  struct Fascicle {
    std::string muscle;              ///< "multifidus"
    std::string name;                ///< "L1.spinous_process-L4.mammillary_process"
    std::string side;                ///< "left", "right"
    AttachedPoint origin, insertion; ///< a point without blocks is fixed in space (the pelvis)
    int upper_body, lower_body;      ///< indices of the vertebrae that carry the ends; the pelvis goes with the last
    double area_mm2, limit_N;        ///< physiological cross-section that is left, largest force
  };
  /// @p stiffness: q, without unit; 0 for constant pulls.
  Muscles(std::vector<Fascicle> fascicles, double stiffness)
      : Contribution("muscles"), fascicles_(std::move(fascicles)), stiffness_(stiffness),
        forces_N_(fascicles_.size(), 0.), lengths_mm_(fascicles_.size(), 1.)
  {
  }
  const std::vector<Fascicle> &fascicles() const { return fascicles_; }
  /// One force (N, >= 0) a fascicle, and the length (mm) at which it pulls with it.
  void set_forces(std::vector<double> forces_N, std::vector<double> lengths_mm)
  {
    forces_N_ = std::move(forces_N);
    lengths_mm_ = std::move(lengths_mm);
  }
  double force_N(std::size_t fascicle, const State &state) const;
  double length_mm(std::size_t fascicle, const State &state) const;
  /// Unit vector from origin to insertion.
  Vector3 direction(std::size_t fascicle, const State &state) const;

  std::vector<std::vector<int>> couplings() const override;
  void assemble(const State &state, GlobalSystem &system, bool tangent) const override;
  double energy(const State &state) const override;
  std::vector<LineSegment> lines(const State &state) const override;

private:
  std::vector<Fascicle> fascicles_;
  double stiffness_;
  std::vector<double> forces_N_, lengths_mm_;
};
} // namespace lumbarfem
