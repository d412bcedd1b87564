#include "postprocess/idle_facets.h"

#include "base/anatomy.h"
#include "base/formatted.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
bool is_idle(const std::vector<std::optional<double>> &values)
{
  const double printed_as_zero_N = 0.0005;
  return !values.empty() && std::all_of(values.begin(), values.end(), [&](const std::optional<double> &value) {
    return value && std::abs(*value) < printed_as_zero_N;
  });
}

std::string idle_facet_words(const std::vector<FacetPlace> &places, std::size_t n_variants)
{
  std::vector<std::string> words;
  std::vector<int> whole; // numbers of the levels whose both joints are idle and that follow one another
  const auto close_whole = [&] {
    const auto disc = [](int number) { return disc_name(static_cast<Level>(number)); };
    if (whole.size() > 2)
      words.push_back(disc(whole.front()) + " ... " + disc(whole.back()));
    else
      for (const int number : whole)
        words.push_back(disc(number));
    whole.clear();
  };
  for (std::size_t k = 0; k < places.size(); ++k) {
    const int number = static_cast<int>(parse_disc(places[k].level));
    if (!whole.empty() && number != whole.back() + 1)
      close_whole();
    if (k + 1 < places.size() && places[k + 1].level == places[k].level) {
      whole.push_back(number);
      ++k;
    } else {
      close_whole();
      words.push_back(places[k].level + " " + places[k].object.substr(places[k].object.rfind('_') + 1));
    }
  }
  close_whole();
  return std::string("facet forces: 0 N ") + (n_variants > 1 ? "in all variants " : "") + "at " + joined(words);
}
} // namespace lumbarfem
