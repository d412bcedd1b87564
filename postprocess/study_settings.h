/// The effective study of a result as plain words.
#pragma once

#include <map>
#include <string>

namespace lumbarfem
{
/// Dotted keys with their values as text; entries of lists of tables go by their name:
/// "surgery.cement.cement_L3.volume_mL" -> "2". Throws UserError for what is not TOML.
std::map<std::string, std::string> flatten_settings(const std::string &toml);
} // namespace lumbarfem
