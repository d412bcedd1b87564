/// The `lumbarfem` command.
#include "app/commands/commands.h"
#include "app/simulation/provenance.h"
#include "app/simulation/study_runner.h"
#include "base/user_error.h"

#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>

using namespace lumbarfem;

namespace
{
struct SubCommand {
  std::string sentence;
  std::function<int(const Invocation &)> call;
};

const std::map<std::string, SubCommand> &sub_commands()
{
  static const std::map<std::string, SubCommand> commands = {
      {"run", {"solve a study and print its table", run_command}},
      {"check", {"read and check a study, solve nothing, print the effective study", check_command}},
      {"mesh", {"write the mesh of a study with its regions and a quality table", mesh_command}},
      {"convergence", {"solve a study on three meshes, print observed orders and error bands", convergence_command}},
      {"calibrate", {"fit constants of a single disc to measured rotations", calibrate_command}},
      {"follower-path", {"find the guides of the follower load with which no segment turns", follower_path_command}},
      {"validate", {"solve the shipped studies and compare them with what was published", validate_command}},
      {"report", {"make one page of a result folder: tables, plots, 3D view", report_command}},
      {"template", {"print an annotated study with every key", template_command}},
      {"materials", {"print the tissue library with its sources", materials_command}}};
  return commands;
}

/// One BLAS thread per rank unless the user says otherwise: ranks and jobs fill the cores. OpenBLAS reads its variable
/// when it is loaded, so the program starts itself anew with it.
void use_one_thread_per_rank(char **argv)
{
  if (getenv("OPENBLAS_NUM_THREADS"))
    return;
  setenv("OMP_NUM_THREADS", "1", 0);
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  execv("/proc/self/exe", argv); // on failure: go on with more threads
}

/// Under mpirun every rank finds the same error; the first one tells it.
bool is_first_rank()
{
  const char *rank = getenv("OMPI_COMM_WORLD_RANK");
  return !rank || std::atoi(rank) == 0;
}

void print_help()
{
  std::cout << "LumbarFEM " << program_version() << ": finite elements for the human lumbar spine\n\n"
            << "usage: lumbarfem COMMAND [options]     (lumbarfem COMMAND --help tells more)\n\n";
  for (const auto &[name, command] : sub_commands())
    std::cout << "  " << name << std::string(14 - name.size(), ' ') << command.sentence << "\n";
  std::cout << "\nExit codes: 0 done, 2 bad input, 3 not converged, 4 stopped.\n";
}
} // namespace

int main(int argc, char **argv)
{
  use_one_thread_per_rank(argv);
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help") {
      print_help();
      return arguments.empty() ? static_cast<int>(ExitCode::bad_input) : 0;
    }
    if (arguments[0] == "--version") {
      std::cout << "lumbarfem " << program_version() << " (" << git_revision() << ")\n";
      return 0;
    }
    const auto command = sub_commands().find(arguments[0]);
    if (command == sub_commands().end()) {
      std::vector<std::string> names;
      for (const auto &[name, unused] : sub_commands())
        names.push_back(name);
      const std::string nearest = nearest_match(arguments[0], names);
      throw UserError("\"" + arguments[0] + "\" is not a command; commands are " + join_alternatives(names) +
                      (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
    }
    return command->second.call({argv[0], {arguments.begin() + 1, arguments.end()}});
  } catch (const UserError &error) {
    if (is_first_rank())
      std::cerr << "lumbarfem: error: " << error.what() << "\n";
    return static_cast<int>(ExitCode::bad_input);
  } catch (const NotConverged &error) {
    if (is_first_rank())
      std::cerr << "lumbarfem: " << error.what() << "\n";
    return static_cast<int>(ExitCode::not_converged);
  } catch (const Stopped &error) {
    if (is_first_rank())
      std::cerr << "lumbarfem: " << error.what() << "\n";
    return static_cast<int>(ExitCode::stopped);
  } catch (const std::exception &error) {
    std::cerr << "lumbarfem: internal error: " << error.what() << "\nPlease report it with the study file.\n";
    return 1;
  }
}
