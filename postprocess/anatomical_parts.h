/// The parts of a spine as people name them: what a viewer shows and hides.
#pragma once

#include "base/region.h"

namespace lumbarfem
{
struct AnatomicalPart {
  bool is_bone;
  std::string place; ///< "L4" or "L3-L4"
  std::string name;  ///< "body", "bony endplates", "posterior elements", "annulus", "nucleus", "cartilage endplates"

  std::string title() const { return place + " " + name; } ///< "L4 posterior elements"
  std::string file_word() const;                           ///< "L4_posterior_elements"
  bool operator==(const AnatomicalPart &other) const { return place == other.place && name == other.name; }
};

/// The part of a region of a mesh: "L4.cortical" belongs to "L4 body".
AnatomicalPart part_of_region(const Region &region);
/// Each part once: bone first, from cranial to caudal.
std::vector<AnatomicalPart> parts_of_regions(const std::vector<Region> &regions);
} // namespace lumbarfem
