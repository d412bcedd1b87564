/// The displacement field on the mesh: geometry and material of all quadrature points, assembly, sampling.
#pragma once

#include "solver/assembly_sink.h"
#include "solver/discretization.h"
#include "solver/element_kernel.h"

#include <functional>
#include <memory>

namespace lumbarfem
{
/// Why an assembly could not be done.
struct InvertedElement {
  int cell = -1; ///< -1: none
  double jacobian = 1;
};

/// State of one quadrature (or other) point.
struct PointSample {
  int cell = -1;
  Vector3 unit_point, reference, current;
  Matrix3 F;
  double J = 1;
  double weight_mm3 = 0;                   ///< reference volume; 0 for points that are not quadrature points
  Matrix3 cauchy_MPa;                      ///< of the mixture: what the point carries
  double energy_MPa = 0;                   ///< strain energy per reference volume
  const PointMaterial *material = nullptr; ///< valid during the visit

  /// Of the tissue of the cell alone, without what fills a share of the point or of its cell (no average across
  /// materials). Where a cell is filled in part, the pressure is that of the tissue's own law at the cell's projected
  /// dilatation. Zero where the tissue holds nothing.
  Matrix3 tissue_cauchy_MPa;
  std::array<double, 2> fibre_stress_MPa{};
  double tissue_share = 1; ///< of the tissue; 0 where it was removed
  double filled_share = 0; ///< of cages, grafts, cement
  /// Whether the point counts as its tissue's: it holds more than half of it.
  bool is_tissue() const { return tissue_share > 0.5; }
};

class SolidField
{
public:
  /// Material of a point; @p jacobian = dX/d(unit coordinate).
  using MaterialAt = std::function<PointMaterial(int cell, const Vector3 &unit_point, const Vector3 &reference,
                                                 const Matrix3 &jacobian)>;
  static std::unique_ptr<SolidField> create(const SpineMesh &mesh, const Discretization &field, MaterialAt material);
  virtual ~SolidField() = default;

  const std::vector<int> &owned_cells() const { return owned_cells_; }
  /// Cells of rigid or fixed bone (a flag each): without strain, so that assembly passes them by.
  void set_idle_cells(std::vector<char> idle) { idle_ = std::move(idle); }
  bool is_idle(int cell) const { return !idle_.empty() && idle_[cell]; }
  /// Adds residual and tangent of the own cells; stops at the first inverted element.
  virtual InvertedElement assemble(const State &state, AssemblySink &sink, bool tangent) const = 0;
  /// Mixed pressures of the own cells (n_pressure() coefficients each), part of the iterate; see element_kernel.h.
  std::vector<double> &pressures() { return pressures_; }
  const std::vector<double> &pressures() const { return pressures_; }
  /// Change of the mixed pressures that belongs to a displacement correction at @p state.
  virtual std::vector<double> pressure_direction(const State &state, const State &correction) const = 0;
  /// Sum over the own cells of (mixed - exact pressure) . G^T direction: turns the exact residual's slope into the
  /// mixed one's.
  virtual double mixed_slope(const State &state, const State &direction) const = 0;
  /// Sets the mixed pressures to the exact ones.
  virtual void reset_pressures(const State &state) = 0;
  /// Samples the quadrature points of the own cells among @p cells; nothing when there are none.
  virtual void sample(const std::vector<int> &cells, const State &state,
                      const std::function<void(const PointSample &)> &visit) const = 0;
  /// Samples the quadrature points of all own cells.
  void sample_all(const State &state, const std::function<void(const PointSample &)> &visit) const
  {
    sample(owned_cells_, state, visit);
  }
  /// Deformation gradients at the quadrature points of all own cells but the idle ones: cheaper than sampling.
  virtual void
  visit_deformation(const State &state,
                    const std::function<void(int cell, const PointMaterial &, const Matrix3 &F)> &visit) const = 0;
  /// State at arbitrary points of one cell.
  virtual void sample_at(int cell, const std::vector<Vector3> &unit_points, const State &state,
                         const std::function<void(const PointSample &)> &visit) const = 0;
  /// Nodal internal forces (3 per local node) of one cell.
  virtual Eigen::VectorXd cell_forces(int cell, const State &state) const = 0;
  /// Determinant of the reference map, least over the quadrature points of own cells.
  double least_jacobian() const { return least_jacobian_; }

protected:
  std::vector<int> owned_cells_;
  std::vector<double> pressures_;
  double least_jacobian_ = 0;
  std::vector<char> idle_;
};
} // namespace lumbarfem
