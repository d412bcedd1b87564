#include "materials/bone_density.h"

#include <cmath>
#include <stdexcept>

namespace lumbarfem
{
double modulus_of_qct_density(double density_mg_per_cm3) { return -34.7 + 3.230 * density_mg_per_cm3; }

double modulus_of_hounsfield(double hounsfield) { return 0.63 * std::pow(47 + 1.122 * hounsfield, 1.35); }

double hounsfield_of_t_score(double t_score) { return 227 + 42 * t_score; }

double modulus_ratio_of_t_score(double t_score)
{
  return modulus_of_hounsfield(hounsfield_of_t_score(t_score)) / modulus_of_hounsfield(hounsfield_of_t_score(0));
}

const std::vector<Key> &bone_density_keys()
{
  static const std::vector<Key> keys = {
      {"density_mg_per_cm3", KeyType::number, "mg/cm3", "",
       "Density by calibrated QCT; the modulus is -34.7 + 3.230 times it (Kopperdahl et al. 2002).", 80, 250},
      {"hounsfield", KeyType::number, "HU", "",
       "CT number; the modulus is 0.63 (47 + 1.122 HU)^1.35 (Rho et al. 1995, lumbar, axial).", 38, 270},
      {"t_score", KeyType::number, "-", "",
       "T-score of the CT number; the preset's modulus is scaled by Rho's law from T = 0 (227 HU) to 227 + 42 T "
       "(Hendrickson et al. 2018).",
       -4, 1}};
  return keys;
}

double modulus_of_density_key(const std::string &key, double value, double preset_modulus_MPa)
{
  if (key == "density_mg_per_cm3")
    return modulus_of_qct_density(value);
  if (key == "hounsfield")
    return modulus_of_hounsfield(value);
  if (key == "t_score")
    return preset_modulus_MPa * modulus_ratio_of_t_score(value);
  throw std::logic_error("no measure of bone density: " + key);
}
} // namespace lumbarfem
