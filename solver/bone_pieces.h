/// Connected pieces of deformable bone, as a linear solver sees them: nearly rigid between soft tissue.
#pragma once

#include "solver/assembly_sink.h"
#include "solver/discretization.h"

#include <map>

namespace lumbarfem
{
/// A vertebra is one piece, or several when a surgeon has cut it through. Bone is 30 to 10 000 times stiffer than what
/// lies around it, so that a piece mostly moves as a whole: its six rigid modes, at its present place, are where it
/// gives way easily.
class BonePieces
{
public:
  struct Piece {
    int vertebra;
    std::vector<int> nodes; ///< rising
    bool is_held = false;   ///< has fixed unknowns: no rigid modes
    /// Blocks of the screws' nodes that are bedded in it, displacement and rotation in turn. They are no part of bone,
    /// but turn with it and are as stiff.
    std::vector<int> screws = {};
  };
  /// A screw's node and the blocks of the field to which one spring of its bedding goes.
  struct BeddedNode {
    Vector3 reference;
    int displacement_block, rotation_block; ///< rotation: total rotation vector
    std::vector<int> bone;
  };
  /// @p vertebra_of_block: of each block (field, then extra), -1 for what is not bone. @p couplings: sets of blocks
  /// inside bone besides the cells (ties of the arches to the bodies). @p fixed: a flag per unknown.
  BonePieces(const Discretization &field, const std::vector<int> &vertebra_of_block,
             const std::vector<std::vector<int>> &couplings, const std::vector<BeddedNode> &bedded,
             const std::vector<char> &fixed);

  const std::vector<Piece> &pieces() const { return pieces_; }
  int n_blocks() const { return static_cast<int>(piece_of_.size()); }
  /// -1: not bone.
  int piece_of(int block) const { return piece_of_[block]; }
  /// The same with the screws' blocks.
  int piece_with_screws(int block) const { return screw_piece_[block] >= 0 ? screw_piece_[block] : piece_of_[block]; }
  bool has_modes(int block) const { return piece_of_[block] >= 0 && !pieces_[piece_of_[block]].is_held; }
  /// Cells that lie in one piece with all their nodes.
  const std::vector<int> &cells() const { return cells_; }
  /// Of a node of the field or of a screw, by its displacement block.
  const Vector3 &reference(int block) const;

  /// Takes the pieces' present places: rotations (least squares) and arms.
  void place(const State &state);
  /// Turns a block of a piece or its screws from the reference to the present; forces by the transpose back.
  Matrix3 turn(int block) const;
  /// From the piece's present centre to the node (mm).
  const Vector3 &arm(int node) const { return arm_[node]; }

private:
  const Discretization &field_;
  std::vector<Piece> pieces_;
  std::vector<int> piece_of_, screw_piece_, cells_;
  std::map<int, Vector3> screw_reference_;        ///< by displacement block
  std::map<int, Matrix3> rotation_vector_change_; ///< by rotation block: d(rotation vector) / d(spin)
  std::vector<Matrix3> rotation_;
  std::vector<Vector3> arm_;
};
} // namespace lumbarfem
