/// PNG files that know their size on paper and where they come from.
#pragma once

#include <string>
#include <utility>
#include <vector>

class vtkImageData;

namespace lumbarfem
{
/// Writes @p image with its resolution (pHYs) and @p texts (keyword, text as iTXt chunks) at once or not at all,
/// and its folder when it is missing; throws UserError.
void write_png(const std::string &path, vtkImageData *image, double dpi,
               const std::vector<std::pair<std::string, std::string>> &texts);
} // namespace lumbarfem
