/// An exception as plain values, so that it can be told, sent to other processes and thrown again.
#pragma once

#include "base/user_error.h"

#include <string>

namespace lumbarfem
{
struct Failure {
  ExitCode code = ExitCode::done;
  std::string message;
  bool has_failed() const { return code != ExitCode::done; }
};

/// Of the exception that is being handled: called inside a catch block. std::bad_alloc is out of memory.
Failure current_failure();
/// Throws the type that belongs to the code; std::runtime_error for an internal error.
[[noreturn]] void throw_failure(const Failure &failure);
/// What stands on the standard error: "lumbarfem: error: ..." and so on, with the end of the line.
std::string told(const Failure &failure);
} // namespace lumbarfem
