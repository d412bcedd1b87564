/// The fields of the 3D view: names, and one range of colours for all variants and steps.
#pragma once

#include "postprocess/report/report_json.h"

#include <map>
#include <string>
#include <vector>

namespace lumbarfem
{
/// "von Mises stress [MPa]" -> "von Mises stress" and "MPa".
struct FieldName {
  std::string word, unit;
};
FieldName split_unit(const std::string &name);
/// "von Mises stress [MPa]" -> "von_mises_stress": what the scene calls the field.
std::string field_key(const std::string &name);

/// Collects values of the steps that are shown.
class FieldRanges
{
public:
  void add(const std::string &name, const std::string &group, const std::vector<double> &values);
  /// Descriptions of all fields met, those of the solid first. Ranges reach from the 0.5th to the 99.5th percentile, so
  /// that single cells do not spend the colours; from zero where nothing is negative, symmetric where both signs count.
  Json json() const;

private:
  std::map<std::string, std::map<std::string, std::vector<float>>> values_; ///< by name, by group of parts
};
} // namespace lumbarfem
