/// Files that appear complete or not at all.
#pragma once

#include <string>

namespace lumbarfem
{
/// Name under which a file is written before it is put in its place.
inline std::string temporary_name(const std::string &path) { return path + ".part"; }
/// Renames the finished temporary file; throws UserError.
void move_into_place(const std::string &path);
/// Writes a whole text; throws UserError.
void write_text(const std::string &path, const std::string &text);
} // namespace lumbarfem
