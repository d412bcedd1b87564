/// Forces fixed in size and direction on points of the spine: weights.
#pragma once

#include "solver/contribution.h"

namespace lumbarfem
{
/// Energy -share sum f . u: the displacement of an attached point is linear in the unknowns, so the tangent vanishes.
class DeadForces : public Contribution
{
public:
  struct Load {
    PartId part; ///< "trunk", or a segment by its level
    int body;    ///< index of the vertebra that carries it, from cranial to caudal
    AttachedPoint point;
    Vector3 force_N; ///< at the full share
  };
  explicit DeadForces(std::vector<Load> loads) : Contribution("weights", Role::load), loads_(std::move(loads)) {}
  /// Share 0 .. 1 of all forces (preload step).
  void set_share(double share) { share_ = share; }
  double share() const { return share_; }
  std::vector<double> save() const override { return {share_}; }
  void restore(const std::vector<double> &saved) override { share_ = saved.at(0); }
  const std::vector<Load> &loads() const { return loads_; }

  std::vector<std::vector<int>> couplings() const override { return {}; }
  void assemble(const State &state, AssemblySink &sink, bool tangent) const override;
  double energy(const State &state) const override;
  std::vector<WorkPair> work_pairs(const State &state) const override;
  std::vector<LineSegment> lines(const State &state) const override;

private:
  std::vector<Load> loads_;
  double share_ = 0;
};
} // namespace lumbarfem
