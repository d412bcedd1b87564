#include "postprocess/appended_data.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <set>

namespace lumbarfem
{
bool misleads_meshio(const std::string &content)
{
  const std::size_t tag = content.find("<AppendedData");
  const std::size_t mark = tag == std::string::npos ? tag : content.find('_', content.find('>', tag));
  if (mark == std::string::npos)
    return false;
  const std::size_t start = mark + 1;
  std::set<std::size_t> given;
  std::size_t next = 0;
  const std::string key = " offset=\"";
  for (std::size_t at = content.find(key); at < tag; at = content.find(key, at + 1)) {
    const std::size_t offset = std::stoul(content.substr(at + key.size(), 20));
    if (given.count(offset) > 0)
      return true;
    given.insert(next);
    std::array<std::uint32_t, 3> head{}; // number of blocks, their size unpacked, that of the last if it is shorter
    if (start + offset + sizeof(head) > content.size())
      return false;
    std::memcpy(head.data(), content.data() + start + offset, sizeof(head));
    const auto [n_blocks, size, last] = head;
    const std::size_t unpacked =
        n_blocks == 0 ? 0 : static_cast<std::size_t>(n_blocks - (last > 0 ? 1 : 0)) * size + last;
    next += (sizeof(std::uint32_t) + unpacked + 2) / 3 * 4; // length in base 64
  }
  return false;
}
} // namespace lumbarfem
