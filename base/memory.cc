#include "base/memory.h"

#include "base/formatted.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

namespace lumbarfem
{
namespace
{
constexpr double unlimited = std::numeric_limits<double>::infinity();

struct Room {
  double left = unlimited, limit = unlimited; ///< bytes
  std::string name;
};

/// A line of /proc/meminfo in bytes.
double memory_info(const std::string &wanted)
{
  std::ifstream file("/proc/meminfo");
  std::string name, rest;
  double kibibytes = 0;
  while (file >> name >> kibibytes) {
    if (name == wanted)
      return 1024 * kibibytes;
    std::getline(file, rest);
  }
  return unlimited;
}

Room room_on_machine() { return {memory_info("MemAvailable:"), memory_info("MemTotal:"), "memory of the machine"}; }

Room room_in_address_space()
{
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return {};
  std::ifstream file("/proc/self/statm");
  double pages = 0;
  file >> pages;
  const double bytes = static_cast<double>(limit.rlim_cur);
  return {bytes - pages * static_cast<double>(sysconf(_SC_PAGESIZE)), bytes, "limit of the address space, ulimit -v"};
}

double number_in(const std::string &path)
{
  std::ifstream file(path);
  double value = 0;
  return file >> value ? value : unlimited; // "max" is no number
}

/// The files' content that a group holds in memory and gives back when it is short.
double reclaimable(const std::string &folder)
{
  std::ifstream file(folder + "/memory.stat");
  std::string name;
  double bytes = 0;
  while (file >> name >> bytes)
    if (name == "inactive_file")
      return bytes;
  return 0;
}

/// The narrowest of the process's group and those around it (version 2 of control groups; a container sees its own at
/// the root).
Room room_in_control_group()
{
  std::filesystem::path group = "/";
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);)
    if (line.rfind("0::/", 0) == 0)
      group = line.substr(3);
  Room narrowest;
  for (;; group = group.parent_path()) {
    const std::string folder = "/sys/fs/cgroup" + group.string();
    const double limit = number_in(folder + "/memory.max"), used = number_in(folder + "/memory.current");
    if (std::isfinite(limit) && std::isfinite(used) && limit - used + reclaimable(folder) < narrowest.left)
      narrowest = {limit - used + reclaimable(folder), limit, "limit of the control group"};
    if (group == group.parent_path())
      return narrowest;
  }
}

Room narrowest_room()
{
  Room narrowest;
  for (const Room &room : {room_on_machine(), room_in_address_space(), room_in_control_group()})
    if (room.left < narrowest.left)
      narrowest = room;
  return narrowest;
}

double gibibytes(double bytes) { return bytes / (1024. * 1024 * 1024); }
} // namespace

const char *const memory_advice = "Things to try: fewer --jobs at a time, ranks on more machines, a coarser mesh "
                                  "(mesh.resolution = \"coarse\"), rigid vertebrae (mesh.bone = \"rigid\").";

std::string described_room()
{
  const Room narrowest = narrowest_room();
  if (!std::isfinite(narrowest.limit))
    return "how much is left is not known";
  return formatted("%.1f of %.1f GiB (", std::max(0., gibibytes(narrowest.left)), gibibytes(narrowest.limit)) +
         narrowest.name + ") are left";
}

double memory_left() { return std::max(0., narrowest_room().left); }

double address_space_left() { return room_in_address_space().left; }

std::string described_memory(double bytes) { return formatted("%.1f GiB", gibibytes(bytes)); }
} // namespace lumbarfem
