/// Tension-only cord with pretension against a compression-only spacer seated between two screw heads (Dynesys-type).
#pragma once

#include "solver/contribution.h"

namespace lumbarfem
{
/// With d the growth of the distance of the heads: the cord pulls with <T + k_c d>, the spacer pushes with
/// <T - k_s (d - offset)>; <> is the positive part, smoothed from 0 to 1 N so that nothing acts at rest without
/// pretension. With offset = 0 the two are in balance at installation; a positive offset distracts. Both resist until
/// the spacer unloads at d = T/k_s + offset, then the cord alone. Axial forces only: the spacer's own bending stiffness
/// is left out.
class CordAndSpacer : public Contribution
{
public:
  struct Properties {
    double pretension_N, cord_stiffness_N_per_mm, spacer_stiffness_N_per_mm, spacer_offset_mm;
  };
  CordAndSpacer(PartId link, AttachedPoint upper_head, AttachedPoint lower_head, Properties properties);
  const PartId &link() const { return link_; }
  /// Installation factor 0 .. 1 of pretension and offset (step 0).
  void set_installation(double factor) override { installation_ = factor; }
  bool has_pretension() const override { return true; }
  std::string energy_group() const override { return "cords_and_spacers"; }
  std::vector<double> save() const override { return {installation_}; }
  void restore(const std::vector<double> &saved) override { installation_ = saved.at(0); }

  double cord_force(const State &state) const;   ///< N, >= 0
  double spacer_force(const State &state) const; ///< N, >= 0 is compression
  std::vector<std::vector<int>> couplings() const override;
  void assemble(const State &state, AssemblySink &sink, bool tangent) const override;
  double energy(const State &state) const override;
  /// Drawn as one sees them: the spacer in the middle of the way between the heads, the cord where it comes out at both
  /// ends; each line carries the force of its part.
  std::vector<LineSegment> lines(const State &state) const override;

private:
  double distance_change(const State &state) const;
  PartId link_;
  AttachedPoint upper_, lower_;
  Properties properties_;
  double rest_distance_;
  double installation_ = 1;
};
} // namespace lumbarfem
