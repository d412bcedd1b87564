/// Observed order and grid convergence index from three meshes.
#pragma once

#include <array>

namespace lumbarfem
{
enum class Convergence {
  monotone,       ///< the differences shrink with the cells: an order can be observed
  oscillating,    ///< the value goes up and down
  not_converging, ///< the differences do not shrink
  settled         ///< the three values agree to 1e-6
};

/// Celik et al. 2008, J Fluids Eng 130:078001, after Roache 1994. The index is the relative error band of a value:
/// 1.25 |difference to the coarser mesh| / |value| / (r^p - 1), with p the observed order but at most 2 (an order above
/// that is chance and would make the band too narrow). An oscillating value gets the band of two meshes and first
/// order, safety factor 3.
struct GridConvergence {
  Convergence kind;
  double order = 0;              ///< observed; only for a monotone value
  double middle = 0, finest = 0; ///< index of the two finer meshes as a share; nan when not converging
  double extrapolated = 0;       ///< Richardson's value at zero cell size; nan unless monotone
};

/// @p cells: numbers of cells from the coarsest to the finest mesh, rising; the size of a cell is cells^(-1/3).
GridConvergence grid_convergence(const std::array<double, 3> &cells, const std::array<double, 3> &values);
} // namespace lumbarfem
