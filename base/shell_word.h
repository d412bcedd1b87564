/// Words of commands that are printed or written for a shell.
#pragma once

#include <string>

namespace lumbarfem
{
/// The word in quotes, so that a POSIX shell reads it as it is, whatever is in it.
std::string quoted_for_shell(const std::string &word);
/// The same for people: a word that needs no quotes has none.
std::string for_shell(const std::string &word);
} // namespace lumbarfem
