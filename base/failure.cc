#include "base/failure.h"

#include "base/memory.h"

#include <new>

namespace lumbarfem
{
Failure current_failure()
{
  try {
    throw;
  } catch (const UserError &error) {
    return {ExitCode::bad_input, error.what()};
  } catch (const NotConverged &error) {
    return {ExitCode::not_converged, error.what()};
  } catch (const Stopped &error) {
    return {ExitCode::stopped, error.what()};
  } catch (const OutOfMemory &error) {
    return {ExitCode::out_of_memory, error.what()};
  } catch (const std::bad_alloc &) {
    return {ExitCode::out_of_memory,
            "out of memory: " + described_room() + ", less than the next step needs. " + memory_advice};
  } catch (const std::exception &error) {
    return {ExitCode::internal_error, error.what()};
  } catch (...) {
    return {ExitCode::internal_error, "an exception of unknown type"};
  }
}

void throw_failure(const Failure &failure)
{
  switch (failure.code) {
  case ExitCode::bad_input:
    throw UserError(failure.message);
  case ExitCode::not_converged:
    throw NotConverged(failure.message);
  case ExitCode::stopped:
    throw Stopped(failure.message);
  case ExitCode::out_of_memory:
    throw OutOfMemory(failure.message);
  case ExitCode::done:
  case ExitCode::internal_error:
    break;
  }
  throw std::runtime_error(failure.message);
}

std::string told(const Failure &failure)
{
  if (failure.code == ExitCode::internal_error)
    return "lumbarfem: internal error: " + failure.message + "\nPlease report it with the study file.\n";
  return std::string("lumbarfem: ") + (failure.code == ExitCode::bad_input ? "error: " : "") + failure.message + "\n";
}
} // namespace lumbarfem
