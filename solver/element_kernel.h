/// Finite-strain element kernel: displacement of the 8- or 27-node hexahedron with element-wise projected dilatation.
///
/// Energy of an element: sum_q w_q [ W(F_q) + U(Theta_q) ] with Theta = Pi J, the L2 projection of J = det F on the
/// polynomials {1} (Q1/P0) or {1, xi, eta, zeta} (Q2/P1disc) of the cell (Simo, Taylor, Pister 1985; the discontinuous
/// linear pressure is inf-sup stable with Q2). No extra unknown remains: p = Pi U'(Theta), and the tangent is
/// K(p) + G M^-1 H M^-1 G^T with G = int phi J div, M = int phi phi, H = int U''(Theta) phi phi; it is symmetric.
/// During the iteration K(p) takes the pressure of the mixed form, which moves linearly with each correction
/// (p += (Pi U' - p) + M^-1 H M^-1 G^T du), and not Pi U'(Pi J(u)), whose second-order error times the bulk modulus
/// would make the tangent indefinite: the statically condensed Newton method of the three-field form. Both agree at
/// convergence, and the residual is always the exact one.
/// The tangent is made of six n x n matrix products over all quadrature points at once (about twenty times faster
/// than a loop over pairs of shape functions).
#pragma once

#include "materials/law.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace lumbarfem
{
/// What fills a share of a point's volume in place of the tissue: a cage, a graft, cement.
struct Filling {
  const Law *law = nullptr;
  double share = 0; ///< 0 .. 1
  int body = -1;    ///< index of the body that it belongs to; -1: none that has a name
};

/// Material at one quadrature point: the tissue of the cell and what fills a share of the point instead. The shares of
/// tissue and fillings add up to one; all of them have the same deformation (Voigt's mixture).
struct PointMaterial {
  const Law *tissue = nullptr;
  std::optional<FibrePoint> tissue_fibres = {};
  std::vector<Filling> fillings = {};
  double tissue_share = 1;
  bool is_emptied = false; ///< the tissue was removed: the law above is that of a void

  const FibrePoint *fibres() const { return tissue_fibres ? &*tissue_fibres : nullptr; }
  /// Takes the share of @p filling from the tissue.
  void fill(const Filling &filling)
  {
    fillings.push_back(filling);
    tissue_share = std::max(0., tissue_share - filling.share);
  }
};

/// Stress, tangent and energy of the mixture without the projected volumetric part.
inline void blended_stress(const PointMaterial &material, const Matrix3 &F, Vector6 &tau, Matrix6 *tangent)
{
  if (material.fillings.empty()) {
    material.tissue->stress(F, material.fibres(), tau, tangent);
    return;
  }
  tau.setZero();
  if (tangent)
    tangent->setZero();
  Vector6 part;
  Matrix6 tangent_part;
  const auto add = [&](const Law &law, const FibrePoint *fibres, double share) {
    law.stress(F, fibres, part, tangent ? &tangent_part : nullptr);
    tau += share * part;
    if (tangent)
      *tangent += share * tangent_part;
  };
  if (material.tissue_share > 0)
    add(*material.tissue, material.fibres(), material.tissue_share);
  for (const Filling &filling : material.fillings)
    add(*filling.law, nullptr, filling.share);
}

inline double blended_energy(const PointMaterial &material, const Matrix3 &F)
{
  double energy = material.tissue_share > 0 ? material.tissue_share * material.tissue->energy(F, material.fibres()) : 0;
  for (const Filling &filling : material.fillings)
    energy += filling.share * filling.law->energy(F, nullptr);
  return energy;
}

/// U, U' and U'' of the mixture at dilatation theta.
struct VolumetricResponse {
  double energy = 0, first = 0, second = 0;
};
inline VolumetricResponse blended_volumetric(const PointMaterial &material, double theta)
{
  VolumetricResponse response;
  const auto add = [&](const Law *law, double share) {
    if (share <= 0 || !law->volumetric())
      return;
    response.energy += share * law->volumetric()->energy(theta);
    response.first += share * law->volumetric()->first(theta);
    response.second += share * law->volumetric()->second(theta);
  };
  add(material.tissue, material.tissue_share);
  for (const Filling &filling : material.fillings)
    add(filling.law, filling.share);
  return response;
}

/// Does any part of the mixture have a volumetric energy of its own?
inline bool has_volumetric(const PointMaterial &material)
{
  return (material.tissue_share > 0 && material.tissue->volumetric()) ||
         std::any_of(material.fillings.begin(), material.fillings.end(),
                     [](const Filling &filling) { return filling.law->volumetric() != nullptr; });
}

/// @tparam n_nodes_ 8 or 27, @tparam n_points_ 8 or 27, @tparam n_pressure_ 1 or 4 (0: no projection, the plain
/// element)
template <int n_nodes_, int n_points_, int n_pressure_>
class ElementKernel
{
public:
  static constexpr int n_nodes = n_nodes_, n_points = n_points_, n_pressure = n_pressure_;
  static constexpr int n_dofs = 3 * n_nodes;
  static constexpr int n_basis = n_pressure > 0 ? n_pressure : 1;
  using Gradients = Eigen::Matrix<double, n_nodes, 3>;
  using Displacement = Eigen::Matrix<double, n_nodes, 3>;
  using Residual = Eigen::Matrix<double, n_dofs, 1>;
  using Stiffness = Eigen::Matrix<double, n_dofs, n_dofs, Eigen::RowMajor>;
  using Basis = Eigen::Matrix<double, n_basis, 1>;

  struct PointGeometry {
    Matrix3 inverse_jacobian; ///< d(unit coordinate)/dX
    double weight;            ///< reference volume of the point
  };

  /// Gradients of the shape functions in unit coordinates and the pressure basis at each quadrature point.
  std::array<Gradients, n_points> unit_gradient;
  std::array<Basis, n_points> basis;

  /// State of the last kinematics() call.
  std::array<Matrix3, n_points> F;
  std::array<double, n_points> J, theta, pressure, second_derivative;
  Basis pressure_coefficients; ///< of p in the basis
  Basis theta_coefficients;    ///< of the projected dilatation; set where the material is split
  double volumetric_energy = 0;

  /// Deformation gradients and projected pressures; returns the index of a point with J <= 0, or -1.
  int kinematics(const Displacement &u, const PointGeometry *geometry, const PointMaterial *material)
  {
    for (int q = 0; q < n_points; ++q) {
      gradient_[q].noalias() = unit_gradient[q].lazyProduct(geometry[q].inverse_jacobian);
      F[q].noalias() = u.transpose().lazyProduct(gradient_[q]);
      F[q].diagonal().array() += 1;
      J[q] = F[q].determinant();
      if (!(J[q] > 0))
        return q;
    }
    volumetric_energy = 0;
    is_split_ = false;
    for (int q = 0; q < n_points; ++q)
      is_split_ = is_split_ || has_volumetric(material[q]);
    if (!is_split_) {
      pressure.fill(0);
      second_derivative.fill(0);
      pressure_coefficients.setZero();
      theta = J;
      return -1;
    }
    if constexpr (n_pressure == 0) {
      for (int q = 0; q < n_points; ++q)
        set_volumetric(q, J[q], geometry[q].weight, material[q]);
    } else {
      Eigen::Matrix<double, n_basis, n_basis> mass = Eigen::Matrix<double, n_basis, n_basis>::Zero();
      Basis moment = Basis::Zero();
      for (int q = 0; q < n_points; ++q) {
        mass.noalias() += (geometry[q].weight * basis[q]) * basis[q].transpose();
        moment += (geometry[q].weight * J[q]) * basis[q];
      }
      mass_inverse_ = mass.inverse();
      theta_coefficients = mass_inverse_ * moment;
      moment.setZero();
      for (int q = 0; q < n_points; ++q) {
        set_volumetric(q, basis[q].dot(theta_coefficients), geometry[q].weight, material[q]);
        if (!(theta[q] > 0))
          return q;
        moment += (geometry[q].weight * pressure[q]) * basis[q];
      }
      pressure_coefficients = mass_inverse_ * moment;
      for (int q = 0; q < n_points; ++q)
        pressure[q] = basis[q].dot(pressure_coefficients);
    }
    return -1;
  }

  /// Internal nodal forces and, if @p stiffness is not null, the tangent (entry 3 a + i = component i of node a) with
  /// the mixed pressure @p mixed (coefficients in the basis; null: the exact one).
  /// Returns the index of a point with J <= 0, or -1.
  int compute(const Displacement &u, const PointGeometry *geometry, const PointMaterial *material, Residual &residual,
              Stiffness *stiffness, const Basis *mixed = nullptr)
  {
    const int bad = kinematics(u, geometry, material);
    if (bad >= 0)
      return bad;
    Displacement force = Displacement::Zero();
    if (stiffness)
      divergence_.setZero();
    for (int q = 0; q < n_points; ++q) {
      Vector6 &tau = tau_[q];
      blended_stress(material[q], F[q], tau, stiffness ? &tangent_[q] : nullptr);
      const double pj = pressure[q] * J[q];
      const Matrix3 F_inverse = F[q].inverse();
      Gradients g;
      g.noalias() = gradient_[q].lazyProduct(F_inverse);
      const Matrix3 weighted = geometry[q].weight * (from_voigt(tau) + pj * Matrix3::Identity());
      force.noalias() += g.lazyProduct(weighted);
      if (stiffness) {
        const double tangent_pj = mixed && is_split_ && n_pressure > 0 ? basis[q].dot(*mixed) * J[q] : pj;
        tau.template head<3>().array() += tangent_pj;
        prepare_tangent(q, g, geometry[q].weight, tangent_pj);
      }
    }
    for (int a = 0; a < n_nodes; ++a)
      for (int i = 0; i < 3; ++i)
        residual(3 * a + i) = force(a, i);
    if (stiffness)
      multiply_tangent(geometry, *stiffness);
    return -1;
  }

  /// After kinematics() at u: G^T du of a displacement direction (the projected rate of J).
  Basis dilatation_rate(const Displacement &direction, const PointGeometry *geometry) const
  {
    Basis rate = Basis::Zero();
    for (int q = 0; q < n_points; ++q) {
      const Matrix3 gradient = direction.transpose() * gradient_[q]; // d(du)/dX
      rate += (geometry[q].weight * J[q] * (gradient * F[q].inverse()).trace()) * basis[q];
    }
    return rate;
  }

  /// After kinematics(): M^-1 H M^-1 times a rate, the change of the mixed pressure.
  Basis pressure_rate(const Basis &rate, const PointGeometry *geometry) const
  {
    Eigen::Matrix<double, n_basis, n_basis> h = Eigen::Matrix<double, n_basis, n_basis>::Zero();
    for (int q = 0; q < n_points; ++q)
      h.noalias() += (geometry[q].weight * second_derivative[q] * basis[q]) * basis[q].transpose();
    return mass_inverse_ * (h * (mass_inverse_ * rate));
  }
  bool is_split() const { return is_split_; }

  /// Kirchhoff stress (Voigt) of point @p q after kinematics(), pressure included.
  Vector6 kirchhoff_stress(int q, const PointMaterial &material) const
  {
    Vector6 tau;
    blended_stress(material, F[q], tau, nullptr);
    tau.template head<3>().array() += pressure[q] * J[q];
    return tau;
  }

private:
  void set_volumetric(int q, double dilatation, double weight, const PointMaterial &material)
  {
    theta[q] = dilatation;
    if (!(dilatation > 0))
      return;
    const VolumetricResponse response = blended_volumetric(material, dilatation);
    pressure[q] = response.first;
    second_derivative[q] = response.second;
    volumetric_energy += weight * response.energy;
  }

  void prepare_tangent(int q, const Gradients &g, double weight, double pj)
  {
    Matrix6 &c = tangent_[q];
    // Spatial tangent of p J at fixed p: p J (1 x 1 - 2 I).
    c.template topLeftCorner<3, 3>().array() += pj;
    for (int i = 0; i < 3; ++i) {
      c(i, i) -= 2 * pj;
      c(i + 3, i + 3) -= pj;
    }
    if constexpr (n_pressure == 0)
      c.template topLeftCorner<3, 3>().array() += second_derivative[q] * J[q] * J[q];
    spatial_gradient_.template block<n_nodes, 3>(0, 3 * q) = g;
    if constexpr (n_pressure > 0) {
      if (!is_split_)
        return;
      for (int k = 0; k < n_basis; ++k) {
        const double factor = weight * J[q] * basis[q](k);
        for (int a = 0; a < n_nodes; ++a)
          for (int i = 0; i < 3; ++i)
            divergence_(3 * a + i, k) += factor * g(a, i);
      }
    }
  }

  void multiply_tangent(const PointGeometry *geometry, Stiffness &stiffness)
  {
    for (int i = 0; i < 3; ++i)
      for (int k = i; k < 3; ++k) {
        for (int q = 0; q < n_points; ++q) {
          Matrix3 a;
          for (int j = 0; j < 3; ++j)
            for (int l = 0; l < 3; ++l)
              a(l, j) = tangent_[q](voigt_index[i][j], voigt_index[k][l]) + (i == k ? tau_[q](voigt_index[j][l]) : 0.);
          a *= geometry[q].weight;
          product_.template block<n_nodes, 3>(0, 3 * q).noalias() =
              spatial_gradient_.template block<n_nodes, 3>(0, 3 * q).lazyProduct(a);
        }
        block_.noalias() = spatial_gradient_ * product_.transpose();
        for (int a = 0; a < n_nodes; ++a)
          for (int b = 0; b < n_nodes; ++b) {
            stiffness(3 * a + i, 3 * b + k) = block_(a, b);
            if (i != k)
              stiffness(3 * b + k, 3 * a + i) = block_(a, b);
          }
      }
    if constexpr (n_pressure > 0) {
      if (!is_split_)
        return;
      Eigen::Matrix<double, n_basis, n_basis> h = Eigen::Matrix<double, n_basis, n_basis>::Zero();
      for (int q = 0; q < n_points; ++q)
        h.noalias() += (geometry[q].weight * second_derivative[q] * basis[q]) * basis[q].transpose();
      const Eigen::Matrix<double, n_dofs, n_basis> left = divergence_ * (mass_inverse_ * h * mass_inverse_);
      stiffness.noalias() += left * divergence_.transpose();
    }
  }

  std::array<Gradients, n_points> gradient_;
  std::array<Vector6, n_points> tau_;
  std::array<Matrix6, n_points> tangent_;
  Eigen::Matrix<double, n_nodes, 3 * n_points> spatial_gradient_, product_;
  Eigen::Matrix<double, n_nodes, n_nodes> block_;
  Eigen::Matrix<double, n_dofs, n_basis> divergence_;
  Eigen::Matrix<double, n_basis, n_basis> mass_inverse_;
  bool is_split_ = false;
};
} // namespace lumbarfem
