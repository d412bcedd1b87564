/// Independent processes side by side, started before MPI is initialised.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace lumbarfem
{
struct Job {
  std::string name, log; ///< standard output and error go to the log and, line by line, to the terminal
  std::vector<std::string> command;
  std::function<void()> on_failure;
  std::string waiting_mark;  ///< file that exists while the job only waits for another one
  std::string progress_file; ///< where the job writes the share of its work that is done; empty: nowhere
  double work = 1;           ///< about, compared with the others
};

/// Runs at most @p n at a time in the given order, with a line of progress on a terminal; up to @p n more may wait for
/// others. @p queue_mark: file that exists while some have not begun; empty: none. Returns 0 or the worst exit code
/// (from mild to bad: 3, 4, 5, 2, 1, others). A signal to stop is passed on to the running jobs; they are killed when
/// this process dies.
int run_side_by_side(const std::vector<Job> &jobs, int n, bool quiet, const std::string &queue_mark = "");
} // namespace lumbarfem
