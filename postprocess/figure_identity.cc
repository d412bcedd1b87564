#include "postprocess/figure_identity.h"

#include "base/text_file.h"

namespace lumbarfem
{
namespace
{
/// Value of an uncompressed iTXt chunk without language (PNG specification, 11.3.4.5); the program writes no other
/// kind.
std::string text_value(const std::string &bytes, const std::string &keyword)
{
  const std::string start = "iTXt" + keyword + std::string(5, '\0');
  const std::size_t place = bytes.find(start);
  if (place == std::string::npos || place < 4)
    return "";
  std::size_t length = 0; // of the chunk, big-endian, before its type
  for (std::size_t k = place - 4; k < place; ++k)
    length = length << 8 | static_cast<unsigned char>(bytes[k]);
  return bytes.substr(place + start.size(), length - (start.size() - 4));
}
} // namespace

const char *const figure_run_keyword = "Result";

FigureOrigin origin_of_figure(const std::string &path)
{
  const std::string head = read_head(path, 8192); // the texts stand before the picture
  return {text_value(head, "Software") == "LumbarFEM", text_value(head, figure_run_keyword)};
}
} // namespace lumbarfem
