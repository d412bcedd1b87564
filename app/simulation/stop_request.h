/// A user's wish to end a run between two load steps.
#pragma once

#include <stdexcept>

namespace lumbarfem
{
/// A user's interruption (SIGINT, SIGTERM, SIGUSR1) noticed between load steps. Exit code 4.
class Stopped : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};
void install_signal_handlers();
bool is_stop_requested();
} // namespace lumbarfem
