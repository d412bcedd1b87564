/// Numbers in files: with a decimal point, whatever the locale of the process.
#pragma once

#include <optional>
#include <string>

namespace lumbarfem
{
/// The number that the whole text stands for ("1.5", "-2e-3", "nan"); nothing when it is none. Blanks before it and a
/// plus sign are taken, a decimal comma is not.
std::optional<double> parse_number(const std::string &text);
} // namespace lumbarfem
