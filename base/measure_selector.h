/// Words by which data files say which rows of a result table they mean.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace lumbarfem
{
/// Which rows of a result table are meant: a quantity and words that other columns must hold; those not named may hold
/// anything.
struct MeasureSelector {
  std::string quantity;
  /// object, side, region, component, statistic -> the words of which the column must hold one.
  std::map<std::string, std::vector<std::string>> columns;
};

/// "annulus_stress region=posterior_outer|anterior_outer statistic=p95". UserError, without a place, when it is no
/// quantity followed by column=word, or names an unknown column.
MeasureSelector parse_measure_selector(const std::string &text);

/// The parts of a text between separators, empty ones left out.
std::vector<std::string> split_words(const std::string &text, char separator);
} // namespace lumbarfem
