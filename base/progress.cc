#include "base/progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace lumbarfem
{
namespace
{
constexpr std::chrono::milliseconds shortest_interval{200};

/// Columns of the terminal; a longer line would wrap and could not be rewritten.
std::size_t terminal_width()
{
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return 80;
}
} // namespace

std::string format_duration(double seconds)
{
  if (seconds < 59.5)
    return "about " + std::to_string(std::max(1L, std::lround(seconds))) + " s";
  const long minutes = std::max(1L, std::lround(seconds / 60));
  if (minutes < 60)
    return "about " + std::to_string(minutes) + " min";
  return "about " + std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
}

ProgressLine::ProgressLine(bool enabled, std::chrono::steady_clock::time_point start)
    : enabled_(enabled && isatty(STDOUT_FILENO) == 1), start_(start), last_(start - shortest_interval)
{
}

ProgressLine::~ProgressLine() { finish(); }

std::string ProgressLine::format(double fraction, double elapsed_s, const std::string &text)
{
  fraction = std::clamp(fraction, 0., 1.);
  char percent[16];
  std::snprintf(percent, sizeof percent, "%3d %%", static_cast<int>(100 * fraction));
  std::string line = percent;
  // The first moments say nothing about the rest: assembly of the first step is far from the average.
  if (fraction >= 0.02 && fraction < 1 && elapsed_s >= 2)
    line += "  " + format_duration(elapsed_s * (1 - fraction) / fraction) + " left";
  if (!text.empty())
    line += "  " + text;
  return line;
}

void ProgressLine::update(double fraction, const std::string &text)
{
  if (!enabled_)
    return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < shortest_interval)
    return;
  last_ = now;
  const double elapsed_s = std::chrono::duration<double>(now - start_).count();
  const std::string line = format(fraction, elapsed_s, text).substr(0, terminal_width() - 1);
  // Carriage return and "erase to the end of the line".
  std::printf("\r%s\x1b[K", line.c_str());
  std::fflush(stdout);
  visible_ = true;
}

void ProgressLine::finish()
{
  if (!visible_)
    return;
  std::printf("\r\x1b[K");
  std::fflush(stdout);
  visible_ = false;
}
} // namespace lumbarfem
