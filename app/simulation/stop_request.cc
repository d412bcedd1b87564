#include "app/simulation/stop_request.h"

#include <csignal>
#include <initializer_list>

namespace lumbarfem
{
namespace
{
volatile std::sig_atomic_t stop_requested = 0;
void request_stop(int) { stop_requested = 1; }
} // namespace

void install_signal_handlers()
{
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1})
    std::signal(signal, request_stop);
  std::signal(SIGPIPE, SIG_IGN);
}

bool is_stop_requested() { return stop_requested != 0; }
} // namespace lumbarfem
