#include "postprocess/figure_identity.h"

#include "base/text_file.h"

namespace lumbarfem
{
namespace
{
/// Value of a text chunk that begins with @p start: type, keyword, and what stands before the text.
std::string chunk_text(const std::string &bytes, const std::string &start)
{
  const std::size_t place = bytes.find(start);
  if (place == std::string::npos || place < 4)
    return "";
  std::size_t length = 0; // of the chunk, big-endian, before its type
  for (std::size_t k = place - 4; k < place; ++k)
    length = length << 8 | static_cast<unsigned char>(bytes[k]);
  return bytes.substr(place + start.size(), length - (start.size() - 4));
}

/// PNG specification, 11.3.4: `render` writes iTXt without compression and language, the Python package's figures have
/// tEXt.
std::string text_value(const std::string &bytes, const std::string &keyword)
{
  const std::string international = chunk_text(bytes, "iTXt" + keyword + std::string(5, '\0'));
  return international.empty() ? chunk_text(bytes, "tEXt" + keyword + '\0') : international;
}
} // namespace

const char *const figure_run_keyword = "Result";
const char *const figure_file_keyword = "File";

FigureOrigin origin_of_figure(const std::string &path)
{
  const std::string head = read_head(path, 8192); // the texts stand before the picture
  return {text_value(head, "Software") == "LumbarFEM", text_value(head, figure_run_keyword),
          text_value(head, figure_file_keyword)};
}
} // namespace lumbarfem
