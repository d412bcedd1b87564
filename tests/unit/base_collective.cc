#include "base/collective.h"

#include <gtest/gtest.h>

#include <new>

namespace lumbarfem
{
namespace
{
struct Ranks {
  int rank = 0, size = 1;
  Ranks()
  {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
  }
  bool is_last() const { return rank == size - 1; }
};

template <typename Error>
void expect_common(const Error &error)
{
  const Ranks ranks;
  try {
    together(MPI_COMM_WORLD, [&] {
      if (ranks.is_last())
        throw error;
    });
    ADD_FAILURE() << "rank " << ranks.rank << " has not noticed";
  } catch (const Error &found) {
    EXPECT_STREQ(found.what(), error.what());
  }
}
} // namespace

TEST(Collective, TheErrorOfTheLastRankIsThatOfAll)
{
  expect_common(UserError("cannot write x: No space left on device"));
  expect_common(NotConverged("not converged"));
  expect_common(Stopped("stopped"));
  expect_common(OutOfMemory("out of memory"));
  expect_common(std::runtime_error("anything else"));
}

TEST(Collective, TheFirstRankDecides)
{
  const Ranks ranks;
  std::string message;
  try {
    together(MPI_COMM_WORLD, [&] { throw UserError("rank " + std::to_string(ranks.rank)); });
  } catch (const UserError &error) {
    message = error.what();
  }
  EXPECT_EQ(message, "rank 0");
}

TEST(Collective, NothingHappensWithoutAnError)
{
  int n_calls = 0;
  EXPECT_NO_THROW(together(MPI_COMM_WORLD, [&] { ++n_calls; }));
  EXPECT_EQ(n_calls, 1);
}

TEST(Collective, RanksAgreeAtTheEnd)
{
  const Ranks ranks;
  EXPECT_FALSE(agree_at_the_end(MPI_COMM_WORLD, {}).has_failed());
  const Failure own = ranks.is_last() ? Failure{ExitCode::stopped, "stopped"} : Failure{};
  const Failure common = agree_at_the_end(MPI_COMM_WORLD, own);
  EXPECT_EQ(common.code, ExitCode::stopped);
  EXPECT_EQ(common.message, "stopped");
}

TEST(Failures, EachTypeHasItsCode)
{
  const auto code_of = [](const std::function<void()> &work) {
    try {
      work();
    } catch (...) {
      return current_failure();
    }
    return Failure{};
  };
  EXPECT_EQ(code_of([] { throw UserError("a"); }).code, ExitCode::bad_input);
  EXPECT_EQ(code_of([] { throw NotConverged("a"); }).code, ExitCode::not_converged);
  EXPECT_EQ(code_of([] { throw Stopped("a"); }).code, ExitCode::stopped);
  EXPECT_EQ(code_of([] { throw OutOfMemory("a"); }).code, ExitCode::out_of_memory);
  EXPECT_EQ(code_of([] { throw std::logic_error("a"); }).code, ExitCode::internal_error);
  EXPECT_EQ(code_of([] { throw 1; }).code, ExitCode::internal_error);
  const Failure memory = code_of([] { throw std::bad_alloc(); });
  EXPECT_EQ(memory.code, ExitCode::out_of_memory);
  EXPECT_NE(memory.message.find("out of memory"), std::string::npos);
  EXPECT_NE(memory.message.find("mesh.resolution"), std::string::npos) << memory.message;
}
} // namespace lumbarfem
