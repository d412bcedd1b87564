#include "app/simulation/provenance.h"

#include "app/version.h"
#include "base/digest.h"
#include "cases/surgery_levels.h"
#include "solver/mumps.h"
#include "solver/nested_dissection.h"

#include <dlfcn.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <climits>
#include <cstdlib>
#include <ctime>
#include <fstream>

namespace lumbarfem
{
namespace
{
/// Name of the kernels that OpenBLAS works with; empty when it is another BLAS.
std::string openblas_kernels()
{
  using Name = char *();
  const auto name = reinterpret_cast<Name *>(dlsym(RTLD_DEFAULT, "openblas_get_corename"));
  return name ? name() : "";
}
} // namespace

std::string blas_in_use()
{
  // Debian links libblas.so.3 through the alternatives system: the resolved path in the memory map tells which it is.
  std::ifstream maps("/proc/self/maps");
  std::string line, found = "unknown";
  while (std::getline(maps, line)) {
    const std::size_t slash = line.find('/');
    if (slash == std::string::npos)
      continue;
    const std::string path = line.substr(slash);
    if (path.find("openblas") != std::string::npos)
      return openblas_kernels().empty() ? "OpenBLAS" : "OpenBLAS (" + openblas_kernels() + ")";
    if (path.find("blis") != std::string::npos)
      return "BLIS";
    if (path.find("mkl") != std::string::npos)
      return "MKL";
    if (path.find("/atlas/") != std::string::npos)
      return "ATLAS";
    if (path.find("/libblas.so") != std::string::npos)
      found = "reference BLAS";
  }
  return found;
}

std::string blas_advice()
{
  if (blas_in_use() == "reference BLAS")
    return "the reference BLAS makes the factorisation about 8 times slower; install libopenblas0-pthread";
#ifdef __x86_64__
  const char *const pinned = std::getenv("OPENBLAS_CORETYPE");
  const std::string kernels = openblas_kernels();
  if (pinned && (kernels == "Haswell" || kernels == "Zen") && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    return "OPENBLAS_CORETYPE is set to " + std::string(pinned) +
           ", whose factorisation takes about a fifth longer than with this processor's own kernels (AVX-512); unset "
           "it";
#endif
  return "";
}

std::string program_version() { return version::program; }
std::string git_revision() { return version::git_revision; }

ProgramInfo program_info()
{
  return {version::program,
          version::git_revision,
          version::compiler,
          version::build_type,
          {{"deal.II", version::dealii},
           {"MUMPS", mumps_version()},
           {"METIS", metis_version()},
           {"VTK", version::vtk},
           {"Eigen", version::eigen},
           {"BLAS", blas_in_use()},
           {"MPI", version::mpi}}};
}

std::string executable_hash()
{
  static const std::string hash = sha256_of_file("/proc/self/exe");
  return hash;
}

RunProvenance make_provenance(const Study &study, const Model &model, MPI_Comm communicator)
{
  RunProvenance provenance;
  provenance.program = program_info();
  provenance.ranks = model.field.n_ranks;
  provenance.study_text = study.effective_toml;
  provenance.treated = treated_by(study.surgery);
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  double memory = usage.ru_maxrss / 1024.;
  MPI_Allreduce(MPI_IN_PLACE, &memory, 1, MPI_DOUBLE, MPI_SUM, communicator);
  provenance.peak_memory_MiB = memory;
  return provenance;
}
} // namespace lumbarfem
