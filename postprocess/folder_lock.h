/// One writer at a time for a result folder, or several that each write a part of it.
#pragma once

#include <string>

namespace lumbarfem
{
/// Held by the command that writes the folder, and by the processes that it starts (they inherit it): the system takes
/// it back when the last of them ends, however it ends. On network file systems it holds for all machines where the
/// server keeps locks; where it does not, is_kept() is false and nobody is refused.
class FolderLock
{
public:
  enum class Sharing { alone, with_other_parts };
  /// Takes the lock of an existing folder (its file `.lock`). UserError when another process holds it - one that shares
  /// it is in the way of those only that want it alone - or the folder cannot be written. @p holder: who takes it, for
  /// the message that others get.
  FolderLock(const std::string &folder, const std::string &holder, Sharing sharing = Sharing::alone);
  ~FolderLock();
  FolderLock(const FolderLock &) = delete;
  FolderLock &operator=(const FolderLock &) = delete;
  bool is_kept() const { return is_kept_; }

private:
  int file_ = -1;
  bool is_kept_ = false;
};

/// Whether some process writes the folder, or a part of it, now.
bool is_locked(const std::string &folder);

extern const char *const lock_name; ///< ".lock"
} // namespace lumbarfem
