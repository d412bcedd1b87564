/// Where a result comes from: version, revision, libraries, ranks, times.
#pragma once

#include "cases/study.h"
#include "postprocess/summary_writer.h"
#include "solver/model.h"

namespace lumbarfem
{
/// Name of the BLAS library that is loaded ("OpenBLAS (SkylakeX)", "reference BLAS" ...), from the process's own maps;
/// in brackets whose kernels it uses.
std::string blas_in_use();
/// What makes the BLAS in use slower than need be and what to do; mostly empty.
std::string blas_advice();
std::string program_version();
std::string git_revision();
/// Version, revision, compiler and libraries of this build.
ProgramInfo program_info();
/// SHA-256 of the executable: two builds of one revision with changed files differ in it.
std::string executable_hash();
/// Program, study, ranks and the memory of all of them; the rest is for whoever runs. Collective.
RunProvenance make_provenance(const Study &study, const Model &model, MPI_Comm communicator);
} // namespace lumbarfem
