#include "postprocess/render/virtual_display.h"

#include "base/user_error.h"

#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkSmartPointer.h>

// Its macros would spoil what comes after.
#include <X11/Xlib.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace lumbarfem
{
namespace
{
constexpr int start_limit_ms = 30000, probe_limit_ms = 20000;

void silence()
{
  const int nowhere = open("/dev/null", O_RDWR);
  for (int stream = 0; stream < 3; ++stream)
    dup2(nowhere, stream);
}

/// Draws a few pixels on the display of the environment. In a process of its own: where VTK does not find the OpenGL
/// that it needs it complains at length and aborts.
bool vtk_can_draw()
{
  const pid_t probe = fork();
  if (probe == 0) {
    silence();
    const rlimit no_core{0, 0}; // of an abort that is expected
    setrlimit(RLIMIT_CORE, &no_core);
    const auto window = vtkSmartPointer<vtkRenderWindow>::New();
    window->SetOffScreenRendering(1);
    window->SetSize(16, 16);
    window->AddRenderer(vtkSmartPointer<vtkRenderer>::New());
    window->Render();
    _exit(window->SupportsOpenGL() ? 0 : 1);
  }
  int status = -1;
  for (int waited_ms = 0; probe > 0 && waitpid(probe, &status, WNOHANG) == 0; waited_ms += 10) {
    if (waited_ms >= probe_limit_ms) {
      kill(probe, SIGKILL);
      waitpid(probe, &status, 0);
      return false;
    }
    poll(nullptr, 0, 10);
  }
  return probe > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Why the display of the environment cannot be drawn on; empty when it can.
std::string fault_of_display()
{
  const char *name = getenv("DISPLAY");
  if (!name)
    return "there is no display (DISPLAY is empty)";
  const std::string place = std::string("the display DISPLAY=") + name;
  Display *display = XOpenDisplay(nullptr);
  if (!display)
    return place + " does not answer";
  int opcode = 0, event = 0, error = 0;
  const bool has_glx = XQueryExtension(display, "GLX", &opcode, &event, &error) != 0;
  XCloseDisplay(display);
  return has_glx && vtk_can_draw() ? "" : place + " cannot draw with OpenGL (GLX)";
}

/// What the child does between fork and exec; only calls that are allowed there.
[[noreturn]] void become_server(pid_t parent, int number_end, int error_end)
{
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent)
    _exit(0);
  silence();
  // Above the ends of both pipes, so that neither is overwritten; a copy survives the exec, the ends do not.
  const int number = fcntl(number_end, F_DUPFD, 10);
  char word[12];
  int digits = 0, rest = number;
  do {
    ++digits;
    rest /= 10;
  } while (rest > 0);
  word[digits] = '\0';
  for (rest = number; digits > 0; rest /= 10)
    word[--digits] = static_cast<char>('0' + rest % 10);
  execlp("Xvfb", "Xvfb", "-displayfd", word, "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset",
         static_cast<char *>(nullptr));
  const int error = errno;
  if (write(error_end, &error, sizeof error) < 0)
    _exit(126);
  _exit(127);
}

/// Text until the first line end; empty when nothing comes in time.
std::string read_line(int end)
{
  std::string text;
  char character = 0;
  pollfd waiting{end, POLLIN, 0};
  while (poll(&waiting, 1, start_limit_ms) > 0 && read(end, &character, 1) == 1) {
    if (character == '\n')
      return text;
    text += character;
  }
  return "";
}
} // namespace

VirtualDisplay::VirtualDisplay()
{
  const std::string fault = fault_of_display();
  if (fault.empty())
    return;
  if (const char *old = getenv("DISPLAY")) {
    had_display_ = true;
    old_display_ = old;
  }
  start(fault);
}

void VirtualDisplay::start(const std::string &fault)
{
  int number[2], error[2];
  if (pipe2(number, O_CLOEXEC) != 0 || pipe2(error, O_CLOEXEC) != 0)
    throw UserError(std::string("cannot make a pipe to Xvfb: ") + std::strerror(errno));
  const pid_t parent = getpid();
  server_ = fork();
  if (server_ == 0)
    become_server(parent, number[1], error[1]);
  close(number[1]);
  close(error[1]);
  int code = 0;
  const bool is_missing = server_ < 0 || read(error[0], &code, sizeof code) == static_cast<ssize_t>(sizeof code);
  const std::string display = is_missing ? "" : read_line(number[0]);
  close(number[0]);
  close(error[0]);
  if (!display.empty()) {
    setenv("DISPLAY", (":" + display).c_str(), 1);
    if (vtk_can_draw())
      return;
    stop();
    throw UserError(fault +
                    " and Xvfb, which stands in for one, cannot draw with OpenGL (GLX) either; install Debian's "
                    "package libgl1-mesa-dri");
  }
  stop();
  if (is_missing)
    throw UserError(fault + " and Xvfb, which stands in for one, cannot be started (" +
                    std::strerror(code ? code : errno) +
                    "); install Debian's package xvfb (apt-get install xvfb, or scripts/setup.sh)");
  throw UserError(fault + " and Xvfb did not start; try it by hand: Xvfb -displayfd 1");
}

void VirtualDisplay::stop()
{
  if (server_ <= 0)
    return;
  kill(server_, SIGTERM);
  waitpid(server_, nullptr, 0);
  server_ = 0;
  if (had_display_)
    setenv("DISPLAY", old_display_.c_str(), 1);
  else
    unsetenv("DISPLAY");
}

VirtualDisplay::~VirtualDisplay() { stop(); }
} // namespace lumbarfem
