/// The sub-commands. Each takes its own arguments (without the sub-command's name) and returns the exit code.
#pragma once

#include "app/ranks.h"

#include <string>
#include <vector>

namespace lumbarfem
{
struct Invocation {
  std::string program; ///< path of this executable
  std::vector<std::string> arguments;
  Ranks &ranks;
  /// The command's name and the arguments, as they are kept with the results.
  std::vector<std::string> words(const std::string &command) const
  {
    std::vector<std::string> result = {command};
    result.insert(result.end(), arguments.begin(), arguments.end());
    return result;
  }
};

int run_command(const Invocation &invocation);
int check_command(const Invocation &invocation);
int plan_command(const Invocation &invocation);
int mesh_command(const Invocation &invocation);
int convergence_command(const Invocation &invocation);
int calibrate_command(const Invocation &invocation);
int follower_path_command(const Invocation &invocation);
int render_command(const Invocation &invocation);
int preview_command(const Invocation &invocation);
int export_command(const Invocation &invocation);
int report_command(const Invocation &invocation);
int validate_command(const Invocation &invocation);
int claims_command(const Invocation &invocation);
int template_command(const Invocation &invocation);
int materials_command(const Invocation &invocation);
} // namespace lumbarfem
