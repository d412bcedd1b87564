/// Appended raw data of VTK's XML files, as meshio reads them.
#pragma once

#include <string>

namespace lumbarfem
{
/// Whether meshio (5.0.0, function _parse_raw_binary of vtu/_vtu.py) would take one array for another. It unpacks the
/// blocks one after another, looks the array of each up by its offset and at once gives that array a new offset, of the
/// unpacked data; a new offset that equals an old one of a later array is found in its place.
/// @p content: the whole file, compressed by zlib, with 32-bit headers; false for files without appended data.
bool misleads_meshio(const std::string &content);
} // namespace lumbarfem
