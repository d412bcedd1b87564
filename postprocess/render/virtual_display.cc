#include "postprocess/render/virtual_display.h"

#include "base/user_error.h"

#include <X11/Xlib.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
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
constexpr int start_limit_ms = 30000;

bool display_answers()
{
  if (!getenv("DISPLAY"))
    return false;
  Display *display = XOpenDisplay(nullptr);
  if (display)
    XCloseDisplay(display);
  return display != nullptr;
}

/// What the child does between fork and exec; only calls that are allowed there.
[[noreturn]] void become_server(pid_t parent, int number_end, int error_end)
{
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent)
    _exit(0);
  const int nowhere = open("/dev/null", O_RDWR);
  for (int stream = 0; stream < 3; ++stream)
    dup2(nowhere, stream);
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
  if (display_answers())
    return;
  if (const char *old = getenv("DISPLAY")) {
    had_display_ = true;
    old_display_ = old;
  }
  start();
}

void VirtualDisplay::start()
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
    return;
  }
  stop();
  const std::string place = had_display_ ? "the display DISPLAY=" + old_display_ + " does not answer"
                                         : "there is no display (DISPLAY is empty)";
  if (is_missing)
    throw UserError(place + " and Xvfb, which stands in for one, cannot be started (" +
                    std::strerror(code ? code : errno) +
                    "); install Debian's package xvfb (apt-get install xvfb, or scripts/setup.sh)");
  throw UserError(place + " and Xvfb did not start; try it by hand: Xvfb -displayfd 1");
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
