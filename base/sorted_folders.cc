#include "base/sorted_folders.h"

#include <algorithm>
#include <system_error>

namespace lumbarfem
{
std::vector<std::filesystem::path> sorted_folders(const std::filesystem::path &folder)
{
  std::vector<std::filesystem::path> folders;
  std::error_code unreadable;
  for (const auto &entry : std::filesystem::directory_iterator(folder, unreadable))
    if (entry.is_directory())
      folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  return folders;
}
} // namespace lumbarfem
