/// Bony endplates: traction from the disc, stress, strain against yield, bulge into the vertebra.
#pragma once

#include "postprocess/measures/measure_rows.h"
#include "solver/model.h"

namespace lumbarfem
{
/// Yield strain of human vertebral trabecular bone, Morgan and Keaveny, J Biomech 34 (2001) 569.
inline constexpr double yield_strain_compression = 0.0077, yield_strain_tension = 0.0070;

/// Displacement of an endplate into its vertebra (mm), relative to the rigid motion of its rim.
struct EndplateDeflection {
  double mean_mm = 0;    ///< area-weighted
  double maximum_mm = 0; ///< largest over the Gauss points of the faces
};
/// @p outward: normal of the endplate in the reference. Not collective.
EndplateDeflection endplate_deflection(const Model &model, const std::vector<CellFace> &faces, const Vector3 &outward,
                                       const State &state);

/// All endplates that a disc adjoins; collective.
void add_endplates(const Model &model, const State &state, MeasureRows &rows);
} // namespace lumbarfem
