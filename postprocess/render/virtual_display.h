/// The X display that VTK draws on: Debian's VTK needs one even off-screen.
#pragma once

#include <sys/types.h>

#include <string>

namespace lumbarfem
{
/// Uses the display of the environment when VTK can draw on it, else starts Xvfb for its own lifetime and sets DISPLAY.
/// The kernel ends that Xvfb with this process, however it ends.
class VirtualDisplay
{
public:
  /// Throws UserError when there is neither such a display nor an Xvfb that is one.
  VirtualDisplay();
  ~VirtualDisplay();
  VirtualDisplay(const VirtualDisplay &) = delete;
  VirtualDisplay &operator=(const VirtualDisplay &) = delete;

private:
  void start(const std::string &fault);
  void stop();

  pid_t server_ = 0; ///< 0: the display of the environment
  bool had_display_ = false;
  std::string old_display_;
};
} // namespace lumbarfem
