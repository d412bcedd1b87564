/// The JSON values that the report's parts hand to each other; keys keep their order.
#pragma once

#include <nlohmann/json.hpp>

#include <cmath>

namespace lumbarfem
{
using Json = nlohmann::ordered_json;

/// A number, or null where there is none.
inline Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
} // namespace lumbarfem
