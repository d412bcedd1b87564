/// Corotational beams for screws and rods, and their bedding in bone.
#pragma once

#include "solver/contribution.h"

#include <map>

namespace lumbarfem
{
/// Circular section of a straight beam.
struct BeamSection {
  double diameter_mm, modulus_MPa, poisson_ratio;
  double area() const;
  double second_moment() const;
  double polar_moment() const { return 2 * second_moment(); }
  double shear_modulus_MPa() const { return modulus_MPa / (2 * (1 + poisson_ratio)); }
};

/// A node of a beam: one block for the displacement and one for the total rotation vector (rad).
struct BeamNode {
  Vector3 reference;
  int displacement_block, rotation_block;
};

struct BeamElement {
  int first, second; ///< indices of nodes
  BeamSection section;
  PartId part; ///< the screw or rod
};

/// Two-node Euler-Bernoulli beams in corotational form (Crisfield 1990; Battini and Pacoste 2002): the element's frame
/// follows the chord and the mean of the nodes' triads, strains in it are small, rotations of the whole are arbitrary.
/// The elastic energy of an element is E A u^2 / 2 L + G J (t2 - t1)^2 / 2 L + 2 E I / L (t1^2 + t1 t2 + t2^2) in both
/// planes; residual and tangent are its exact derivatives. Rotations beyond about 170 degrees are outside the range of
/// the total rotation vector.
class BeamStructure : public Contribution
{
public:
  BeamStructure(std::string name, std::vector<BeamNode> nodes, std::vector<BeamElement> elements);
  const std::vector<BeamNode> &nodes() const { return nodes_; }
  const std::vector<BeamElement> &elements() const { return elements_; }

  std::vector<std::vector<int>> couplings() const override;
  void assemble(const State &state, AssemblySink &sink, bool tangent) const override;
  double energy(const State &state) const override;
  std::string energy_group() const override { return "screws_and_rods"; }
  bool is_inside_bone() const override { return true; }
  /// One line per element with its section forces; stress = |N|/A + M r / I at the worse end.
  std::vector<LineSegment> lines(const State &state) const override;

private:
  struct Frame {
    Vector3 axes[3];
    double length;
  };
  std::vector<BeamNode> nodes_;
  std::vector<BeamElement> elements_;
  std::vector<Frame> frames_;
};

/// Springs between points on the surface of a screw and the bone around it (a bedding): energy
/// k/2 |x_node + R(rotation) o - x_bone|^2 each.
class ScrewBedding : public Contribution
{
public:
  struct Spring {
    BeamNode node;
    Vector3 offset; ///< of the surface point from the screw's node, reference configuration
    AttachedPoint bone;
    double stiffness_N_per_mm;
    double area_mm2 = 0; ///< of the thread that it stands for
  };
  /// Area of the thread (mm2) by the tissue that it lies in.
  using Contact = std::map<std::string, double>;
  ScrewBedding(PartId screw, std::vector<Spring> springs, Contact contact = {});
  const PartId &screw() const { return screw_; }
  const Contact &contact_mm2() const { return contact_mm2_; }
  /// Against a shift of the whole screw in bone that does not deform (N/mm).
  double stiffness() const;
  const std::vector<Spring> &springs() const { return springs_; }
  std::string energy_group() const override { return "screw_beddings"; }
  bool is_inside_bone() const override { return true; }
  std::vector<std::vector<int>> couplings() const override;
  void assemble(const State &state, AssemblySink &sink, bool tangent) const override;
  double energy(const State &state) const override;
  /// Sum of the forces on the bone (N).
  Vector3 force_on_bone(const State &state) const;

private:
  PartId screw_;
  std::vector<Spring> springs_;
  Contact contact_mm2_;
};
} // namespace lumbarfem
