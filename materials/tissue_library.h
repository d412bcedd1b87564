/// The cited tissue library: presets (law, constants, source, confidence) that a study names.
#pragma once

#include "materials/law.h"

#include <optional>

namespace lumbarfem
{
/// Regional fibre constants of an annulus: values at n_regions places from anterior (0 deg) to posterior (180 deg),
/// symmetric left and right, and n_layers layers from outermost to innermost (values at the layers' centres).
struct FibreTable {
  int n_regions = 0, n_layers = 0;
  std::vector<double> k1_MPa, k2, angle_deg; ///< region-major: index = region * n_layers + layer
};

/// Constants at one place, bilinear in the table. @p angle_from_anterior_deg 0 .. 180, @p depth 0 (outer) .. 1 (inner).
struct FibreConstants {
  double k1_MPa, k2, angle_deg;
};
FibreConstants interpolate(const FibreTable &table, double angle_from_anterior_deg, double depth);

struct TissuePreset {
  std::string name;   ///< "cancellous_normal"
  std::string tissue; ///< "cancellous", "annulus", "cement", "titanium" ...
  std::string title;  ///< one line
  std::string law;    ///< name in law_register()
  LawParameters parameters;
  std::optional<FibreTable> fibres;
  std::string source;     ///< citation
  std::string confidence; ///< "found", "memory:medium" ...
};

/// All presets, read once from the library that is built in.
const std::vector<TissuePreset> &tissue_library();
/// The text of the library, which decides every constant that a study does not set itself.
std::string tissue_library_text();
/// Throws UserError with the nearest match for an unknown name.
const TissuePreset &find_preset(const std::string &name);

/// A tissue as a study uses it: the law with overrides applied, and the scaled fibre table.
struct Tissue {
  std::string preset;
  std::shared_ptr<const Law> law;
  std::optional<FibreTable> fibres;
  LawParameters parameters; ///< effective
  /// Young's modulus at small strain (MPa) for beams and reports: of linear elastic laws the modulus along the axis.
  double modulus_MPa = 0;
  double poisson_ratio = 0;
};

/// @p overrides: constants of the law by key name; of a fibre table also "k1_scale", "k2_scale" (-) and
/// "fibre_angle_shift_deg".
Tissue make_tissue(const std::string &preset, const LawParameters &overrides, const std::string &where);
/// The keys that may override a preset: the law's own and, with a fibre table, the three scales.
std::vector<Key> override_keys(const TissuePreset &preset);
} // namespace lumbarfem
