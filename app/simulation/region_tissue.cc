#include "app/simulation/region_tissue.h"

#include <stdexcept>

namespace lumbarfem
{
Tissue tissue_for(const Study &study, const Region &region)
{
  const std::string tissue = name(region.tissue);
  const auto at_level = study.level_materials.find(region.place_name() + "." + tissue);
  const auto general = study.materials.find(tissue);
  if (at_level == study.level_materials.end() && general == study.materials.end())
    throw std::logic_error("no material for region " + region.name);
  const TissueChoice &choice = at_level != study.level_materials.end() ? at_level->second : general->second;
  return make_tissue(choice.preset, choice.overrides, "materials." + tissue);
}
} // namespace lumbarfem
