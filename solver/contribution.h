/// Everything that is not the solid field: adds energy, residual and tangent to a few blocks of unknowns.
#pragma once

#include "base/part_id.h"
#include "solver/assembly_sink.h"
#include "solver/attachment.h"

#include <string>
#include <vector>

namespace lumbarfem
{
/// A piece of a contribution for pictures and tables: a line with its axial force (tension +). Section forces belong to
/// beams (is_beam) and the stress to beams and muscles; they mean nothing elsewhere.
struct LineSegment {
  PartId part;
  Vector3 start, end;
  double axial_force_N = 0, shear_force_N = 0, bending_moment_Nmm = 0, torsion_Nmm = 0, stress_MPa = 0;
  double diameter_mm = 0; ///< of a beam; 0 where the part has none
};

class Contribution
{
public:
  explicit Contribution(std::string name) : name_(std::move(name)) {}
  virtual ~Contribution() = default;
  const std::string &name() const { return name_; }

  /// Sets of blocks that the tangent couples.
  virtual std::vector<std::vector<int>> couplings() const = 0;
  /// Adds residual (and tangent) at @p state. Called on the one rank that owns the contribution.
  virtual void assemble(const State &state, AssemblySink &sink, bool tangent) const = 0;
  /// Stored energy (N mm); 0 for loads without a potential.
  virtual double energy(const State &) const { return 0; }
  virtual std::vector<LineSegment> lines(const State &) const { return {}; }
  /// Whether some of its stiffness is the bone's own (ties of arches to bodies) or that of screws bedded in it.
  virtual bool is_inside_bone() const { return false; }
  /// Whether it can ever bring multipliers.
  virtual bool has_multiplier_blocks() const { return false; }
  /// Those that it has now: as many negative pivots.
  virtual int n_multipliers() const { return 0; }
  /// What it was told since it was built (shares, forces), for a run that is resumed.
  virtual std::vector<double> save() const { return {}; }
  /// @p saved: of the same contribution of a model that was built alike.
  virtual void restore(const std::vector<double> &) {}

private:
  std::string name_;
};

/// Union of the blocks of some points.
std::vector<int> blocks_of(const std::vector<const AttachedPoint *> &points);

/// Scatters gradient (3 k) and Hessian (3 k x 3 k) with respect to the displacements of k points to their blocks.
void scatter(const std::vector<const AttachedPoint *> &points, const Eigen::VectorXd &gradient,
             const Eigen::MatrixXd *hessian, AssemblySink &sink);
} // namespace lumbarfem
