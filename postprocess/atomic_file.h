/// Files that appear complete or not at all.
#pragma once

#include <string>

namespace lumbarfem
{
/// Writes a whole file under a temporary name (PATH.part) and renames it, so that nothing half is ever seen under its
/// name. UserError "cannot write PATH: no space left on device" when any of it fails; nothing is left behind then.
void write_text(const std::string &path, const std::string &text);
/// Adds to the end of a file in one go; UserError when that fails, and the file is as before then.
void append_text(const std::string &path, const std::string &text);
} // namespace lumbarfem
