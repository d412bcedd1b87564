#include "app/simulation/work_slot.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace lumbarfem
{
WorkSlot::WorkSlot(std::string folder, int n, std::string mark)
    : folder_(std::move(folder)), mark_(std::move(mark)), n_(n)
{
}

WorkSlot::~WorkSlot()
{
  if (file_ >= 0)
    close(file_);
}

void WorkSlot::take(const std::function<bool()> &stop)
{
  const auto exists = [](const std::string &path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
  };
  while (exists(mark_) && exists(queue_mark(folder_)) && !stop())
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  bool has_locks = true;
  while (file_ < 0 && has_locks && !stop()) {
    for (int slot = 0; slot < n_ && file_ < 0; ++slot) {
      const int file = open((folder_ + "/" + std::to_string(slot)).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
      if (file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0) {
        file_ = file;
        continue;
      }
      has_locks = file >= 0 && errno == EWOULDBLOCK;
      if (file >= 0)
        close(file);
    }
    if (file_ < 0 && has_locks)
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  std::error_code ignored;
  std::filesystem::remove(mark_, ignored);
}

void WorkSlot::give_back()
{
  std::ofstream(mark_) << "waits for the reference variant\n";
  if (file_ >= 0)
    close(file_);
  file_ = -1;
}
} // namespace lumbarfem
