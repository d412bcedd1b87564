/// The ligaments of the spine: bundles of tension-only strands between points of two vertebrae.
#pragma once

#include "materials/strand_law.h"
#include "solver/contribution.h"

namespace lumbarfem
{
/// Energy of a strand: l0 * integral of F over e, with e = l / l0 - 1, l the length of the polyline through its points
/// (a frictionless way over the points between the ends) and l0 = l_reference (1 + reference strain). Residual and
/// tangent are its exact derivatives. A strand that is slack adds nothing.
class Ligaments : public Contribution
{
public:
  struct Strand {
    PartId part;                       ///< object "ALL" ... "ITL", its segment, and the side of a paired one
    std::vector<AttachedPoint> points; ///< origin on the upper vertebra, points on the way, insertion on the lower one
    double reference_strain = 0;
    StrandLaw law;
    /// Distances of the two ends from the bone that carries them (mm), for the record.
    double origin_distance_mm = 0, insertion_distance_mm = 0;
  };
  explicit Ligaments(std::vector<Strand> strands);
  const std::vector<Strand> &strands() const { return strands_; }
  std::vector<PartId> parts() const override;
  std::string energy_group() const override { return "ligaments"; }
  /// Whether a strand is tense in the reference configuration.
  bool has_pretension() const override;
  /// Share 0 .. 1 of the reference strains (step 0): with 0 all strands are just taut in the reference configuration.
  void set_installation(double factor) override { installation_ = factor; }
  std::vector<double> save() const override { return {installation_}; }
  void restore(const std::vector<double> &saved) override { installation_ = saved.at(0); }

  double reference_length_mm(std::size_t strand) const { return reference_length_[strand]; }
  double strain(std::size_t strand, const State &state) const;    ///< below 0: slack
  double force_N(std::size_t strand, const State &state) const;   ///< >= 0
  double energy_mJ(std::size_t strand, const State &state) const; ///< stored in this strand

  std::vector<std::vector<int>> couplings() const override;
  void assemble(const State &state, AssemblySink &sink, bool tangent) const override;
  double energy(const State &state) const override;
  std::vector<LineSegment> lines(const State &state) const override;

private:
  double slack_length(std::size_t strand) const;
  std::vector<Strand> strands_;
  std::vector<double> reference_length_;
  double installation_ = 1;
};
} // namespace lumbarfem
