/// Reads the dimensions of a spine by the names of their keys (set_dimension is the way back).
#pragma once

#include "meshes/spine_geometry.h"

#include <utility>

namespace lumbarfem
{
/// Name and value of every dimension, in the order of the struct; the unit tests compare the names with the keys.
std::vector<std::pair<std::string, double>> dimensions(const VertebraDimensions &vertebra);
std::vector<std::pair<std::string, double>> dimensions(const DiscDimensions &disc);
std::vector<std::pair<std::string, double>> dimensions(const SingleDiscDimensions &disc);
std::vector<std::pair<std::string, double>> dimensions(const SpineGeometry &geometry);
} // namespace lumbarfem
