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

AnatomicalPart part_of_region(const std::string &region)
{
  const std::size_t dot = region.find('.');
  const std::string place = region.substr(0, dot), tissue = dot == std::string::npos ? "" : region.substr(dot + 1);
  const auto has = [&](const char *word) { return tissue.find(word) != std::string::npos; };
  if (has("annulus"))
    return {false, place, "annulus"};
  if (has("nucleus"))
    return {false, place, "nucleus"};
  if (has("cartilage_endplate"))
    return {false, place, "cartilage endplates"};
  if (has("bony_endplate"))
    return {true, place, "bony endplates"};
  if (has("cancellous") || has("cortical"))
    return {true, place, "body"};
  return {true, place, "posterior elements"};
}

std::vector<AnatomicalPart> parts_of_regions(const std::vector<std::string> &regions)
{
  std::vector<AnatomicalPart> parts;
  for (const std::string &region : regions) {
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
