#include "base/text_file.h"

#include "base/user_error.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lumbarfem
{
namespace
{
bool begins_with(const std::string &text, const char *bytes) { return text.rfind(bytes, 0) == 0; }
} // namespace

std::string read_text(const std::string &path)
{
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    throw UserError(path + ": cannot be read (it is a folder)");
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream content;
  // An empty file sets the fail bit of the receiving stream, not that of the file.
  if (stream.is_open() && stream.peek() != std::ifstream::traits_type::eof())
    content << stream.rdbuf();
  if (!stream.is_open() || stream.bad() || content.fail())
    throw UserError(path + ": cannot be read (" + std::strerror(errno ? errno : EIO) + ")");
  std::string text = content.str();
  if (begins_with(text, "\xef\xbb\xbf"))
    text.erase(0, 3);
  if (begins_with(text, "\xff\xfe") || begins_with(text, "\xfe\xff"))
    throw UserError(path + ": is written in UTF-16; save it as UTF-8");
  return text;
}

std::string read_head(const std::string &path, std::size_t most)
{
  std::ifstream stream(path, std::ios::binary);
  std::string head(most, '\0');
  stream.read(head.data(), static_cast<std::streamsize>(most));
  head.resize(static_cast<std::size_t>(stream.gcount()));
  return head;
}
} // namespace lumbarfem
