/// The distributed linear system: blocks of three unknowns (nodes of the field, then the extra blocks of the
/// contributions, owned by the last rank), symmetric PETSc matrix, MUMPS LDL^T, GMRES on an older factor.
#pragma once

#include "base/types.h"
#include "solver/discretization.h"
#include "solver/rigid_bodies.h"

#include <functional>
#include <memory>
#include <vector>

namespace lumbarfem
{
/// Unknowns in full on every rank: entry 3 b + i.
using State = std::vector<double>;

struct LinearSolveReport {
  bool refactored = false;
  int iterations = 0;
  bool failed = false;
  int negative_pivots = -1; ///< of the last factorisation, all ranks
};

/// Seconds spent in each phase.
struct SolverTimes {
  double assembly = 0, factor = 0, solve = 0;
  int n_assemblies = 0, n_factors = 0, n_solves = 0;
};

class GlobalSystem
{
public:
  /// @p couplings: sets of blocks that a contribution couples densely. @p fixed: one flag per block and component.
  /// @p bodies: whose nodes are no unknowns; may be null. @p idle_cells: flags of cells that are never added (inside
  /// rigid or fixed bone); may be empty.
  GlobalSystem(const Discretization &field, int n_extra_blocks, const std::vector<std::vector<int>> &couplings,
               std::vector<char> fixed, std::shared_ptr<RigidBodies> bodies = nullptr,
               const std::vector<char> &idle_cells = {});
  ~GlobalSystem();
  GlobalSystem(const GlobalSystem &) = delete;
  GlobalSystem &operator=(const GlobalSystem &) = delete;

  int n_blocks() const { return n_blocks_; }
  int n_unknowns() const { return 3 * n_blocks_; }
  int first_extra_block() const { return n_field_blocks_; }
  bool is_fixed(int block, int component) const { return fixed_[3 * block + component]; }

  /// Tells where the rigid bodies are, before an assembly at that state; nothing without them.
  void place_bodies(const State &state);
  /// Removes what is not rigid in their displacement; nothing without them.
  void make_rigid(State &state) const;
  /// Starts an assembly: residual to zero, matrix too if @p tangent.
  void begin(bool tangent);
  /// Adds a local residual (3 n) and, when assembling the tangent, a symmetric local matrix (3 n x 3 n, row-major).
  /// Fixed unknowns: their residual goes to reaction(), their rows and columns are left out; @p keep_diagonal puts the
  /// local diagonal there (the field's share; fixed unknowns of extra blocks get ones).
  void add(const std::vector<int> &blocks, double *residual, double *matrix, bool keep_diagonal = false);
  /// Ends the assembly; collective.
  void end();
  /// Norm of the residual with rows scaled by @p row_scale of the extra blocks (1 for the field); collective.
  double residual_norm() const;
  void set_row_scale(int extra_block, double scale) { row_scale_[extra_block] = scale; }
  /// Residual dotted with a full vector; collective.
  double dot_residual(const State &direction) const;
  /// Solves K x = -residual; x complete on every rank. OutOfMemory, on all ranks, when the factor does not fit.
  LinearSolveReport solve(State &x, bool refactor, double relative_tolerance);
  /// Frees the factor's memory; the next solve makes a new one. Collective.
  void release_factor();
  /// Sum of the reactions' squares etc. needs the whole vector: force on fixed unknowns by block, complete; collective.
  State reactions() const;
  /// The residual vector, complete on every rank (tests).
  State residual() const;
  /// K times a vector (tests).
  State multiply(const State &x) const;

  SolverTimes times;
  MPI_Comm communicator() const { return communicator_; }

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  MPI_Comm communicator_;
  int n_field_blocks_, n_blocks_;
  std::vector<char> fixed_;
  std::vector<double> row_scale_;
  std::shared_ptr<RigidBodies> bodies_;
  bool tangent_ = false;

  void add_unknowns(const std::vector<int> &blocks, double *residual, double *matrix, bool keep_diagonal);
};
} // namespace lumbarfem
