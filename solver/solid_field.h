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
  double weight_mm3 = 0; ///< reference volume; 0 for points that are not quadrature points
  Matrix3 cauchy_MPa;
  double energy_MPa = 0; ///< strain energy per reference volume
  std::array<double, 2> fibre_stress_MPa{};
  double second_share = 0; ///< share of the implicit region's material
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
  /// Samples the quadrature points of the own cells among @p cells (all own cells when empty).
  virtual void sample(const std::vector<int> &cells, const State &state,
                      const std::function<void(const PointSample &)> &visit) const = 0;
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
