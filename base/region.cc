#include "base/region.h"

#include "base/user_error.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
constexpr const char *tissue_words[] = {
    "",      "cortical",           "cancellous", "bony_endplate", "posterior_elements",
    "plate", "cartilage_endplate", "annulus",    "nucleus"};

bool is_ring(const std::string &part)
{
  const std::string start = "annulus.ring";
  return part.rfind(start, 0) == 0 && part.size() > start.size() &&
         part.find_first_not_of("0123456789", start.size()) == std::string::npos;
}

TissueKind tissue_of_vertebra(const std::string &part)
{
  const std::vector<std::string> &arch = posterior_part_names();
  if (std::find(arch.begin(), arch.end(), part) != arch.end())
    return TissueKind::posterior_elements;
  if (part == "superior_bony_endplate" || part == "inferior_bony_endplate")
    return TissueKind::bony_endplate;
  for (const TissueKind tissue : {TissueKind::cortical, TissueKind::cancellous, TissueKind::plate})
    if (part == name(tissue))
      return tissue;
  return TissueKind::none;
}

TissueKind tissue_of_disc(const std::string &part)
{
  if (part == "nucleus")
    return TissueKind::nucleus;
  if (is_ring(part))
    return TissueKind::annulus;
  return part == "superior_cartilage_endplate" || part == "inferior_cartilage_endplate" ? TissueKind::cartilage_endplate
                                                                                        : TissueKind::none;
}
} // namespace

std::string name(TissueKind tissue) { return tissue_words[static_cast<int>(tissue)]; }

bool is_bone(TissueKind tissue) { return tissue >= TissueKind::cortical && tissue <= TissueKind::plate; }

const std::vector<std::string> &posterior_part_names()
{
  static const std::vector<std::string> names = {"pedicle_left",
                                                 "pedicle_right",
                                                 "lamina_left",
                                                 "lamina_right",
                                                 "superior_articular_process_left",
                                                 "superior_articular_process_right",
                                                 "inferior_articular_process_left",
                                                 "inferior_articular_process_right",
                                                 "transverse_process_left",
                                                 "transverse_process_right",
                                                 "spinous_process"};
  return names;
}

Region parse_region(const std::string &name)
{
  Region region;
  region.name = name;
  const std::size_t dot = name.find('.');
  try {
    region.place = parse_level_span(name.substr(0, dot));
  } catch (const UserError &) {
  }
  if (region.place && dot != std::string::npos) {
    region.part = name.substr(dot + 1);
    const bool is_disc = region.place->lower != region.place->upper;
    region.tissue = is_disc ? tissue_of_disc(region.part) : tissue_of_vertebra(region.part);
  }
  if (region.tissue == TissueKind::none)
    throw UserError("\"" + name +
                    "\" is no region of a spine: a vertebra or a disc, a point and a part are expected, for instance "
                    "L4.cancellous, L4.lamina_left, L3-L4.nucleus or L3-L4.annulus.ring2");
  return region;
}
} // namespace lumbarfem
