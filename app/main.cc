/// The `lumbarfem` command.
#include "app/commands/commands.h"
#include "app/commands/shipped_files.h"
#include "app/ranks.h"
#include "app/simulation/provenance.h"
#include "base/formatted.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <memory>

using namespace lumbarfem;

namespace
{
struct SubCommand {
  std::string sentence;
  std::function<int(const Invocation &)> call;
  bool uses_ranks = false; ///< else one rank does the work under mpirun
  bool multiplies = false; ///< solves systems itself, with BLAS
};

const std::map<std::string, SubCommand> &sub_commands()
{
  static const std::map<std::string, SubCommand> commands = {
      {"run", {"solve a study and print its table", run_command, true, true}},
      {"check", {"read and check a study, solve nothing, print the effective study", check_command}},
      {"plan",
       {"print the runs of a study and what they take; write them as jobs for Snakemake or SLURM", plan_command}},
      {"mesh", {"write the mesh of a study with its regions and a quality table", mesh_command, true}},
      {"convergence",
       {"solve a study on three meshes, print observed orders and error bands", convergence_command, false, true}},
      {"calibrate", {"fit constants of a disc or a spine to measured rotations", calibrate_command, false, true}},
      {"follower-path",
       {"find the guides of the follower load with which no segment turns", follower_path_command, true, true}},
      {"validate",
       {"solve the shipped studies and compare them with what was published", validate_command, false, true}},
      {"claims", {"compute published findings under each assumption and compare", claims_command, false, true}},
      {"preview",
       {"make one page of a study's models, solve nothing: mesh, surgery, loads, findings", preview_command}},
      {"export",
       {"write the model of a study for Abaqus, CalculiX or FEBio, or its surfaces as STL or VTP", export_command}},
      {"render", {"draw the figures of a result folder (PNG)", render_command}},
      {"report", {"make one page of a result folder: tables, plots, 3D view", report_command}},
      {"template", {"print an annotated study with every key", template_command}},
      {"materials", {"print the tissue library with its sources", materials_command}}};
  return commands;
}

/// One BLAS thread per rank unless the user says otherwise: ranks and jobs fill the cores. OpenBLAS reads its variable
/// when it is loaded, so the program starts itself anew with it; that takes half a second, and only where it matters.
void use_one_thread_per_rank(int argc, char **argv)
{
  const auto command = argc > 1 ? sub_commands().find(argv[1]) : sub_commands().end();
  if (getenv("OPENBLAS_NUM_THREADS") || command == sub_commands().end() || !command->second.multiplies)
    return;
  setenv("OMP_NUM_THREADS", "1", 0);
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  execv("/proc/self/exe", argv); // on failure: go on with more threads
}

/// The first line is for scripts.
void print_version()
{
  const ProgramInfo info = program_info();
  std::cout << "lumbarfem " << info.version << " (" << info.git_revision << ")\n"
            << info.compiler << ", " << info.build_type << "\n";
  for (const auto &[library, version] : info.libraries)
    std::cout << library << " " << version << "\n";
  std::cout << "report page: " << (report_page_path().empty() ? "not built (needs Node)" : "yes") << "\n";
}

void print_help()
{
  std::cout << "LumbarFEM " << program_version() << ": finite elements for the human lumbar spine\n\n"
            << "usage: lumbarfem COMMAND [options]     (lumbarfem COMMAND --help tells more)\n\n";
  for (const auto &[name, command] : sub_commands())
    std::cout << "  " << name << std::string(14 - name.size(), ' ') << command.sentence << "\n";
  std::cout << "\nExit codes: 0 done, 1 internal error, 2 bad input or a file that cannot be written, 3 not converged, "
               "4 stopped,\n5 out of memory.\n";
}

const SubCommand &find_command(const std::string &given)
{
  const auto command = sub_commands().find(given);
  if (command != sub_commands().end())
    return command->second;
  std::vector<std::string> names;
  for (const auto &[name, unused] : sub_commands())
    names.push_back(name);
  const std::string nearest = nearest_match(given, names);
  throw UserError("\"" + given + "\" is not a command; commands are " + join_alternatives(names) +
                  (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
}

/// Returns the exit code.
int call(const std::vector<std::string> &arguments, const char *program, Ranks &ranks)
{
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help") {
    if (ranks.is_first())
      print_help();
    return arguments.empty() ? static_cast<int>(ExitCode::bad_input) : 0;
  }
  if (arguments[0] == "--version") {
    if (ranks.is_first())
      print_version();
    return 0;
  }
  const SubCommand &command = find_command(arguments[0]);
  if (!ranks.is_first() && !command.uses_ranks)
    return 0;
  const int code = command.call({program, {arguments.begin() + 1, arguments.end()}, ranks});
  // Of a run the table also stands in its folder; what else a command prints would be lost without a word.
  std::cout.flush();
  if (!command.uses_ranks && (!std::cout || std::fflush(stdout) != 0))
    throw UserError("the standard output cannot be written; is the disk full?");
  return code;
}
} // namespace

int main(int argc, char **argv)
{
  use_one_thread_per_rank(argc, argv);
  use_decimal_point();
  std::signal(SIGXFSZ, SIG_IGN); // a file that grows too large is an error of its writer
  std::unique_ptr<Ranks> started;
  try {
    started = std::make_unique<Ranks>();
  } catch (...) { // before there is anybody to agree with
    const Failure failure = current_failure();
    std::cerr << told(failure);
    return static_cast<int>(failure.code);
  }
  Ranks &ranks = *started;
  int code = 0;
  Failure failure;
  try {
    code = call({argv + 1, argv + argc}, argv[0], ranks);
  } catch (...) {
    failure = current_failure();
  }
  failure = ranks.agree(failure);
  if (!failure.has_failed())
    return code;
  if (ranks.is_first())
    std::cerr << told(failure);
  return static_cast<int>(failure.code);
}
