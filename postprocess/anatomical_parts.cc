#include "postprocess/anatomical_parts.h"

#include <algorithm>
#include <tuple>

namespace lumbarfem
{
std::string AnatomicalPart::file_word() const
{
  std::string word = title();
  std::replace(word.begin(), word.end(), ' ', '_');
  return word;
}

AnatomicalPart part_of_region(const Region &region)
{
  const std::string place = region.place_name();
  switch (region.tissue) {
  case TissueKind::annulus:
  case TissueKind::nucleus:
    return {false, place, name(region.tissue)};
  case TissueKind::cartilage_endplate:
    return {false, place, "cartilage endplates"};
  case TissueKind::bony_endplate:
    return {true, place, "bony endplates"};
  case TissueKind::cancellous:
  case TissueKind::cortical:
    return {true, place, "body"};
  default:
    return {true, place, "posterior elements"};
  }
}

std::vector<AnatomicalPart> parts_of_regions(const std::vector<Region> &regions)
{
  std::vector<AnatomicalPart> parts;
  for (const Region &region : regions) {
    const AnatomicalPart part = part_of_region(region);
    if (std::find(parts.begin(), parts.end(), part) == parts.end())
      parts.push_back(part);
  }
  std::sort(parts.begin(), parts.end(), [](const AnatomicalPart &a, const AnatomicalPart &b) {
    return std::forward_as_tuple(!a.is_bone, a.place, a.name) < std::forward_as_tuple(!b.is_bone, b.place, b.name);
  });
  return parts;
}
} // namespace lumbarfem
