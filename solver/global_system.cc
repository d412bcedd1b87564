#include "solver/global_system.h"

#include "base/failure.h"
#include "base/memory.h"

#include <petscksp.h>

#include <algorithm>
#include <new>
#include <stdexcept>

namespace lumbarfem
{
namespace
{
void check(PetscErrorCode code)
{
  if (code == PETSC_ERR_MEM)
    throw std::bad_alloc();
  if (code)
    throw std::runtime_error("PETSc reports error " + std::to_string(code));
}

/// Whether MUMPS' INFOG(1) says that memory could not be had (MUMPS users' guide, section on errors): allocation of
/// analysis (-5, -7), factorisation (-13) or its buffers (-22), the limit that it was given (-19), and work space that
/// is still too small after it was enlarged (-8, -9).
bool is_out_of_memory(PetscInt status)
{
  for (const PetscInt code : {-5, -7, -8, -9, -13, -19, -22})
    if (status == code)
      return true;
  return false;
}

/// @p factor: with the estimates of MUMPS' analysis, the same on all ranks.
[[noreturn]] void throw_out_of_memory(Mat factor, int n_unknowns)
{
  PetscInt needed_MB = 0;
  check(MatMumpsGetInfog(factor, 17, &needed_MB));
  throw OutOfMemory("out of memory: the factorisation of " + std::to_string(n_unknowns) + " unknowns needs " +
                    (needed_MB > 0 ? "about " + described_memory(1e6 * needed_MB) + " (MUMPS' estimate, all ranks)"
                                   : std::string("more memory than there is")) +
                    "; " + described_room() + ". " + memory_advice);
}
} // namespace

struct GlobalSystem::Impl {
  Mat matrix = nullptr;
  Vec residual = nullptr, reaction = nullptr, solution = nullptr, full = nullptr;
  VecScatter to_all = nullptr;
  KSP ksp = nullptr;
  int first_block = 0, end_block = 0;
  bool factored = false;
  int work_space_percent = 60; ///< margin over MUMPS' own estimate

  State gather(Vec vector)
  {
    check(VecScatterBegin(to_all, vector, full, INSERT_VALUES, SCATTER_FORWARD));
    check(VecScatterEnd(to_all, vector, full, INSERT_VALUES, SCATTER_FORWARD));
    const PetscScalar *values;
    PetscInt n;
    check(VecGetSize(full, &n));
    check(VecGetArrayRead(full, &values));
    State state(values, values + n);
    check(VecRestoreArrayRead(full, &values));
    return state;
  }

  void create_vectors(MPI_Comm communicator, int n_local, int n)
  {
    check(VecCreateMPI(communicator, n_local, n, &residual));
    check(VecSetBlockSize(residual, 3));
    check(VecDuplicate(residual, &reaction));
    check(VecDuplicate(residual, &solution));
    check(VecScatterCreateToAll(residual, &to_all, &full));
  }

  /// Upper block triangle of the own rows from the cells and the couplings that touch them.
  void create_matrix(MPI_Comm communicator, const Discretization &field, const std::vector<std::vector<int>> &couplings,
                     int n_blocks, int first_extra, const RigidBodies *bodies, const std::vector<char> &idle_cells)
  {
    const int n_rows = end_block - first_block;
    std::vector<std::vector<int>> columns(n_rows);
    const auto couple = [&](const std::vector<int> &all) {
      const std::vector<int> blocks = bodies ? bodies->reduced(all) : all;
      for (const int row : blocks)
        if (row >= first_block && row < end_block)
          for (const int column : blocks)
            if (column >= row)
              columns[row - first_block].push_back(column);
    };
    for (std::size_t cell = 0; cell < field.cell_nodes.size(); ++cell)
      if (idle_cells.empty() || !idle_cells[cell])
        couple(field.cell_nodes[cell]);
    for (const auto &blocks : couplings)
      couple(blocks);
    // Every row has its diagonal, also of nodes that are no unknowns and of extra blocks that nothing couples.
    for (int row = 0; row < n_rows; ++row)
      if (bodies || first_block + row >= first_extra)
        columns[row].push_back(first_block + row);
    std::vector<PetscInt> start(1, 0), index;
    for (auto &row : columns) {
      std::sort(row.begin(), row.end());
      row.erase(std::unique(row.begin(), row.end()), row.end());
      index.insert(index.end(), row.begin(), row.end());
      start.push_back(static_cast<PetscInt>(index.size()));
      row = {};
    }
    check(MatCreate(communicator, &matrix));
    check(MatSetSizes(matrix, 3 * n_rows, 3 * n_rows, 3 * n_blocks, 3 * n_blocks));
    check(MatSetBlockSize(matrix, 3));
    check(MatSetType(matrix, MATSBAIJ));
    check(MatSeqSBAIJSetPreallocationCSR(matrix, 3, start.data(), index.data(), nullptr));
    check(MatMPISBAIJSetPreallocationCSR(matrix, 3, start.data(), index.data(), nullptr));
    check(MatSetOption(matrix, MAT_IGNORE_LOWER_TRIANGULAR, PETSC_TRUE));
    check(MatSetOption(matrix, MAT_NEW_NONZERO_LOCATION_ERR, PETSC_TRUE));
    // Not declared positive definite: just after a predictor the tangent often is not, and LDL^T does not mind.
    check(MatSetOption(matrix, MAT_SYMMETRIC, PETSC_TRUE));
    check(MatSetOption(matrix, MAT_SYMMETRY_ETERNAL, PETSC_TRUE));
  }

  void create_solver(MPI_Comm communicator)
  {
    check(KSPCreate(communicator, &ksp));
    check(KSPSetOperators(ksp, matrix, matrix));
    check(KSPSetType(ksp, KSPGMRES));
    check(KSPGMRESSetRestart(ksp, 60));
    PC pc;
    check(KSPGetPC(ksp, &pc));
    check(PCSetType(pc, PCCHOLESKY));
    check(PCFactorSetMatSolverType(pc, MATSOLVERMUMPS));
    check(PCFactorSetUpMatSolverType(pc));
    Mat factor;
    check(PCFactorGetMatrix(pc, &factor));
    check(MatMumpsSetIcntl(factor, 13, 1)); // a serial root front, so that all negative pivots are counted
    check(MatMumpsSetIcntl(factor, 14, work_space_percent));
    check(KSPSetFromOptions(ksp));
  }
};

GlobalSystem::GlobalSystem(const Discretization &field, int n_extra_blocks,
                           const std::vector<std::vector<int>> &couplings, std::vector<char> fixed,
                           std::shared_ptr<RigidBodies> bodies, const std::vector<char> &idle_cells)
    : impl_(std::make_unique<Impl>()), communicator_(field.communicator), n_field_blocks_(field.n_nodes),
      n_blocks_(field.n_nodes + n_extra_blocks), fixed_(std::move(fixed)), row_scale_(n_extra_blocks, 1.),
      bodies_(std::move(bodies))
{
  fixed_.resize(3 * static_cast<std::size_t>(n_blocks_), 0);
  impl_->first_block = field.first_node_of_rank[field.rank];
  impl_->end_block = field.rank == field.n_ranks - 1 ? n_blocks_ : field.first_node_of_rank[field.rank + 1];
  impl_->create_vectors(communicator_, 3 * (impl_->end_block - impl_->first_block), 3 * n_blocks_);
  impl_->create_matrix(communicator_, field, couplings, n_blocks_, n_field_blocks_, bodies_.get(), idle_cells);
  impl_->create_solver(communicator_);
}

GlobalSystem::~GlobalSystem()
{
  KSPDestroy(&impl_->ksp);
  MatDestroy(&impl_->matrix);
  VecScatterDestroy(&impl_->to_all);
  for (Vec *vector : {&impl_->residual, &impl_->reaction, &impl_->solution, &impl_->full})
    VecDestroy(vector);
}

void GlobalSystem::begin(bool tangent)
{
  tangent_ = tangent;
  check(VecZeroEntries(impl_->residual));
  check(VecZeroEntries(impl_->reaction));
  if (!tangent)
    return;
  check(MatZeroEntries(impl_->matrix));
  if (!bodies_)
    return;
  // Nodes of rigid bodies are no unknowns, and nothing adds to fixed nodes inside bone that carries no strain.
  for (int block = impl_->first_block; block < std::min(impl_->end_block, n_field_blocks_); ++block)
    for (int i = 0; i < 3; ++i)
      if (const PetscInt row = 3 * block + i; bodies_->holds(block) || fixed_[row])
        check(MatSetValue(impl_->matrix, row, row, 1., ADD_VALUES));
}

void GlobalSystem::place_bodies(const State &state)
{
  if (bodies_)
    bodies_->place(state);
}

void GlobalSystem::make_rigid(State &state) const
{
  if (bodies_)
    bodies_->make_rigid(state);
}

void GlobalSystem::add(const std::vector<int> &blocks, double *residual, double *matrix, bool keep_diagonal)
{
  if (!bodies_ || std::none_of(blocks.begin(), blocks.end(), [&](int block) { return bodies_->holds(block); })) {
    add_unknowns(blocks, residual, matrix, keep_diagonal);
    return;
  }
  RigidBodies::Reduced reduced = bodies_->reduce(blocks, residual, matrix);
  add_unknowns(reduced.blocks, reduced.residual.data(), matrix ? reduced.matrix.data() : nullptr, keep_diagonal);
}

void GlobalSystem::add_unknowns(const std::vector<int> &blocks, double *residual, double *matrix, bool keep_diagonal)
{
  const int n = static_cast<int>(blocks.size()), n_rows = 3 * n;
  for (int a = 0; a < n; ++a)
    for (int i = 0; i < 3; ++i) {
      const int row = 3 * blocks[a] + i, local = 3 * a + i;
      if (!fixed_[row])
        continue;
      check(VecSetValue(impl_->reaction, row, residual[local], ADD_VALUES));
      residual[local] = 0;
      if (matrix) {
        // Several contributions may add to a fixed row; any positive sum will do.
        const double diagonal = keep_diagonal                  ? std::abs(matrix[local * n_rows + local])
                                : blocks[a] >= n_field_blocks_ ? 1.
                                                               : 0.;
        for (int other = 0; other < n_rows; ++other)
          matrix[local * n_rows + other] = matrix[other * n_rows + local] = 0;
        matrix[local * n_rows + local] = diagonal;
      }
    }
  check(VecSetValuesBlocked(impl_->residual, n, blocks.data(), residual, ADD_VALUES));
  if (matrix && tangent_)
    check(MatSetValuesBlocked(impl_->matrix, n, blocks.data(), n, blocks.data(), matrix, ADD_VALUES));
}

void GlobalSystem::end()
{
  check(VecAssemblyBegin(impl_->residual));
  check(VecAssemblyEnd(impl_->residual));
  check(VecAssemblyBegin(impl_->reaction));
  check(VecAssemblyEnd(impl_->reaction));
  if (tangent_) {
    check(MatAssemblyBegin(impl_->matrix, MAT_FINAL_ASSEMBLY));
    check(MatAssemblyEnd(impl_->matrix, MAT_FINAL_ASSEMBLY));
  }
}

double GlobalSystem::residual_norm() const
{
  const PetscScalar *values;
  check(VecGetArrayRead(impl_->residual, &values));
  double sum = 0;
  for (int block = impl_->first_block; block < impl_->end_block; ++block) {
    const double scale = block < n_field_blocks_ ? 1. : row_scale_[block - n_field_blocks_];
    for (int i = 0; i < 3; ++i)
      sum += std::pow(scale * values[3 * (block - impl_->first_block) + i], 2);
  }
  check(VecRestoreArrayRead(impl_->residual, &values));
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, communicator_);
  return std::sqrt(sum);
}

double GlobalSystem::dot_residual(const State &direction) const
{
  const PetscScalar *values;
  check(VecGetArrayRead(impl_->residual, &values));
  double sum = 0;
  for (int row = 3 * impl_->first_block; row < 3 * impl_->end_block; ++row)
    sum += values[row - 3 * impl_->first_block] * direction[row];
  check(VecRestoreArrayRead(impl_->residual, &values));
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, communicator_);
  return sum;
}

LinearSolveReport GlobalSystem::solve(State &x, bool refactor, double relative_tolerance)
{
  LinearSolveReport report;
  report.refactored = refactor || !impl_->factored;
  const double start = MPI_Wtime();
  check(KSPSetReusePreconditioner(impl_->ksp, report.refactored ? PETSC_FALSE : PETSC_TRUE));
  check(KSPSetOperators(impl_->ksp, impl_->matrix, impl_->matrix));
  check(KSPSetUp(impl_->ksp));
  PC pc;
  check(KSPGetPC(impl_->ksp, &pc));
  Mat factor;
  PCFailedReason reason;
  PetscInt pivots = 0, status = 0;
  // An indefinite tangent delays pivots and can outgrow the work space: then it is enlarged, not given up.
  constexpr int out_of_work_space = -9, out_of_integer_space = -8;
  for (int attempt = 0; attempt < 3; ++attempt) {
    check(PCSetUp(pc));
    check(PCGetFailedReason(pc, &reason));
    check(PCFactorGetMatrix(pc, &factor));
    check(MatMumpsGetInfog(factor, 1, &status));
    if (status != out_of_work_space && status != out_of_integer_space)
      break;
    impl_->work_space_percent *= 2;
    check(MatMumpsSetIcntl(factor, 14, impl_->work_space_percent));
    check(MatAssemblyBegin(impl_->matrix, MAT_FINAL_ASSEMBLY)); // tells PETSc that the factor is out of date
    check(MatAssemblyEnd(impl_->matrix, MAT_FINAL_ASSEMBLY));
  }
  const double factored = MPI_Wtime();
  if (report.refactored) {
    ++times.n_factors;
    times.factor += factored - start;
  }
  impl_->factored = reason == PC_NOERROR && status >= 0;
  if (is_out_of_memory(status))
    throw_out_of_memory(factor, n_unknowns());
  if (!impl_->factored) {
    report.failed = true;
    return report;
  }
  check(MatMumpsGetInfog(factor, 12, &pivots));
  report.negative_pivots = static_cast<int>(pivots);
  // An old factor that needs more iterations than this costs more than a new one.
  check(KSPSetTolerances(impl_->ksp, relative_tolerance, 1e-50, 1e6, report.refactored ? 60 : 30));
  check(KSPSolve(impl_->ksp, impl_->residual, impl_->solution));
  check(VecScale(impl_->solution, -1));
  PetscInt iterations;
  KSPConvergedReason converged;
  check(KSPGetIterationNumber(impl_->ksp, &iterations));
  check(KSPGetConvergedReason(impl_->ksp, &converged));
  report.iterations = static_cast<int>(iterations);
  x = impl_->gather(impl_->solution);
  if (bodies_)
    bodies_->expand(x);
  report.failed = converged < 0 || std::any_of(x.begin(), x.end(), [](double v) { return !std::isfinite(v); });
  times.solve += MPI_Wtime() - factored;
  ++times.n_solves;
  return report;
}

void GlobalSystem::release_factor()
{
  KSPDestroy(&impl_->ksp);
  impl_->factored = false;
  impl_->create_solver(communicator_);
}

State GlobalSystem::reactions() const { return impl_->gather(impl_->reaction); }
State GlobalSystem::residual() const { return impl_->gather(impl_->residual); }

State GlobalSystem::multiply(const State &x) const
{
  Vec in, out;
  check(VecDuplicate(impl_->residual, &in));
  check(VecDuplicate(impl_->residual, &out));
  for (int row = 3 * impl_->first_block; row < 3 * impl_->end_block; ++row)
    check(VecSetValue(in, row, x[row], INSERT_VALUES));
  check(VecAssemblyBegin(in));
  check(VecAssemblyEnd(in));
  check(MatMult(impl_->matrix, in, out));
  State result = impl_->gather(out);
  VecDestroy(&in);
  VecDestroy(&out);
  return result;
}
} // namespace lumbarfem
