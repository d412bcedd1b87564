/// Numbers to colours: perceptually uniform maps and one robust range for all variants of a figure.
#pragma once

#include <array>
#include <string>
#include <vector>

namespace lumbarfem
{
using Colour = std::array<unsigned char, 3>;

/// "viridis", "cividis" (Nunez 2018, readable with colour-vision deficiency).
std::vector<std::string> colour_map_names();

class ColourScale
{
public:
  /// The range runs from the 2nd to the 98th percentile of @p values, widened to round numbers, so that a single cell
  /// does not decide it; from zero when nothing is negative. Values that are not finite are left out.
  /// @p field: "von Mises stress [MPa]".
  ColourScale(const std::string &map, std::string field, std::vector<double> values);

  /// Ends of the map for values outside; @p value must be finite.
  Colour colour(double value) const;
  Colour colour_at(double share) const; ///< 0 .. 1 along the map
  double low() const { return low_; }
  double high() const { return high_; }
  double smallest() const { return smallest_; } ///< of all values
  double largest() const { return largest_; }
  bool is_empty() const { return is_empty_; } ///< no finite value was given
  const std::string &field() const { return field_; }
  const std::vector<double> &ticks() const { return ticks_; }
  /// "range: 2nd to 98th percentile of all variants shown; smallest ..., largest ...".
  std::string note() const;

private:
  const std::vector<Colour> *map_;
  std::string field_;
  double low_ = 0, high_ = 1, smallest_ = 0, largest_ = 0;
  bool is_empty_ = true;
  std::vector<double> ticks_;
};

/// A number with at most @p digits significant digits and no trailing zeros.
std::string short_number(double value, int digits = 3);
} // namespace lumbarfem
