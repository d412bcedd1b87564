/// Muscles as straight fascicles that pull with given forces.
#pragma once

#include "solver/contribution.h"

namespace lumbarfem
{
/// Energy sum F l with the force F of a fascicle constant within a load step and l the distance of its ends: the
/// gradient pulls the ends together, the Hessian F / l (I - n n^T) is symmetric. The forces are set from outside.
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
  explicit Muscles(std::vector<Fascicle> fascicles)
      : Contribution("muscles"), fascicles_(std::move(fascicles)), forces_N_(fascicles_.size(), 0.)
  {
  }
  const std::vector<Fascicle> &fascicles() const { return fascicles_; }
  /// One force (N, >= 0) a fascicle.
  void set_forces(std::vector<double> forces_N) { forces_N_ = std::move(forces_N); }
  const std::vector<double> &forces() const { return forces_N_; }
  double length_mm(std::size_t fascicle, const State &state) const;
  /// Unit vector from origin to insertion.
  Vector3 direction(std::size_t fascicle, const State &state) const;

  std::vector<std::vector<int>> couplings() const override;
  void assemble(const State &state, GlobalSystem &system, bool tangent) const override;
  double energy(const State &state) const override;
  std::vector<LineSegment> lines(const State &state) const override;

private:
  std::vector<Fascicle> fascicles_;
  std::vector<double> forces_N_;
};
} // namespace lumbarfem
