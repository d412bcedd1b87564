/// Starts MPI for the tests that need them; only rank 0 prints.
#include <gtest/gtest.h>
#include <mpi.h>

#include <cstdlib>

int main(int argc, char **argv)
{
  testing::InitGoogleTest(&argc, argv);
  setenv("OMPI_MCA_ess_singleton_isolated", "1", 0); // a test that is run alone needs no daemon
  if (!getenv("PMIX_NAMESPACE"))                     // nor the folder that others remove when they end
    setenv("OMPI_MCA_orte_create_session_dirs", "0", 0);
  MPI_Init(&argc, &argv);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank != 0)
    delete testing::UnitTest::GetInstance()->listeners().Release(
        testing::UnitTest::GetInstance()->listeners().default_result_printer());
  const int result = RUN_ALL_TESTS();
  MPI_Finalize();
  return result;
}
