/// How many runs go side by side.
#pragma once

#include "app/commands/options.h"

#include <string>

namespace lumbarfem
{
struct JobCount {
  int n = 1;
  std::string reason; ///< "2 cores; 17.3 GiB of memory are left, a run takes about 1.2 GiB"; empty where the user chose
  /// The line that is printed at the start; empty for a single run.
  std::string line() const;
};

/// The option --jobs. @p what: what its runs are.
void add_jobs_option(boost::program_options::options_description &options, const std::string &what);
/// The value of --jobs; without it as many of @p n_runs as cores and memory allow, @p bytes a run (one on several
/// ranks). UserError unless 1 .. @p most, and unless one only where there are several ranks.
JobCount chosen_jobs(const boost::program_options::variables_map &values, int n_runs, int most, double bytes,
                     const Ranks &ranks);
} // namespace lumbarfem
