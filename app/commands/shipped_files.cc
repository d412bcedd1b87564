#include "app/commands/shipped_files.h"

#include <filesystem>

namespace lumbarfem
{
std::string shipped_path(const std::string &relative)
{
  std::error_code unreadable;
  const std::filesystem::path executable = std::filesystem::read_symlink("/proc/self/exe", unreadable);
  const std::filesystem::path installed = executable.parent_path().parent_path() / "share/lumbarfem" / relative;
  if (!unreadable && std::filesystem::exists(installed))
    return installed.string();
  return std::string(LUMBARFEM_SOURCE_FOLDER) + "/" + relative;
}

std::string report_page_path()
{
  std::error_code unreadable;
  const std::filesystem::path prefix =
      std::filesystem::read_symlink("/proc/self/exe", unreadable).parent_path().parent_path();
  for (const char *place : {"share/lumbarfem/report/report.html", "share/report/report.html"})
    if (!unreadable && std::filesystem::exists(prefix / place))
      return (prefix / place).string();
  return "";
}
} // namespace lumbarfem
