/// What a whole run, its processes of --jobs and its parts have in common: what is asked for, how it begins and ends.
#pragma once

#include "app/commands/options.h"
#include "app/simulation/run_folder.h"
#include "app/simulation/study_runner.h"
#include "base/failure.h"
#include "cases/study_reader.h"

#include <string>

namespace lumbarfem
{
/// What the options of the command line say.
struct Request {
  StudyFile file; ///< with the variants that were chosen
  FrozenHashes hashes;
  std::string output;
};

std::string output_of(const boost::program_options::variables_map &values);
/// @p snapshot: file with the text of the study as it was when the run began; empty: the study is read now.
Request read_request(const boost::program_options::variables_map &values, const std::string &snapshot = "");
/// Leaves one of the variants.
void keep_only(StudyFile &file, const std::string &variant);
RunOptions run_options(const boost::program_options::variables_map &values, const std::string &output);
/// The manifest that a run as asked for begins with.
RunManifest manifest_of_run(const Invocation &invocation, const Request &request, int n_ranks);

enum class Beginning { anew, resumed, is_complete, has_not_converged };
/// Begins the run, or with @p is_resumed goes on with the last one where it was stopped; a run that is over is left as
/// it is. UserError when it is another run than the one asked for.
Beginning begin_run(RunFolder &folder, const Request &request, const RunManifest &manifest, bool is_resumed);
/// The worst that happened, with all messages. A run that does not converge leaves the next variants alone; what else
/// goes wrong (a stop, a full disk, too little memory) ends the whole. Collective.
Failure run_here(const StudyFile &file, RunOptions options, MPI_Comm communicator);
/// The first rank's work after the run: tables, manifest, report. @p way_on: how what was not finished goes on.
void conclude(const Request &request, const RunIdentity &identity, RunFolder &folder, const Failure &failure,
              const std::string &way_on, const boost::program_options::variables_map &values);
/// Says how the run @p run of a folder ended that is over; the exit code of that.
int tell_end(const std::string &output, const RunManifest &run, const std::string &nothing_left);
} // namespace lumbarfem
