#include "postprocess/folder_lock.h"

#include "base/user_error.h"
#include "postprocess/run_manifest.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>

namespace lumbarfem
{
namespace
{
std::string host_name()
{
  char name[HOST_NAME_MAX + 1] = "";
  gethostname(name, sizeof name - 1);
  return name;
}

std::string text_of(int file)
{
  char text[512] = "";
  const ssize_t n = pread(file, text, sizeof text - 1, 0);
  const std::string line(text, n > 0 ? static_cast<std::size_t>(n) : 0);
  return line.substr(0, line.find('\n'));
}
} // namespace

const char *const lock_name = ".lock";

FolderLock::FolderLock(const std::string &folder, const std::string &holder, Sharing sharing)
{
  const std::string path = folder + "/" + lock_name;
  file_ = open(path.c_str(), O_RDWR | O_CREAT, 0666);
  if (file_ < 0)
    throw UserError(folder + ": cannot write there (" + std::strerror(errno) + ")");
  // A reader that only looks (is_locked) holds it for a moment.
  constexpr int n_attempts = 5, pause_ms = 20;
  int reason = 0;
  for (int attempt = 0; attempt < n_attempts && !is_kept_; ++attempt) {
    if (attempt > 0)
      poll(nullptr, 0, pause_ms);
    is_kept_ = flock(file_, (sharing == Sharing::alone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0;
    reason = is_kept_ ? 0 : errno;
    if (reason != EWOULDBLOCK)
      break;
  }
  if (reason == EWOULDBLOCK) {
    const std::string other = text_of(file_);
    close(file_);
    throw UserError(folder + ": is being written by another command" + (other.empty() ? "" : " (" + other + ")") +
                    "; wait for its end, or give another folder with --output");
  }
  const std::string line =
      holder + ", process " + std::to_string(getpid()) + " on " + host_name() + ", since " + time_now() + "\n";
  if (ftruncate(file_, 0) != 0 || pwrite(file_, line.data(), line.size(), 0) < 0)
    return; // the text is a help for others, the lock stands without it
}

FolderLock::~FolderLock() { close(file_); }

bool is_locked(const std::string &folder)
{
  const std::string path = folder + "/" + lock_name;
  // Network file systems give the lock that nobody else may hold to those only that could write.
  int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0)
    file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return false;
  const bool is_held = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close(file);
  return is_held;
}
} // namespace lumbarfem
