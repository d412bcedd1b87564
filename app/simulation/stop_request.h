/// A user's wish to end a run between two load steps.
#pragma once

namespace lumbarfem
{
/// SIGINT, SIGTERM and SIGUSR1 ask for the end; that nobody reads the output any more (SIGPIPE) does not end a run.
void install_signal_handlers();
bool is_stop_requested();
} // namespace lumbarfem
