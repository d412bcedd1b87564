/// What a region of a mesh is: known once from its name, which is how files spell it.
#pragma once

#include "base/part_id.h"

namespace lumbarfem
{
/// The tissues that a study gives materials to.
enum class TissueKind {
  none, ///< of meshes that are no spine
  cortical,
  cancellous,
  bony_endplate,
  posterior_elements,
  plate, ///< of a testing machine, in the place of a vertebra
  cartilage_endplate,
  annulus,
  nucleus
};
std::string name(TissueKind tissue); ///< as studies and tables name it; "" for none
/// What is stiff: of vertebrae, and plates.
bool is_bone(TissueKind tissue);

struct Region {
  std::string name;                    ///< "L3.lamina_left", "L3-L4.annulus.ring2"
  std::optional<LevelSpan> place = {}; ///< one vertebra or one disc; none where the mesh is no spine
  TissueKind tissue = TissueKind::none;
  std::string part = ""; ///< behind the place: "lamina_left", "annulus.ring2"

  bool operator==(const Region &other) const { return name == other.name; }
  bool operator!=(const Region &other) const { return name != other.name; }
  /// Of a vertebra without its endplates.
  bool is_body() const { return tissue == TissueKind::cortical || tissue == TissueKind::cancellous; }
  bool is_bone() const { return lumbarfem::is_bone(tissue); }
  std::string place_name() const { return place ? lumbarfem::name(*place) : ""; }
  bool is_of(Level vertebra) const { return place && place->upper == vertebra && place->lower == vertebra; }
  /// Of the disc below @p upper.
  bool is_of_disc(Level upper) const { return place && place->upper == upper && place->lower != upper; }
};

/// "pedicle_left", "pedicle_right", "lamina_left" .. "spinous_process".
const std::vector<std::string> &posterior_part_names();
/// UserError for what is no region of a spine.
Region parse_region(const std::string &name);
} // namespace lumbarfem
