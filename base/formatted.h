/// printf's formats for std::string.
#pragma once

#include <string>

namespace lumbarfem
{
/// @p pattern and arguments as for std::printf; the text is as long as it has to be.
std::string formatted(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
} // namespace lumbarfem
