/// A run in parts, for those who start its variants themselves (docs/cluster.md): run --prepare, --part and --gather.
#pragma once

#include "app/commands/options.h"
#include "cases/study.h"

namespace lumbarfem
{
/// Whether a variant cannot run before the reference has told its rotations.
bool needs_reference(const Study &study);
/// Checks the study, makes the run's folder and leaves it, or with --resume opens the last run again. Exit code.
int prepare_run(const Invocation &invocation, const boost::program_options::variables_map &values);
/// Runs one variant of the prepared run, or goes on with it where it was ended. Any number of parts may run at a time,
/// on any machines that see the folder, the reference variant before those that need its rotations. Exit code.
int run_part(const Invocation &invocation, const boost::program_options::variables_map &values);
/// Puts together what the parts have left and ends the run: as an ordinary one where all have come to their end, else
/// as one that was stopped. Exit code: 0, 3 or 4.
int gather_parts(const Invocation &invocation, const boost::program_options::variables_map &values);
} // namespace lumbarfem
