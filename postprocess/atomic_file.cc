#include "postprocess/atomic_file.h"

#include "base/user_error.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace lumbarfem
{
namespace
{
/// 0, or the number of the error. A full disk or a quota shows in any of the calls, on network file systems in the
/// last.
int write_all(const std::string &path, const std::string &text, int mode)
{
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | mode, 0666);
  if (file < 0)
    return errno;
  int fault = 0;
  for (std::size_t done = 0; done < text.size() && fault == 0;) {
    const ssize_t n = write(file, text.data() + done, std::min<std::size_t>(text.size() - done, std::size_t{1} << 30));
    if (n >= 0)
      done += static_cast<std::size_t>(n);
    else if (errno != EINTR)
      fault = errno;
  }
  if (close(file) != 0 && fault == 0 && errno != EINTR)
    fault = errno;
  return fault;
}
} // namespace

void write_text(const std::string &path, const std::string &text)
{
  const std::string temporary = path + ".part";
  int fault = write_all(temporary, text, O_TRUNC);
  if (fault == 0 && std::rename(temporary.c_str(), path.c_str()) != 0)
    fault = errno;
  if (fault == 0)
    return;
  unlink(temporary.c_str());
  throw UserError("cannot write " + path + ": " + std::strerror(fault));
}

void append_text(const std::string &path, const std::string &text)
{
  struct stat before {
  };
  const bool is_there = stat(path.c_str(), &before) == 0;
  const int fault = write_all(path, text, O_APPEND);
  if (fault == 0)
    return;
  const int taken_back = is_there ? truncate(path.c_str(), before.st_size) : unlink(path.c_str());
  throw UserError("cannot write " + path + ": " + std::strerror(fault) +
                  (taken_back == 0 ? "" : "; its last line is not complete"));
}
} // namespace lumbarfem
