/// Sparse symmetric factorisation by MUMPS (Amestoy 2001, 2019), in double or in single precision.
#pragma once

#include <mpi.h>

#include <memory>
#include <string>
#include <vector>

namespace lumbarfem
{
std::string mumps_version();

enum class Pivots {
  chosen,      ///< by size among their candidates: whatever the matrix
  as_they_come ///< in the order of elimination, without scaling; saves a sixth of the time where no pivot can be zero
};

/// L D L^T of a symmetric matrix whose entries lie on the ranks of a communicator in any way; entries of the same place
/// are added up. All functions are collective.
///
/// What does not fit is an OutOfMemory, on all of those ranks, that says how much is needed.
///
/// A preconditioner needs no more than single precision, which takes half the memory and half the time.
template <typename Real>
class Mumps
{
public:
  /// @p communicator: of all who share the matrix (MPI_COMM_SELF: one rank alone).
  explicit Mumps(MPI_Comm communicator, Pivots pivots = Pivots::chosen);
  ~Mumps();
  Mumps(const Mumps &) = delete;
  Mumps &operator=(const Mumps &) = delete;

  /// Symbolic factorisation of @p n unknowns. @p rows and @p columns: this rank's entries, each place of one triangle,
  /// counted from 1; kept. @p position: of each unknown in the order of elimination, from 1, on the first rank; empty:
  /// MUMPS orders by itself.
  void analyse(int n, std::vector<int> rows, std::vector<int> columns, std::vector<int> position);
  bool is_analysed() const { return n_ > 0; }

  struct Factor {
    bool failed = false; ///< singular to working precision
    int negative_pivots = 0;
    std::string reason; ///< of the failure
  };
  /// Numerical factorisation. @p values: of this rank's entries, in their order; used up.
  Factor factor(std::vector<Real> &values);
  /// Solves with the last factor: @p x (n) is the right-hand side on the first rank and the solution on all.
  void solve(std::vector<Real> &x);
  /// MUMPS' own estimate of the bytes that the factorisation takes, sum of all ranks; 0 before analyse().
  double estimated_bytes() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  int n_ = 0;
};
} // namespace lumbarfem
