/// The folders inside a folder.
#pragma once

#include <filesystem>
#include <vector>

namespace lumbarfem
{
/// Paths, sorted by name; none when @p folder cannot be read.
std::vector<std::filesystem::path> sorted_folders(const std::filesystem::path &folder);
} // namespace lumbarfem
