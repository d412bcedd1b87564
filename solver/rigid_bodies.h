/// Bone as rigid bodies: six unknowns a vertebra instead of three a node.
#pragma once

#include "solver/assembly_sink.h"
#include "solver/discretization.h"

#include <vector>

namespace lumbarfem
{
/// Nodes of a body keep their blocks in the state, so that everything that reads positions works as before, but they
/// are no unknowns: they follow the body's translation and rotation, u' = t + w x (x - c), exactly. Two extra blocks
/// hold t (mm) and w (rad) of one correction; their entries in a state mean nothing. Residual and tangent of the nodes
/// are reduced to the body's, with the second derivative of the finite rotation exp(w) in the tangent, which therefore
/// is the exact and symmetric Hessian of an energy.
class RigidBodies
{
public:
  struct Body {
    std::vector<int> nodes;
    int translation_block, rotation_block;
  };
  RigidBodies(const Discretization &field, std::vector<Body> bodies);

  const std::vector<Body> &bodies() const { return bodies_; }
  bool holds(int block) const { return block < static_cast<int>(body_of_.size()) && body_of_[block] >= 0; }
  /// The blocks with the nodes of bodies replaced by the bodies' own, each once.
  std::vector<int> reduced(const std::vector<int> &blocks) const;

  /// Takes the bodies' present centres and arms; before an assembly.
  void place(const State &state);
  struct Reduced {
    std::vector<int> blocks;
    std::vector<double> residual, matrix; ///< matrix: row-major, empty without tangent
  };
  /// Residual (3 n) and symmetric matrix (3 n x 3 n row-major, or null) of some blocks in terms of the reduced ones.
  Reduced reduce(const std::vector<int> &blocks, const double *residual, const double *matrix) const;
  /// Completes a correction: the nodes' entries from the bodies'.
  void expand(State &correction) const;
  /// Removes what is not rigid in the nodes' displacement (rounding; extrapolations along chords).
  void make_rigid(State &state) const;

private:
  const Discretization &field_;
  std::vector<Body> bodies_;
  std::vector<int> body_of_; ///< by node, -1: free
  std::vector<Vector3> arm_; ///< by node, from the body's centre, at the last place()
};
} // namespace lumbarfem
