/// Solves the Newton systems: directly, or by two levels that use what bone and soft tissue are like.
#pragma once

#include "solver/bone_solver.h"
#include "solver/coarse_system.h"
#include "solver/flexible_gmres.h"

#include <memory>
#include <string>

namespace lumbarfem
{
enum class LinearMethod {
  direct,   ///< L D L^T of the whole matrix in double precision; GMRES on an older factor
  two_level ///< GMRES on a coarse system and, where bone deforms, its pieces (docs/linear-solver.md)
};

struct LinearSolveReport {
  bool refactored = false;
  int iterations = 0;
  bool failed = false;
  int negative_pivots = -1; ///< of the last factorisation
  std::string note;         ///< what the user should know; mostly empty
};

/// Seconds spent in each phase.
struct SolverTimes {
  double assembly = 0, factor = 0, solve = 0;
  int n_assemblies = 0, n_factors = 0, n_solves = 0, n_iterations = 0;
};

/// Two levels, multiplicatively: coarse solve, deformation of bone, coarse solve again, each on what the one before has
/// left over. After the first the residual lies in bone and has no resultant on any piece; the second answers it as if
/// discs were absent, which are hundreds of times softer; the third lets the discs follow. Without deformable bone the
/// coarse system is the whole one, in single precision. When GMRES does not get there, the whole matrix is factored.
class LinearSolver
{
public:
  /// @p share: the matrix, which the owner keeps filling. @p pieces: of deformable bone, or null.
  /// @p pivots: of the coarse system. @p weights: of the rows in the norm of the residual, one an unknown.
  LinearSolver(LinearMethod method, const BlockMatrix &share, std::unique_ptr<BonePieces> pieces,
               std::vector<char> is_unknown, std::vector<char> is_last, Pivots pivots,
               const std::vector<double> &weights, MPI_Comm communicator);

  /// Whether set_bone() must be called before the first solve().
  bool needs_bone() const { return method_ == LinearMethod::two_level && pieces_ && !bone_; }
  bool is_two_level() const { return present_ == LinearMethod::two_level; }
  const BonePieces *pieces() const { return pieces_.get(); }
  /// @p bone: this rank's share of the stiffness inside bone at the reference. Collective.
  void set_bone(const BlockMatrix &bone);
  void place(const State &state);
  /// What two levels failed at is forgotten: a stage must not depend on those before it.
  void begin_stage();

  /// K x = b. @p refactor: with a new factor, else with an older one if there is one. Collective.
  LinearSolveReport solve(const State &b, State &x, bool refactor, double relative_tolerance);
  /// Negative pivots of the whole matrix in double precision; -1 when it is singular. Collective.
  int count_negative_pivots();
  /// Frees the factors of the tangent, not that of bone.
  void release();
  /// y = K x. Collective.
  void multiply(const State &x, State &y) const;

  SolverTimes times;

private:
  LinearMethod method_, present_; ///< asked for; used, after two levels have failed
  const BlockMatrix &share_;
  std::unique_ptr<BonePieces> pieces_;
  std::vector<char> is_unknown_, is_last_;
  Pivots pivots_;
  const std::vector<double> &weights_;
  MPI_Comm communicator_;
  std::unique_ptr<CoarseSystem<float>> coarse_;
  std::unique_ptr<BoneSolver<float>> bone_;
  std::unique_ptr<CoarseSystem<double>> whole_;
  bool is_coarse_factored_ = false, is_whole_factored_ = false;
  int negative_pivots_ = -1, n_failures_ = 0;

  LinearSolveReport solve_two_level(const State &b, State &x, bool refactor, double relative_tolerance);
  LinearSolveReport solve_directly(const State &b, State &x, bool refactor, double relative_tolerance);
  bool factor_whole();
  void run_gmres(const Precondition &precondition, const State &b, State &x, double tolerance, int max_iterations,
                 LinearSolveReport &report);
  void precondition(const State &r, State &z, State &product);
};
} // namespace lumbarfem
