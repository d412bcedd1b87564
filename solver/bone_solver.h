/// Solves for the deformation of each piece of bone as if nothing soft held it.
#pragma once

#include "solver/block_matrix.h"
#include "solver/bone_pieces.h"
#include "solver/mumps.h"

namespace lumbarfem
{
/// z = P R K^-1 R^T P r on every piece: K its stiffness and that of the screws bedded in it at the unloaded reference,
/// without any share of what else touches it; R its present rotation, which turns K along; P takes out rigid modes, so
/// that a free piece is held anywhere (three nodes, statically determinate). K is factored once.
///
/// Soft tissue is left out of K on purpose. The diagonal block of the whole tangent, which holds it with all of its
/// nodes fixed, is far too stiff: what is nearly incompressible does not give way to a single moving node.
template <typename Real>
class BoneSolver
{
public:
  /// @p share: this rank's share of the stiffness inside bone at the reference. @p is_unknown: a flag per block.
  /// Pieces are dealt out to the ranks. Collective.
  BoneSolver(const BonePieces &pieces, const BlockMatrix &share, const std::vector<char> &is_unknown,
             MPI_Comm communicator);
  /// False when a piece is not stable by itself (a hinge): then this solver is of no use. The same on all ranks.
  bool is_usable() const { return is_usable_; }
  /// Zero outside of bone and its screws; complete on every rank. Collective.
  void apply(const std::vector<double> &r, std::vector<double> &z);

private:
  const BonePieces &pieces_;
  MPI_Comm communicator_;
  std::vector<int> blocks_, index_; ///< unknown blocks of this rank's pieces; their place by block (-1)
  std::vector<int> own_pieces_;
  std::vector<Eigen::MatrixXd> rigid_; ///< by own piece: orthonormal rigid modes at the reference; empty when held
  std::unique_ptr<Mumps<Real>> mumps_;
  bool is_usable_ = true;

  struct Entries {
    std::vector<int> rows, columns; ///< of blocks, by place
    std::vector<double> values;     ///< nine each, row-major
  };
  Entries collect(const BlockMatrix &share, const std::vector<int> &rank_of_piece) const;
  void hold(const BonePieces::Piece &piece, Entries &entries) const;
  void factor(const Entries &entries);
  Eigen::MatrixXd rigid_modes(const BonePieces::Piece &piece) const;
  void project(std::vector<Vector3> &v) const;
};
} // namespace lumbarfem
