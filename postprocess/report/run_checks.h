/// What a run says about its own numerical quality.
#pragma once

#include "postprocess/report/result_folder.h"

#include <array>
#include <optional>

namespace lumbarfem
{
/// From the load steps and the balance rows of all variants.
struct RunChecks {
  int n_load_steps = 0, n_cut_steps = 0; ///< tried, and of these given up
  int n_settled_steps = 0;               ///< accepted with a residual above its tolerance, as second-order small
  double worst_residual_ratio = 0;       ///< residual over tolerance at the end of the accepted steps, largest
  std::optional<double> cut_force_N, cut_moment_relative; ///< largest residual of the free-body cuts, last load steps
  std::optional<double> energy_gap; ///< largest |external work - stored energy| / stored energy, last load steps
  std::optional<double> largest_moment_Nm;
  double yield_share = 0; ///< largest share of an endplate's area beyond the yield strain
  std::string yield_place;
};
RunChecks check_run(const ResultFolder &folder);

/// The warnings of the summaries, each once with the names of the variants that gave it; unconverged variants; checks
/// that ask for attention.
std::vector<std::string> warnings_of(const ResultFolder &folder, const RunChecks &checks);

/// A convergence study whose effective study is the same but for the mesh, the directions and the protocols. Looked for
/// beside the results (the default folder of `lumbarfem convergence`); a convergence folder itself is its own.
struct MeshConvergence {
  std::string path, directions; ///< of convergence.csv; which directions it covers
  int n_values = 0, n_with_band = 0, n_not_converging = 0;
  double largest_band = 0, median_band = 0; ///< error band of the finest mesh, share
  std::string mesh_of_band;                 ///< "6 mm"
  std::string variants;                     ///< those that it covers
  bool covers_all = true;                   ///< variants of the folder
  std::string revision;                     ///< of the program, where it is another one than the folder's
  /// What makes it no evidence for the folder, in words: other constants or definitions. Then nothing else is set.
  std::string refusal;
  /// Error band of a value of the comparison, as a share of it: by size of the cells in mm ("6"), variant, direction,
  /// protocol and label of its line. Only of the two finer meshes, and only where the values converge.
  std::map<std::array<std::string, 5>, double> bands;
};
std::optional<MeshConvergence> find_mesh_convergence(const ResultFolder &folder);

/// The mesh convergence of a study, and its error bands on the mesh of these results.
struct KnownBands {
  std::optional<MeshConvergence> convergence;
  double size_mm = 0; ///< of the cells; 0: no band holds for this mesh
  /// As a share of the value; none where it is not known.
  std::optional<double> of(const std::string &variant, const std::string &direction, const std::string &protocol,
                           const std::string &label) const;
};
KnownBands known_bands(const ResultFolder &folder);

/// Counts of a validation.csv beside the results, or of the folder itself.
struct ValidationCount {
  std::string path, revision;
  std::vector<std::string> departures; ///< RunManifest::departures
  int n_inside = 0, n_outside = 0, n_outside_independent = 0, n_printed = 0, n_absent = 0;
};
std::optional<ValidationCount> find_validation(const ResultFolder &folder);
} // namespace lumbarfem
