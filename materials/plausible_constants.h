/// Constants that no tissue has: a wrong unit, found by comparing with the tissue library.
#pragma once

#include "materials/tissue_library.h"

namespace lumbarfem
{
struct ImplausibleConstant {
  std::string key;            ///< as the study writes it
  std::string message;        ///< "118000 is 590000 times the largest of the library for nucleus (0.2 MPa, ...) ..."
  bool is_impossible = false; ///< beyond any tissue, else only unusual
};

/// Compares each override with what all presets of the same tissue have for that constant (scales of a fibre table with
/// the fibres that come out), and the modulus at small strain with theirs. A constant a hundred times beyond either end
/// is unusual, one beyond 1e5 times impossible: a pascal for a megapascal.
std::vector<ImplausibleConstant> implausible_constants(const TissuePreset &preset, const LawParameters &overrides);
} // namespace lumbarfem
