/// Text files that people edit, and how files begin.
#pragma once

#include <string>

namespace lumbarfem
{
/// The whole file, without the byte-order mark that some editors put at the beginning of UTF-8. UserError "PATH: cannot
/// be read (reason)", also for a folder, and for UTF-16, which no reader of the program knows.
std::string read_text(const std::string &path);
/// The first bytes of a file of any kind, @p most or fewer; none of one that cannot be read.
std::string read_head(const std::string &path, std::size_t most);
} // namespace lumbarfem
