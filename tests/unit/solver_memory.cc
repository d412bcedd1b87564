/// What does not fit into memory: an error of its own, on all ranks, that says how much is needed.
#include "tests/support/ranks.h"

#include "base/user_error.h"
#include "solver/mumps.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <memory>

namespace lumbarfem
{
namespace
{
/// The address space may grow by so many bytes only, as long as this lives.
class AddressSpaceLimit
{
public:
  explicit AddressSpaceLimit(double more)
  {
    getrlimit(RLIMIT_AS, &before_);
    std::ifstream file("/proc/self/statm");
    double pages = 0;
    file >> pages;
    rlimit limit = before_;
    limit.rlim_cur = static_cast<rlim_t>(pages * static_cast<double>(sysconf(_SC_PAGESIZE)) + more);
    setrlimit(RLIMIT_AS, &limit);
  }
  ~AddressSpaceLimit() { setrlimit(RLIMIT_AS, &before_); }
  AddressSpaceLimit(const AddressSpaceLimit &) = delete;
  AddressSpaceLimit &operator=(const AddressSpaceLimit &) = delete;

private:
  rlimit before_{};
};

/// The Laplacian on a cube of points, an equal share of it on each rank.
struct Grid {
  int n;
  std::vector<int> rows, columns;
  std::vector<float> values;

  explicit Grid(int side) : n(side * side * side)
  {
    for (int point = 0; point < n; ++point) {
      add(point, point, 6.5);
      const int place[3] = {point % side, point / side % side, point / (side * side)};
      const int stride[3] = {1, side, side * side};
      for (int axis = 0; axis < 3; ++axis)
        if (place[axis] + 1 < side)
          add(point, point + stride[axis], -1);
    }
  }
  void add(int row, int column, double value)
  {
    rows.push_back(row + 1);
    columns.push_back(column + 1);
    values.push_back(static_cast<float>(value / n_ranks()));
  }
};
} // namespace

TEST(SolverMemory, AFactorThatDoesNotFitOnOneRankIsOutOfMemoryOnAll)
{
  const Grid warm_up(6), grid(34);
  Mumps<float> small(MPI_COMM_WORLD), mumps(MPI_COMM_WORLD);
  small.analyse(warm_up.n, warm_up.rows, warm_up.columns, {});
  std::vector<float> values = warm_up.values;
  ASSERT_FALSE(small.factor(values).failed); // libraries take memory of their own at first
  mumps.analyse(grid.n, grid.rows, grid.columns, {});
  EXPECT_GT(mumps.estimated_bytes(), 60e6);
  values = grid.values;
  std::string message;
  try {
    std::unique_ptr<AddressSpaceLimit> limit;
    if (rank() == n_ranks() - 1)
      limit = std::make_unique<AddressSpaceLimit>(8e6);
    mumps.factor(values);
    ADD_FAILURE() << "it fitted";
  } catch (const OutOfMemory &error) {
    message = error.what();
  }
  for (const char *part : {"out of memory: the factorisation of 39304 unknowns in single precision needs about ",
                           " GiB (MUMPS' estimate", " are left", "mesh.resolution"})
    EXPECT_NE(message.find(part), std::string::npos) << message;
  // With room it works as if nothing had been.
  values = grid.values;
  EXPECT_FALSE(mumps.factor(values).failed);
}

/// The others do not come to end the instance with a rank that an exception of its own takes away.
TEST(SolverMemory, AnExceptionOfOneRankAloneIsNotHeldUp)
{
  if (n_ranks() == 1)
    GTEST_SKIP() << "needs two ranks";
  const bool is_last = rank() == n_ranks() - 1;
  const double start = MPI_Wtime();
  try {
    auto mumps = std::make_unique<Mumps<double>>(MPI_COMM_WORLD);
    if (is_last)
      throw std::runtime_error("met alone");
    mumps.release(); // NOLINT: its end is collective
  } catch (const std::runtime_error &) {
  }
  EXPECT_LT(MPI_Wtime() - start, 20);
  MPI_Barrier(MPI_COMM_WORLD);
}
} // namespace lumbarfem
