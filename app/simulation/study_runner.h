/// Runs variants along their plans: build, installation, preload, every direction and protocol, measures, files.
#pragma once

#include "app/simulation/stop_request.h"
#include "cases/study.h"
#include "postprocess/result_row.h"
#include "postprocess/summary_writer.h"
#include "solver/equilibrium_solver.h"

#include <mpi.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace lumbarfem
{
class WorkSlot;

struct RunOptions {
  std::string output;
  RunIdentity identity;
  bool is_resumed = false; ///< goes on with what each variant has kept, where there is something
  bool quiet = false;
  bool terminal = false;                                                          ///< a progress line is allowed
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now(); ///< of the whole study
  double done_before = 0, share = 1; ///< of the whole study: what lies before this variant, and the variant itself
  /// Where the done share of the variant is written for the process that started this one; empty: nowhere.
  std::string progress_file;
  /// Other processes may still be working on the reference variant: wait for its rotations instead of failing.
  bool wait_for_reference = false;
  WorkSlot *slot = nullptr; ///< given back while waiting
};

/// Runs one variant through its plan, that is in all directions and protocols of its loading and writes
/// <output>/<variant>/... A direction that does not converge is named in the summary (converged: false) with its steps
/// up to the last good one, and its field series is marked; the other directions are still run, then NotConverged is
/// thrown. What is thrown as UserError, Stopped or OutOfMemory is thrown on all ranks. Collective.
void run_variant(const Study &study, const RunOptions &options, MPI_Comm communicator);
} // namespace lumbarfem
