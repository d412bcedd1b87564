/// What is sampled at the quadrature points: pressure in the nuclei, stress in the annuli, strain energy by tissue.
#pragma once

#include "postprocess/measures/measure_rows.h"
#include "postprocess/measures/spine_measures.h"

#include <map>

namespace lumbarfem
{
/// Sums over the points of a disc's nucleus at one state that no cage or graft holds.
struct NucleusPressure {
  double share_left = 0;    ///< of the reference volume of the nucleus' cells that is nucleus; 0 without nucleus
  double volume_mm3 = 0;    ///< current; 0 where less than half is left: such a disc has no pressure of the nucleus
  double mean_MPa = 0;      ///< current-volume mean of -tr(sigma)/3
  double von_mises_MPa = 0; ///< current-volume mean
  bool has_needle = false;
  double needle_MPa = 0; ///< mean over the central sphere of 3 mm diameter
};
/// One entry a disc (mesh.discs); collective. An empty state gives zeros.
std::vector<NucleusPressure> nucleus_pressures(const Model &model, const State &state);

/// Axial compression carried by each disc (N), from the free-body cuts; for k = IDP area / force.
void add_pressures(const Model &model, const State &state, const MeasureReference &reference,
                   const std::vector<double> &axial_compression_N, MeasureRows &rows);

/// The sectors of the annulus, and the middle half of the disc's height (as in DiscCoordinates), where its stress and
/// bulge are taken.
constexpr const char *annulus_sectors[4] = {"anterior", "posterior", "left", "right"};
constexpr double lowest_height = 0.25, highest_height = 0.75;
/// Which of them an angle (deg, as in DiscCoordinates) lies in, within +-30
/// degrees; empty between them.
std::string annulus_sector(double angle_deg);
void add_annulus_stress(const Model &model, const State &state, MeasureRows &rows);
} // namespace lumbarfem
