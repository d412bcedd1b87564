/// A line on the terminal that tells how far the work is and how long it will still take.
#pragma once

#include <chrono>
#include <string>

namespace lumbarfem
{
/// Rewrites one line of the standard output; silent when that is not a terminal, so that logs stay clean.
class ProgressLine
{
public:
  /// @p enabled: pass false on all ranks but the first, and for --quiet.
  /// @p start: when the whole began, of which the fractions are.
  explicit ProgressLine(bool enabled, std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now());
  ~ProgressLine();
  ProgressLine(const ProgressLine &) = delete;
  ProgressLine &operator=(const ProgressLine &) = delete;
  /// @p fraction 0 .. 1 of the whole work, @p text what is being done. Written at most five times a second.
  void update(double fraction, const std::string &text);
  /// Clears the line, so that the next output starts at the left margin. More updates may follow.
  void finish();
  /// The text without the control characters: " 42 %  about 3 min left  L4-L5 flexion".
  static std::string format(double fraction, double elapsed_s, const std::string &text);

private:
  bool enabled_, visible_ = false;
  std::chrono::steady_clock::time_point start_, last_;
};

/// "about 40 s", "about 3 min", "about 2 h 10 min"
std::string format_duration(double seconds);
} // namespace lumbarfem
