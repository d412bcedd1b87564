/// Rows of results, made by hand.
#pragma once

#include "postprocess/result_row.h"

#include <string>

namespace lumbarfem
{
/// A row at the full load of the moment.
inline ResultRow row(const std::string &variant, const std::string &quantity, const std::string &level,
                     const std::string &object, const std::string &region, const std::string &component,
                     const std::string &statistic, double value, const std::string &unit)
{
  ResultRow result;
  result.context = {"study", variant, "flexion", "load_control", "moment", 4, 1, 7.5, 500};
  result.quantity = quantity;
  result.level = level;
  result.object = object;
  result.region = region;
  result.component = component;
  result.statistic = statistic;
  result.value = value;
  result.unit = unit;
  return result;
}
} // namespace lumbarfem
