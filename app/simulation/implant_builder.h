/// Screws, rods, cords and spacers of a study as contributions of a model.
#pragma once

#include "cases/study.h"
#include "solver/model.h"

namespace lumbarfem
{
/// Bone, or what fills it, at a point.
struct BoneAt {
  double shear_modulus_MPa; ///< E / (2 (1 + nu)) at small strain, E along the vertebra's axis; shares of what lies
                            ///< there count by their size (Voigt)
  std::string tissue;       ///< word of the tissue, or "cement" where that holds more than half
};
/// By cell and reference position. A bedding from_bone is that of a ring of such bone between the radius r of the
/// thread and R = r + layer, held at its outside and sheared along its axis: the traction falls as r / rho, so that the
/// thread moves by w = tau r / G ln(R / r) and k = tau / w = G / (r ln(R / r)) (concentric cylinders: Randolph and
/// Wroth 1978, J Geotech Eng Div ASCE 104:1465-88; there R is where the medium no longer moves). The same k is taken
/// across the axis, where the ring would be stiffer. The mesh holds the bone of the ring, too: what it deforms there
/// counts twice, so the bedding is a soft bound.
using BoneLookup = std::function<BoneAt(int cell, const Vector3 &reference)>;

/// Adds the contributions; @p next_block and @p row_scale grow by the blocks of the beam nodes.
void add_implants(const Study &study, Model &model, int &next_block, std::vector<double> &row_scale,
                  std::vector<BodyMotion::Follower> &followers, const BoneLookup &bone_at);
} // namespace lumbarfem
