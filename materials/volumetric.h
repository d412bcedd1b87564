/// Published volumetric energies U(J) that split laws choose by the word `volumetric`. Page: docs/laws/volumetric.md
#pragma once

#include "materials/law.h"

namespace lumbarfem
{
/// The keys `bulk_modulus_MPa` and `volumetric`, which every split law has.
std::vector<Key> volumetric_keys();

/// K is the bulk modulus (MPa); every U has U(1) = U'(1) = 0 and U''(1) = K.
///
///   quadratic    U = K/2 (J - 1)^2                 Abaqus and CalculiX (*HYPERELASTIC, NEO HOOKE: D1 = 2/K)
///   logarithmic  U = K/2 (ln J)^2                  Hencky 1933; U'' < 0 beyond J = e
///   simo_taylor  U = K/4 (J^2 - 1 - 2 ln J)        Simo & Taylor 1982, Comput Methods Appl Mech Eng 35:107
///   liu          U = K (J ln J - J + 1)            Liu, Hofstetter & Mang 1994, Eng Comput 11:111
///
/// Reads the two keys of volumetric_keys() from complete parameters.
std::shared_ptr<const VolumetricLaw> make_volumetric(const LawParameters &parameters);
} // namespace lumbarfem
