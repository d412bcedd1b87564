/// Facet joints that carry nothing: a comparison tells them in one line.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lumbarfem
{
/// A joint whose force is 0.000 N, as the tables print it, in every variant. @p values: by variant; a joint that one of
/// them does not have is none.
bool is_idle(const std::vector<std::optional<double>> &values);

struct FacetPlace {
  std::string level, object; ///< "L4-L5", "facet_left"
};
/// "facet forces: 0 N in all variants at L1-L2 ... L3-L4, L5-S1 left"; @p places: from cranial to caudal.
std::string idle_facet_words(const std::vector<FacetPlace> &places, std::size_t n_variants);
/// Fewer lines than this are not worth a line that tells them together.
constexpr std::size_t least_idle_facets = 2;
} // namespace lumbarfem
