/// Frictionless contact of a facet joint: two parallel curved facets with cartilage, each carried by its vertebra.
#pragma once

#include "meshes/facet_joints.h"
#include "solver/contribution.h"

#include <array>
#include <functional>

namespace lumbarfem
{
/// Both cartilage layers of a joint together as a bed of springs. A layer that is thin against the width of the contact
/// and bonded to bone cannot bulge, so it answers with the confined modulus M: pressure = M / (2 t) times the
/// overclosure. Pressure starts over the range -onset .. onset of the overclosure, with a continuous second derivative.
class CartilageBed
{
public:
  /// @p stiffness_MPa_per_mm > 0, @p onset_mm > 0.
  CartilageBed(double stiffness_MPa_per_mm, double onset_mm) : stiffness_(stiffness_MPa_per_mm), onset_(onset_mm) {}
  double stiffness_MPa_per_mm() const { return stiffness_; }
  double onset_mm() const { return onset_; }
  /// @p overclosure_mm: minus the gap.
  double energy(double overclosure_mm) const;   ///< per area, N/mm
  double pressure(double overclosure_mm) const; ///< MPa
  double slope(double overclosure_mm) const;    ///< MPa/mm

private:
  double stiffness_, onset_;
};

/// Each facet lies half the gap away from the joint's surface, so the facets are parallel. The surface moves rigidly
/// with three points of the lower vertebra; the inferior facet is a set of points with areas, moved affinely by four
/// points of the upper one. Energy = sum over these points of area x margin x bed energy of the distance to the
/// surface, taken along its normal at the nearest point. The margin is 1 inside the outline and falls smoothly to 0
/// over a fifth of its half axes beyond it (rounded edge), so that the force does not jump when a point slides over the
/// edge.
class FacetContact : public Contribution
{
public:
  using Attach = std::function<AttachedPoint(const Vector3 &)>;

  /// @p joint: in the axes of the mesh. @p attach_lower, @p attach_upper fix points to the two vertebrae.
  FacetContact(const FacetJoint &joint, double gap_mm, const CartilageBed &bed, const Attach &attach_lower,
               const Attach &attach_upper);

  const FacetJoint &joint() const { return joint_; }
  double area_mm2() const { return area_mm2_; } ///< of the inferior facet, reference
  /// Nodes (blocks) that the superior facet of the lower vertebra moves with, or the inferior one of the upper
  /// vertebra.
  std::vector<int> carriers(bool of_upper) const { return blocks_of({of_upper ? upper_.data() : lower_.data()}); }

  /// Points of the inferior facet stand on n_rings ellipses of n_sectors points each, from the middle outward.
  static constexpr int n_rings = 5, n_sectors = 16;
  /// Contact is where the pressure exceeds this.
  static constexpr double contact_pressure_MPa = 0.01;

  /// A point of the inferior facet at a state.
  struct Sample {
    Vector3 position;       ///< mm
    Vector3 force;          ///< N, on the upper vertebra
    double area_mm2;        ///< reference
    double gap_mm;          ///< negative: overclosure
    double pressure_MPa;    ///< margin included
    double normals_cosine;  ///< between the outward normals of the two facets; -1: opposed
    bool faces_the_surface; ///< above the superior facet or its rounded edge
  };
  std::vector<Sample> samples(const State &state) const;

  /// Sums over the inferior facet.
  struct Resultant {
    Vector3 force = Vector3::Zero();  ///< N, on the upper vertebra; the lower one bears the opposite
    Vector3 moment = Vector3::Zero(); ///< N mm, of these forces about the origin
    Vector3 centre = Vector3::Zero(); ///< mm, centre of pressure; centre of the facet without pressure
    double area_mm2 = 0, mean_pressure_MPa = 0, peak_pressure_MPa = 0; ///< of the contact
    double least_gap_mm = 0, mean_gap_mm = 0;                          ///< of the points that face the surface
    double normals_cosine = 0;                                         ///< mean of the points that face the surface
    Vector3 moment_about(const Vector3 &point) const { return moment - point.cross(force); }
  };
  Resultant resultant(const State &state) const;

  Side side() const override { return joint_.left ? Side::left : Side::right; }
  std::string energy_group() const override { return "facet_cartilage"; }

  std::vector<std::vector<int>> couplings() const override;
  void assemble(const State &state, AssemblySink &sink, bool tangent) const override;
  double energy(const State &state) const override;

private:
  /// A point of the inferior facet: its weights on the four control points and its area.
  struct FacetPoint {
    Eigen::Vector4d share;
    double area_mm2;
    Vector3 normal; ///< of the joint's surface there, in the joint's axes
  };
  struct Frame {
    Vector3 origin;
    Matrix3 axes; ///< columns
  };
  /// Distance of a point in the joint's axes from the surface, and its derivatives.
  struct Distance {
    double value = 0;
    Vector3 normal;
    Matrix3 hessian;
  };
  struct Margin {
    double value = 1;
    Vector3 gradient = Vector3::Zero();
    Matrix3 hessian = Matrix3::Zero();
  };
  struct PointEnergy {
    double value = 0, gap = 0, pressure = 0;
    bool faces = false;
    Vector3 gradient = Vector3::Zero();
    Matrix3 hessian = Matrix3::Zero();
  };

  void add_points();
  Frame frame(const State &state) const;
  /// The four control points of the inferior facet in the joint's axes, columns.
  Eigen::Matrix<double, 3, 4> local_controls(const State &state, const Frame &frame) const;
  double height(double x, double y) const;
  Distance distance(const Vector3 &local) const;
  Margin margin(const Vector3 &local) const;
  PointEnergy point_energy(const Vector3 &local) const;
  using Vector12 = Eigen::Matrix<double, 12, 1>;
  using Matrix12 = Eigen::Matrix<double, 12, 12>;
  /// From derivatives by the local coordinates of the control points to those by the displacements of the carriers.
  void to_carriers(const State &state, const Frame &lower, const Vector12 &gradient, const Matrix12 &hessian,
                   Eigen::VectorXd &residual, Eigen::MatrixXd *matrix) const;
  std::vector<const AttachedPoint *> attached() const;

  FacetJoint joint_;
  double gap_mm_;
  CartilageBed bed_;
  std::array<AttachedPoint, 3> lower_;
  std::array<AttachedPoint, 4> upper_;
  std::vector<FacetPoint> points_;
  double area_mm2_ = 0;
};
} // namespace lumbarfem
