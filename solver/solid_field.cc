#include "solver/solid_field.h"

#include <algorithm>
#include <limits>

namespace lumbarfem
{
namespace
{
template <typename Kernel>
class SolidFieldOf : public SolidField
{
public:
  static constexpr int n = Kernel::n_nodes, n_points = Kernel::n_points;

  SolidFieldOf(const SpineMesh &mesh, const Discretization &field, MaterialAt material)
      : mesh_(mesh), field_(field), material_at_(std::move(material))
  {
    for (int q = 0; q < n_points; ++q) {
      kernel_.unit_gradient[q] = field.unit_gradient[q];
      kernel_.basis[q] = pressure_basis(field.quadrature_points[q]);
    }
    for (int cell = 0; cell < static_cast<int>(mesh.cells.size()); ++cell)
      if (field.cell_rank[cell] == field.rank)
        owned_cells_.push_back(cell);
    slot_.assign(mesh.cells.size(), -1);
    pressures_.assign(Kernel::n_basis * owned_cells_.size(), 0.);
    geometry_.resize(owned_cells_.size());
    materials_.resize(owned_cells_.size());
    least_jacobian_ = std::numeric_limits<double>::max();
    for (std::size_t slot = 0; slot < owned_cells_.size(); ++slot) {
      slot_[owned_cells_[slot]] = static_cast<int>(slot);
      set_up_cell(owned_cells_[slot], geometry_[slot], materials_[slot]);
    }
  }

  InvertedElement assemble(const State &state, AssemblySink &sink, bool tangent) const override
  {
    auto &kernel = kernel_;
    typename Kernel::Residual residual;
    for (std::size_t slot = 0; slot < owned_cells_.size(); ++slot) {
      const int cell = owned_cells_[slot];
      if (is_idle(cell))
        continue;
      const int bad = kernel.compute(displacement(cell, state), geometry_[slot].data(), materials_[slot].data(),
                                     residual, tangent ? &stiffness_ : nullptr, mixed_pressure(slot));
      if (bad >= 0)
        return {cell, kernel.J[bad]};
      sink.add(field_.cell_nodes[cell], residual.data(), tangent ? stiffness_.data() : nullptr, true);
    }
    return {};
  }

  std::vector<double> pressure_direction(const State &state, const State &correction) const override
  {
    std::vector<double> direction(pressures_.size(), 0.);
    for (std::size_t slot = 0; slot < owned_cells_.size(); ++slot) {
      const int cell = owned_cells_[slot];
      if (is_idle(cell))
        continue;
      kernel_.kinematics(displacement(cell, state), geometry_[slot].data(), materials_[slot].data());
      if (!kernel_.is_split())
        continue;
      const typename Kernel::Basis change =
          kernel_.pressure_coefficients - *mixed_pressure(slot) +
          kernel_.pressure_rate(kernel_.dilatation_rate(displacement(cell, correction), geometry_[slot].data()),
                                geometry_[slot].data());
      std::copy(change.data(), change.data() + Kernel::n_basis, &direction[Kernel::n_basis * slot]);
    }
    return direction;
  }

  double mixed_slope(const State &state, const State &direction) const override
  {
    double slope = 0;
    for (std::size_t slot = 0; slot < owned_cells_.size(); ++slot) {
      const int cell = owned_cells_[slot];
      if (is_idle(cell))
        continue;
      if (kernel_.kinematics(displacement(cell, state), geometry_[slot].data(), materials_[slot].data()) >= 0)
        return std::numeric_limits<double>::infinity();
      if (kernel_.is_split())
        slope += (*mixed_pressure(slot) - kernel_.pressure_coefficients)
                     .dot(kernel_.dilatation_rate(displacement(cell, direction), geometry_[slot].data()));
    }
    return slope;
  }

  void reset_pressures(const State &state) override
  {
    for (std::size_t slot = 0; slot < owned_cells_.size(); ++slot) {
      kernel_.kinematics(displacement(owned_cells_[slot], state), geometry_[slot].data(), materials_[slot].data());
      std::copy(kernel_.pressure_coefficients.data(), kernel_.pressure_coefficients.data() + Kernel::n_basis,
                &pressures_[Kernel::n_basis * slot]);
    }
  }

  void sample(const std::vector<int> &cells, const State &state,
              const std::function<void(const PointSample &)> &visit) const override
  {
    for (const int cell : cells) {
      const int slot = slot_[cell];
      if (slot < 0)
        continue;
      const typename Kernel::Displacement u = displacement(cell, state);
      kernel_.kinematics(u, geometry_[slot].data(), materials_[slot].data());
      const bool is_mixed = holds_fillings(materials_[slot]);
      for (int q = 0; q < n_points; ++q) {
        PointSample sample;
        sample.weight_mm3 = geometry_[slot][q].weight;
        fill(sample, cell, field_.quadrature_points[q], kernel_.F[q], kernel_.J[q], kernel_.pressure[q],
             materials_[slot][q], u);
        add_tissue_stress(sample, is_mixed, kernel_.theta[q]);
        sample.energy_MPa = blended_energy(materials_[slot][q], kernel_.F[q]) +
                            blended_volumetric(materials_[slot][q], kernel_.theta[q]).energy;
        visit(sample);
      }
    }
  }

  void visit_deformation(const State &state,
                         const std::function<void(int, const PointMaterial &, const Matrix3 &)> &visit) const override
  {
    for (std::size_t slot = 0; slot < owned_cells_.size(); ++slot) {
      const int cell = owned_cells_[slot];
      if (is_idle(cell))
        continue;
      const typename Kernel::Displacement u = displacement(cell, state);
      for (int q = 0; q < n_points; ++q)
        visit(cell, materials_[slot][q],
              Matrix3::Identity() + u.transpose() * (kernel_.unit_gradient[q] * geometry_[slot][q].inverse_jacobian));
    }
  }

  void sample_at(int cell, const std::vector<Vector3> &unit_points, const State &state,
                 const std::function<void(const PointSample &)> &visit) const override
  {
    std::array<typename Kernel::PointGeometry, n_points> geometry;
    std::array<PointMaterial, n_points> material;
    set_up_cell(cell, geometry, material);
    const typename Kernel::Displacement u = displacement(cell, state);
    kernel_.kinematics(u, geometry.data(), material.data());
    const bool is_mixed = holds_fillings(material);
    for (const Vector3 &unit : unit_points) {
      Vector3 reference;
      const Matrix3 jacobian = map_jacobian(cell, unit, &reference);
      Eigen::VectorXd value;
      Eigen::MatrixX3d gradient;
      shape_functions(field_.element, unit, value, gradient);
      const Matrix3 F = Matrix3::Identity() + u.transpose() * (gradient * jacobian.inverse());
      PointSample sample;
      const PointMaterial point_material = material_at_(cell, unit, reference, jacobian);
      const double pressure = Kernel::n_pressure > 0 ? pressure_basis(unit).dot(kernel_.pressure_coefficients)
                                                     : blended_volumetric(point_material, F.determinant()).first;
      const double theta = Kernel::n_pressure > 0 && kernel_.is_split()
                               ? pressure_basis(unit).dot(kernel_.theta_coefficients)
                               : F.determinant();
      fill(sample, cell, unit, F, F.determinant(), pressure, point_material, u);
      add_tissue_stress(sample, is_mixed, theta);
      visit(sample);
    }
  }

  Eigen::VectorXd cell_forces(int cell, const State &state) const override
  {
    typename Kernel::Residual residual;
    if (slot_[cell] >= 0) {
      kernel_.compute(displacement(cell, state), geometry_[slot_[cell]].data(), materials_[slot_[cell]].data(),
                      residual, nullptr);
    } else {
      std::array<typename Kernel::PointGeometry, n_points> geometry;
      std::array<PointMaterial, n_points> material;
      set_up_cell(cell, geometry, material);
      kernel_.compute(displacement(cell, state), geometry.data(), material.data(), residual, nullptr);
    }
    return residual;
  }

private:
  const typename Kernel::Basis *mixed_pressure(std::size_t slot) const
  {
    mixed_ = Eigen::Map<const typename Kernel::Basis>(&pressures_[Kernel::n_basis * slot]);
    return &mixed_;
  }

  static typename Kernel::Basis pressure_basis(const Vector3 &unit)
  {
    typename Kernel::Basis basis;
    basis(0) = 1;
    for (int k = 1; k < Kernel::n_basis; ++k)
      basis(k) = 2 * unit[k - 1] - 1;
    return basis;
  }

  typename Kernel::Displacement displacement(int cell, const State &state) const
  {
    typename Kernel::Displacement u;
    for (int a = 0; a < n; ++a) {
      const double *value = &state[3 * field_.cell_nodes[cell][a]];
      u.row(a) << value[0], value[1], value[2];
    }
    return u;
  }

  /// dX/d(unit) of the displacement element's own (isoparametric) map.
  Matrix3 map_jacobian(int cell, const Vector3 &unit, Vector3 *reference) const
  {
    Eigen::VectorXd value;
    Eigen::MatrixX3d gradient;
    shape_functions(field_.element, unit, value, gradient);
    Matrix3 jacobian = Matrix3::Zero();
    reference->setZero();
    for (int a = 0; a < n; ++a) {
      const Vector3 &x = field_.node_position[field_.cell_nodes[cell][a]];
      jacobian += x * gradient.row(a);
      *reference += value(a) * x;
    }
    return jacobian;
  }

  void set_up_cell(int cell, std::array<typename Kernel::PointGeometry, n_points> &geometry,
                   std::array<PointMaterial, n_points> &material) const
  {
    for (int q = 0; q < n_points; ++q) {
      Vector3 reference;
      const Matrix3 jacobian = map_jacobian(cell, field_.quadrature_points[q], &reference);
      const double determinant = jacobian.determinant();
      if (!(determinant > 0))
        throw std::runtime_error("cell " + std::to_string(cell) + " of region " + mesh_.region_of(cell).name +
                                 " is inverted in the mesh");
      geometry[q].inverse_jacobian = jacobian.inverse();
      geometry[q].weight = determinant * field_.quadrature_weights[q];
      material[q] = material_at_(cell, field_.quadrature_points[q], reference, jacobian);
    }
  }

  void fill(PointSample &sample, int cell, const Vector3 &unit, const Matrix3 &F, double J, double pressure,
            const PointMaterial &material, const typename Kernel::Displacement &u) const
  {
    sample.cell = cell;
    sample.unit_point = unit;
    Eigen::VectorXd value;
    Eigen::MatrixX3d gradient;
    shape_functions(field_.element, unit, value, gradient);
    sample.reference.setZero();
    for (int a = 0; a < n; ++a)
      sample.reference += value(a) * field_.node_position[field_.cell_nodes[cell][a]];
    sample.current = sample.reference + u.transpose() * value;
    sample.F = F;
    sample.J = J;
    Vector6 tau;
    blended_stress(material, F, tau, nullptr);
    tau.head<3>().array() += pressure * J;
    sample.cauchy_MPa = from_voigt(tau) / J;
    sample.material = &material;
    for (const Filling &filling : material.fillings)
      sample.filled_share += filling.share;
    sample.tissue_share = material.is_emptied ? 0 : material.tissue_share;
    if (sample.tissue_share > 0 && material.tissue->has_fibres() && material.fibres())
      sample.fibre_stress_MPa = material.tissue->fibre_stress(F, material.fibres());
  }

  template <typename Materials>
  static bool holds_fillings(const Materials &materials)
  {
    return std::any_of(materials.begin(), materials.end(),
                       [](const PointMaterial &material) { return !material.fillings.empty(); });
  }

  /// @p is_mixed: something fills a share of the cell, so that its projected pressure is that of all it holds.
  static void add_tissue_stress(PointSample &sample, bool is_mixed, double theta)
  {
    const PointMaterial &material = *sample.material;
    if (!is_mixed && !material.is_emptied) {
      sample.tissue_cauchy_MPa = sample.cauchy_MPa;
      return;
    }
    sample.tissue_cauchy_MPa.setZero();
    if (sample.tissue_share <= 0)
      return;
    Vector6 tau;
    material.tissue->stress(sample.F, material.fibres(), tau, nullptr);
    if (const VolumetricLaw *volumetric = material.tissue->volumetric())
      tau.template head<3>().array() += volumetric->first(theta) * sample.J;
    sample.tissue_cauchy_MPa = from_voigt(tau) / sample.J;
  }

  const SpineMesh &mesh_;
  const Discretization &field_;
  MaterialAt material_at_;
  std::vector<int> slot_;
  std::vector<std::array<typename Kernel::PointGeometry, n_points>> geometry_;
  std::vector<std::array<PointMaterial, n_points>> materials_;
  mutable Kernel kernel_;
  mutable typename Kernel::Basis mixed_;
  mutable typename Kernel::Stiffness stiffness_;
};
} // namespace

std::unique_ptr<SolidField> SolidField::create(const SpineMesh &mesh, const Discretization &field, MaterialAt material)
{
  switch (field.element) {
  case ElementType::q2p1:
    return std::make_unique<SolidFieldOf<ElementKernel<27, 27, 4>>>(mesh, field, std::move(material));
  case ElementType::q1p0:
    return std::make_unique<SolidFieldOf<ElementKernel<8, 8, 1>>>(mesh, field, std::move(material));
  case ElementType::q1:
    return std::make_unique<SolidFieldOf<ElementKernel<8, 8, 0>>>(mesh, field, std::move(material));
  }
  return nullptr;
}
} // namespace lumbarfem
