#include "postprocess/appended_data.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace lumbarfem
{
namespace
{
struct Block {
  std::uint32_t unpacked, packed; ///< bytes
};

/// A file of such arrays, each of one block; what is packed is of no matter.
std::string file_of(const std::vector<Block> &blocks)
{
  std::string head = "<VTKFile>\n", data;
  for (const Block &block : blocks) {
    head += "<DataArray Name=\"a\" format=\"appended\" offset=\"" + std::to_string(data.size()) + "\"/>\n";
    const std::uint32_t numbers[4] = {1, 32768, block.unpacked, block.packed};
    data.append(reinterpret_cast<const char *>(numbers), sizeof(numbers));
    data.append(block.packed, 'x');
  }
  return head + "<AppendedData encoding=\"raw\">\n   _" + data + "\n  </AppendedData>\n</VTKFile>\n";
}
} // namespace

TEST(AppendedData, OneArrayFoundInThePlaceOfAnother)
{
  // The first array's 80 bytes take 4 ceil((4 + 80) / 3) = 112 letters: the second gets the new offset 112, which is
  // what the third has when the two before it take 112 bytes.
  EXPECT_TRUE(misleads_meshio(file_of({{80, 30}, {40, 50}, {8, 8}})));
  EXPECT_FALSE(misleads_meshio(file_of({{80, 30}, {40, 51}, {8, 8}})));
  // An offset that a later array only gets afterwards does no harm.
  EXPECT_FALSE(misleads_meshio(file_of({{80, 96}, {40, 34}})));
}

TEST(AppendedData, FilesWithoutThem)
{
  EXPECT_FALSE(misleads_meshio(""));
  EXPECT_FALSE(misleads_meshio("<DataArray format=\"binary\">AAAA</DataArray>"));
}
} // namespace lumbarfem
