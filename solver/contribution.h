/// Everything that is not the solid field: adds energy, residual and tangent to a few blocks of unknowns.
#pragma once

#include "base/part_id.h"
#include "solver/assembly_sink.h"
#include "solver/attachment.h"

#include <memory>
#include <stdexcept>
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

/// What a contribution is for tables of who carries what.
enum class Role { load, muscle, ligament, facet, implant, bone_tie };

/// A generalised force and the displacement on which it does work, in its sense: N and mm, or N mm and rad.
struct WorkPair {
  double force, way;
};

class Contribution
{
public:
  Contribution(std::string name, Role role) : name_(std::move(name)), role_(role) {}
  virtual ~Contribution() = default;
  /// Its own among those of a model.
  const std::string &name() const { return name_; }
  Role role() const { return role_; }
  /// Of a facet.
  virtual Side side() const { return Side::none; }
  /// What it tells the sink apart (AssemblySink::begin_part), in that order; empty when it is one thing.
  virtual std::vector<PartId> parts() const { return {}; }

  /// Sets of blocks that the tangent couples.
  virtual std::vector<std::vector<int>> couplings() const = 0;
  /// Adds residual (and tangent) at @p state. Called on the one rank that owns the contribution.
  virtual void assemble(const State &state, AssemblySink &sink, bool tangent) const = 0;
  /// Potential (N mm); 0 for loads without one.
  virtual double energy(const State &) const { return 0; }
  /// Object of the table of strain energy that its energy is added to; empty when it stores none.
  virtual std::string energy_group() const { return ""; }
  /// Of loads: what does work from outside, always as many and in the same order.
  virtual std::vector<WorkPair> work_pairs(const State &) const { return {}; }
  virtual std::vector<LineSegment> lines(const State &) const { return {}; }
  /// Whether some of its stiffness is the bone's own (ties of arches to bodies) or that of screws bedded in it.
  virtual bool is_inside_bone() const { return false; }
  /// Whether it can ever bring multipliers.
  virtual bool has_multiplier_blocks() const { return false; }
  /// Those that it has now: as many negative pivots.
  virtual int n_multipliers() const { return 0; }

  /// Whether it is stressed before any load (step 0).
  virtual bool has_pretension() const { return false; }
  /// Share 0 .. 1 of its pre-tension.
  virtual void set_installation(double) {}
  /// An equilibrium was accepted: what follows is judged from there (history). Between two calls states may be tried
  /// and given up, so that assemble() and energy() remember nothing. Called on all ranks.
  virtual void commit(const State &) {}
  /// What it was told since it was built (shares, forces) and its history: for a way back to an earlier state, and for
  /// a run that is resumed.
  virtual std::vector<double> save() const { return {}; }
  /// @p saved: of the same contribution of a model that was built alike.
  virtual void restore(const std::vector<double> &) {}

private:
  std::string name_;
  Role role_;
};

using Contributions = std::vector<std::unique_ptr<Contribution>>;

/// Those of a kind, in their order.
template <class Kind>
std::vector<Kind *> all_of(const Contributions &contributions)
{
  std::vector<Kind *> result;
  for (const auto &contribution : contributions)
    if (auto *found = dynamic_cast<Kind *>(contribution.get()))
      result.push_back(found);
  return result;
}

/// The first of a kind, null when there is none.
template <class Kind>
Kind *find(const Contributions &contributions)
{
  for (const auto &contribution : contributions)
    if (auto *found = dynamic_cast<Kind *>(contribution.get()))
      return found;
  return nullptr;
}

/// What each was told and remembers, in the order of the contributions.
using Memories = std::vector<std::vector<double>>;
Memories save(const Contributions &contributions);
/// @p memories: of the same contributions of a model that was built alike.
void restore(const Contributions &contributions, const Memories &memories);

/// Union of the blocks of some points.
std::vector<int> blocks_of(const std::vector<const AttachedPoint *> &points);

/// Scatters gradient (3 k) and Hessian (3 k x 3 k) with respect to the displacements of k points to their blocks.
void scatter(const std::vector<const AttachedPoint *> &points, const Eigen::VectorXd &gradient,
             const Eigen::MatrixXd *hessian, AssemblySink &sink);
} // namespace lumbarfem
