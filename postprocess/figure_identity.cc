#include "postprocess/figure_identity.h"

#include "base/digest.h"
#include "base/text_file.h"

#include <filesystem>

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

/// Whether what stands behind the digest is still what it is of; true without one.
bool is_as_drawn(const std::string &bytes)
{
  const std::string start = "iTXt" + std::string(figure_digest_keyword) + std::string(5, '\0');
  const std::size_t place = bytes.find(start);
  if (place == std::string::npos)
    return true;
  constexpr std::size_t n_checksum = 4;
  const std::string digest = chunk_text(bytes, start);
  const std::size_t rest = place + start.size() + digest.size() + n_checksum;
  return rest <= bytes.size() && sha256(bytes.substr(rest)) == digest;
}
} // namespace

const char *const figure_digest_keyword = "Digest";
const char *const figure_run_keyword = "Result";
const char *const figure_file_keyword = "File";

FigureOrigin origin_of_figure(const std::string &path)
{
  std::error_code unreadable;
  const auto size = std::filesystem::file_size(path, unreadable);
  const std::string bytes = unreadable ? "" : read_head(path, size),
                    head = bytes.substr(0, 8192); // texts stand before the picture
  if (!is_as_drawn(bytes))
    return {};
  return {text_value(head, "Software") == "LumbarFEM", text_value(head, figure_run_keyword),
          text_value(head, figure_file_keyword)};
}
} // namespace lumbarfem
