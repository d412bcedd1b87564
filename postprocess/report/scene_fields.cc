#include "postprocess/report/scene_fields.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
double percentile(std::vector<float> &values, double share)
{
  const auto place = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(place), values.end());
  return values[place];
}

struct Range {
  double low = 0, high = 1;
  bool is_diverging = false;
};

Range range_of(std::vector<float> values)
{
  Range range;
  if (values.empty())
    return range;
  range.low = percentile(values, 0.005);
  range.high = percentile(values, 0.995);
  if (range.high == range.low) // few values differ, such as the pressure on facets that hardly touch
    range.high = *std::max_element(values.begin(), values.end());
  const double largest = std::max(std::abs(range.low), std::abs(range.high));
  if (range.low < -0.05 * largest && range.high > 0.05 * largest) {
    range = {-largest, largest, true};
  } else if (range.low >= -0.05 * largest)
    range.low = 0;
  else
    range.high = 0;
  if (!(range.high > range.low))
    range = {0, 1, false};
  return range;
}

/// What people look at first.
int rank_of(const std::string &name)
{
  const char *const order[] = {"von Mises",         "pressure", "maximum principal",
                               "minimum principal", "fibre",    "strain energy"};
  if (name.rfind("facet ", 0) == 0)
    return 50;
  for (int k = 0; k < 6; ++k)
    if (name.find(order[k]) != std::string::npos)
      return k;
  if (name.find("axial force") != std::string::npos)
    return 40; // what all lines have
  return name.find("force") != std::string::npos || name.rfind("muscle", 0) == 0 ? 60 : 30;
}

std::string field_label(const std::string &name)
{
  std::string word = split_unit(name).word;
  if (word == "pressure")
    word = "pressure (mean compressive stress)";
  else if (word == "facet pressure")
    word = "contact pressure of the facets";
  else if (word == "facet gap")
    word = "gap of the facets";
  else if (word == "ligament strain at rest")
    word = "strain of the ligaments at rest (below zero: slack)";
  else if (word == "tension at rest")
    word = "tension of ligaments and cords at rest";
  else if (word == "axial force")
    word = "axial force (tension positive; weights by their size)";
  else if (word == "beam stress")
    word = "stress of rods and screws";
  else if (word == "muscle stress")
    word = "stress of muscles (force over cross-section)";
  else if (word == "shear force" || word == "bending moment" || word == "torsion")
    word += " of rods and screws";
  if (!word.empty() && word.rfind("von", 0) != 0)
    word[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
  else if (!word.empty())
    word[0] = 'V';
  return word;
}
} // namespace

FieldName split_unit(const std::string &name)
{
  const std::size_t bracket = name.rfind(" [");
  if (bracket == std::string::npos || name.back() != ']')
    return {name, ""};
  return {name.substr(0, bracket), name.substr(bracket + 2, name.size() - bracket - 3)};
}

std::string field_key(const std::string &name)
{
  std::string key = split_unit(name).word;
  for (char &character : key)
    character = std::isalnum(static_cast<unsigned char>(character))
                    ? static_cast<char>(std::tolower(static_cast<unsigned char>(character)))
                    : '_';
  return key;
}

void FieldRanges::add(const std::string &name, const std::string &group, const std::vector<double> &values)
{
  std::vector<float> &own = values_[name][group];
  for (const double value : values)
    if (std::isfinite(value))
      own.push_back(static_cast<float>(value));
}

Json FieldRanges::json() const
{
  std::vector<std::string> names;
  for (const auto &[name, groups] : values_)
    names.push_back(name);
  std::stable_sort(names.begin(), names.end(),
                   [](const std::string &a, const std::string &b) { return rank_of(a) < rank_of(b); });
  Json fields = Json::array();
  for (const std::string &name : names) {
    std::vector<float> all;
    Json ranges = Json::object();
    for (const auto &[group, values] : values_.at(name)) {
      const Range range = range_of(values);
      ranges[group] = {range.low, range.high};
      all.insert(all.end(), values.begin(), values.end());
    }
    const Range range = range_of(all);
    fields.push_back({{"name", field_key(name)},
                      {"label", field_label(name)},
                      {"unit", split_unit(name).unit},
                      {"range", {range.low, range.high}},
                      {"ranges", ranges},
                      {"colormap", range.is_diverging ? "diverging" : "sequential"},
                      {"note", "colours from the 0.5th to the 99.5th percentile over all variants and steps shown"}});
  }
  return fields;
}
} // namespace lumbarfem
