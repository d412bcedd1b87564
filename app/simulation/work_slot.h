/// A share of the machine for processes side by side: only so many of them work at a time, the others wait.
#pragma once

#include <functional>
#include <string>

namespace lumbarfem
{
/// One of n lock files in a folder, held while its process works (the system gives it back when the process ends). A
/// process that waits for another one's result gives its slot back meanwhile, and takes one again when all others have
/// begun: what it has left to do is less than they have, and the cores end more evenly with the short ones at the end.
/// Where the file system knows no locks, nobody waits.
class WorkSlot
{
public:
  /// @p mark: file that exists while the process has given its slot back.
  WorkSlot(std::string folder, int n, std::string mark);
  ~WorkSlot();
  WorkSlot(const WorkSlot &) = delete;
  WorkSlot &operator=(const WorkSlot &) = delete;

  /// File in the folder of slots that exists while some processes have not begun.
  static std::string queue_mark(const std::string &folder) { return folder + "/queue"; }

  /// Waits for a free slot; @p stop ends the wait without one.
  void take(const std::function<bool()> &stop);
  void give_back();

private:
  std::string folder_, mark_;
  int n_, file_ = -1;
};
} // namespace lumbarfem
