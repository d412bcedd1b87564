/// Errors that end in one message for the user and a defined exit code; never in a stack trace.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace lumbarfem
{
/// Exit codes of the command.
enum class ExitCode { done = 0, internal_error = 1, bad_input = 2, not_converged = 3, stopped = 4, out_of_memory = 5 };

/// Wrong input, or a file that cannot be written: what() is the whole message (where, what was given, what is allowed,
/// what to do). Exit code 2.
class UserError : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

/// The solver gave up: what() names tissue, level and element and the next thing to try. Exit code 3.
class NotConverged : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

/// A user's interruption (SIGINT, SIGTERM, SIGUSR1) noticed between load steps. Exit code 4.
class Stopped : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

/// The machine, or what the process may take of it, is too small: what() says for what, and what to do. Exit code 5.
class OutOfMemory : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

/// The allowed word nearest to @p given by edit distance, or an empty string when nothing is near
/// (more than half of the letters differ).
std::string nearest_match(const std::string &given, const std::vector<std::string> &allowed);

/// "a, b or c"
std::string join_alternatives(const std::vector<std::string> &words);
} // namespace lumbarfem
