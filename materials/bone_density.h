/// Young's modulus of vertebral cancellous bone from what a clinic measures: density, CT number, T-score.
#pragma once

#include "base/key.h"

#include <vector>

namespace lumbarfem
{
/// Kopperdahl, Morgan, Keaveny 2002, J Orthop Res 20:801: E = -34.7 + 3.230 rho; @p density_mg_per_cm3 by calibrated
/// QCT, 80 to 250. MPa.
double modulus_of_qct_density(double density_mg_per_cm3);
/// Rho, Hobatho, Ashman 1995, Med Eng Phys 17:347, lumbar, axial: apparent density 47 + 1.122 HU (kg/m3), then
/// E = 0.63 rho^1.35. @p hounsfield 38 to 270: apparent densities of 90 to 350 kg/m3, between which vertebral
/// cancellous bone was tested (Ohman-Magi et al. 2021, review). MPa.
double modulus_of_hounsfield(double hounsfield);
/// CT number of L3 that lies @p t_score standard deviations of young women from their mean, 227 +- 42 HU (Hendrickson
/// et al. 2018, PMC6047377): a T-score of the CT number, not of DXA, which was 1.6 higher in the same patients.
double hounsfield_of_t_score(double t_score);
/// Modulus at a T-score over the one at T = 0, by the two relations above.
double modulus_ratio_of_t_score(double t_score);

/// What a study may give instead of the modulus: density_mg_per_cm3, hounsfield, t_score.
const std::vector<Key> &bone_density_keys();
/// The modulus (MPa) that one of these keys means for a preset of @p preset_modulus_MPa, which only a T-score scales.
/// std::logic_error for another key.
double modulus_of_density_key(const std::string &key, double value, double preset_modulus_MPa);
} // namespace lumbarfem
