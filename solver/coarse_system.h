/// The stiffness seen by soft tissue in full and by every piece of bone as a rigid body.
#pragma once

#include "solver/block_matrix.h"
#include "solver/bone_pieces.h"
#include "solver/mumps.h"

namespace lumbarfem
{
enum class Ordering {
  nested_dissection, ///< by METIS
  mumps              ///< MUMPS' own choice
};

/// A = Z^T K Z with Z = [the blocks that are not bone, the six rigid modes of each free piece of bone at its present
/// place]; held pieces stand still. Without pieces A = K. Factored in single precision: a preconditioner needs no more.
///
/// K restricted to a subspace has at most as many negative eigenvalues as K (Cauchy's interlacing), and a factorisation
/// as many negative pivots as the matrix has negative eigenvalues (Sylvester).
template <typename Real>
class CoarseSystem
{
public:
  /// @p is_unknown: a flag per block; others are left out. @p is_last: blocks with dense rows, eliminated at the end.
  /// @p pieces may be null. Collective.
  CoarseSystem(const BlockMatrix &share, const BonePieces *pieces, const std::vector<char> &is_unknown,
               const std::vector<char> &is_last, Ordering ordering, Pivots pivots, MPI_Comm communicator);

  /// Factors Z^T K Z with the modes at the pieces' present places.
  typename Mumps<Real>::Factor factor(const BlockMatrix &share);
  /// z = Z A^-1 Z^T r, with the modes at the present places; zero where Z is.
  void apply(const std::vector<double> &r, std::vector<double> &z);
  int n_unknowns() const { return n_; }
  double estimated_bytes() const { return mumps_.estimated_bytes(); }

private:
  /// Where the products of a soft block with a piece's modes are collected: 3 x 6, row-major.
  struct Contact {
    int piece, first;
  };
  using Mode = Eigen::Matrix<double, 3, 6, Eigen::RowMajor>;

  const BonePieces *pieces_;
  std::vector<int> soft_, soft_index_; ///< blocks, and their place among them by block (-1)
  std::vector<int> mode_index_;        ///< by piece, -1: held
  int n_ = 0, n_free_ = 0;
  std::vector<std::vector<Contact>> contacts_; ///< by soft block
  std::size_t n_contact_values_ = 0;
  Mumps<Real> mumps_;

  int piece_of(int block) const { return pieces_ ? pieces_->piece_of(block) : -1; }
  int free_piece_of(int block) const;
  Mode mode(int node) const;
  int contact(int block, int piece) const;
  void analyse(const BlockMatrix &share, int n_graph, Ordering ordering, MPI_Comm communicator);
};
} // namespace lumbarfem
