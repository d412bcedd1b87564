/// The distributed system of equations: blocks of three unknowns, the nodes of the field first, then the extra blocks
/// of the contributions.
#pragma once

#include "base/types.h"
#include "solver/assembly_sink.h"
#include "solver/discretization.h"
#include "solver/linear_solver.h"
#include "solver/rigid_bodies.h"

#include <memory>
#include <vector>

namespace lumbarfem
{
/// What a system is made of besides the field's cells.
struct SystemLayout {
  int n_extra_blocks = 0;
  std::vector<std::vector<int>> couplings = {};  ///< sets of blocks that a contribution couples densely
  std::vector<char> fixed = {};                  ///< a flag per block and component; missing ones are free
  std::shared_ptr<RigidBodies> bodies = nullptr; ///< whose nodes are no unknowns; may be null
  std::vector<char> idle_cells = {}; ///< flags of cells that are never added (inside rigid or fixed bone); may be empty
  LinearMethod method = LinearMethod::direct;
  bool has_multipliers = false; ///< among the extra blocks: their rows have no pivot of their own
  /// For two levels with deformable bone: vertebra of each block of the field, -1 for what is not bone, and the sets
  /// of blocks that contributions couple inside bone.
  std::vector<int> vertebra_of_block = {};
  std::vector<std::vector<int>> bone_couplings = {};
  std::vector<BonePieces::BeddedNode> bedded_nodes = {}; ///< of screws, once for each spring of their bedding
};

/// Residuals and vectors are complete on every rank; the matrix is the sum of the ranks' shares.
class GlobalSystem : public AssemblySink
{
public:
  GlobalSystem(const Discretization &field, SystemLayout layout);

  int n_blocks() const { return n_blocks_; }
  int n_unknowns() const { return 3 * n_blocks_; }
  int first_extra_block() const { return n_field_blocks_; }
  bool is_fixed(int block, int component) const { return fixed_[3 * static_cast<std::size_t>(block) + component]; }

  /// Tells where bone is, before an assembly at that state.
  void place_bodies(const State &state);
  /// Removes what is not rigid in the displacement of rigid bodies; nothing without them.
  void make_rigid(State &state) const;
  /// Puts fixed unknowns of the field back to where they were: what carries bone along its arc carries them too.
  void hold_fixed(const State &before, State &state) const;
  /// Starts an assembly: residual to zero, matrix too if @p tangent.
  void begin(bool tangent);
  /// Fixed unknowns: their residual goes to reactions(), their rows and columns are left out; @p keep_diagonal puts the
  /// local diagonal there, else fixed unknowns of extra blocks get ones.
  void add(const std::vector<int> &blocks, const double *residual, const double *matrix,
           bool keep_diagonal = false) override;
  /// Ends the assembly; collective.
  void end();

  /// Whether the solver wants the stiffness inside bone: then an assembly at the unloaded state, of elements and of
  /// contributions inside bone, between these two calls. What is not inside one piece of bone is passed over.
  bool needs_bone() const { return solver_->needs_bone(); }
  void begin_bone();
  void end_bone();

  /// Norm of the residual with rows scaled by the extra blocks' row scales (1 for the field).
  double residual_norm() const;
  void set_row_scale(int extra_block, double scale);
  double dot_residual(const State &direction) const;
  /// Solves K x = -residual. OutOfMemory, on all ranks, when a factor does not fit. Collective.
  LinearSolveReport solve(State &x, bool refactor, double relative_tolerance);
  /// Whether an older factor is of little use: the coarse system's nearly incompressible part moves with the state.
  bool prefers_new_factors() const { return solver_->is_two_level(); }
  /// Tolerance of corrections that costs least in all: an iteration on the whole factor costs much more.
  double cheap_tolerance() const { return solver_->is_two_level() ? 1e-3 : 1e-4; }
  /// Negative pivots of the whole tangent in double precision, -1 when it is singular; collective.
  int count_negative_pivots() { return solver_->count_negative_pivots(); }
  /// Forgets the failures of earlier stages, which must not decide how this one is solved.
  void begin_stage() { solver_->begin_stage(); }
  /// Frees the factor's memory; the next solve makes a new one. Collective.
  void release_factor() { solver_->release(); }
  /// Forces on fixed unknowns, by block.
  const State &reactions() const { return reaction_; }
  const State &residual() const { return residual_; }
  /// K times a vector (tests); collective.
  State multiply(const State &x) const;

  SolverTimes &times() { return solver_->times; }
  MPI_Comm communicator() const { return communicator_; }

private:
  MPI_Comm communicator_;
  int n_field_blocks_, n_blocks_;
  std::vector<char> fixed_, is_unknown_; ///< per unknown; per block: some component is free and coupled
  std::vector<double> weights_;          ///< row scales, per unknown
  std::shared_ptr<RigidBodies> bodies_;
  State residual_, reaction_;
  std::unique_ptr<BlockMatrix> share_, bone_share_;
  std::unique_ptr<LinearSolver> solver_;
  std::vector<std::vector<int>> own_bone_sets_;
  bool tangent_ = false;

  void add_unknowns(const std::vector<int> &blocks, const double *residual, const double *matrix, bool keep_diagonal);
  void add_matrix(const std::vector<int> &blocks, const double *matrix, bool keep_diagonal);
  void find_unknowns(const Discretization &field, const SystemLayout &layout);
  std::unique_ptr<BonePieces> find_pieces(const Discretization &field, const SystemLayout &layout);
};
} // namespace lumbarfem
