/// A model as other programs want it: nodes, solids, sets, materials, springs, contact, supports, steps; nothing of how
/// this program solves it. The reader (app/simulation/export_reader.h) fills it, the writers of this folder turn it
/// into text. Units: mm, N, MPa; axes LPS.
#pragma once

#include "materials/law.h"

#include <optional>
#include <string>
#include <vector>

namespace lumbarfem
{
/// A node with a share.
using NodeShare = std::pair<int, double>;

struct ExportModel {
  std::string title, study, variant;
  std::vector<Vector3> nodes; ///< those of the displacement field, then the attached ones and those of beams

  /// Two families of fibres in the plane of a solid's axes, each by this angle off the first axis.
  struct Fibres {
    double k1_MPa, k2, angle_deg;
  };
  struct Material {
    std::string name, law; ///< "L3.cancellous"; name in law_register()
    LawParameters parameters;
    std::optional<Fibres> fibres = {};
    /// Whether its pressure comes from a bulk modulus of its own: nearly incompressible tissue.
    bool is_split() const { return parameters.numbers.count("bulk_modulus_MPa") > 0; }
  };
  std::vector<Material> materials;

  /// Solids of one tissue at one place, or of one cage, graft or cement; with the name that the program gives it.
  struct Part {
    std::string name;
    std::string place = ""; ///< vertebra or disc that it belongs to: "L4", "L4-L5"; empty for none
    /// The other side of a joint rides on it: its nodes are all attached, its stiffness does nothing.
    bool is_carrier = false;
  };
  std::vector<Part> parts;
  struct Solid {
    std::vector<int> nodes; ///< 8 or 27 in lattice order, x fastest; 20 in the order of solid_lattice(20)
    int part, material;
    std::optional<std::array<Vector3, 2>> axes = {}; ///< unit vectors of materials with directions
  };
  std::vector<Solid> solids;

  /// A face of a solid as CellFace counts them.
  struct Face {
    int solid, face;
  };
  std::map<std::string, std::vector<Face>> surfaces;
  std::map<std::string, std::vector<int>> node_sets;
  std::string fixed = "base"; ///< the node set that is held

  /// The displacement of a node that no solid has: a sum over nodes, exact for every affine motion of them.
  struct Attachment {
    std::string name;
    int node;
    std::vector<NodeShare> carriers;
  };
  std::vector<Attachment> attachments;

  /// A spring along the line between two nodes; its force (N, tension +) by the growth of their distance (mm).
  struct Spring {
    std::string name;
    int first, second;
    std::vector<std::pair<double, double>> force_by_growth;
    bool is_follower_load = false; ///< acts by the share of the step
  };
  std::vector<Spring> springs;

  /// Round straight beam.
  struct Beam {
    std::string name;
    int first, second;
    double diameter_mm, modulus_MPa, poisson_ratio;
  };
  std::vector<Beam> beams;
  /// A point that a node of a beam carries rigidly, and the bone's point at the same place: force = stiffness times
  /// their distance, in all directions.
  struct Bedding {
    std::string name;
    int beam_node, arm_node, bone_node;
    double stiffness_N_per_mm;
  };
  std::vector<Bedding> beddings;

  struct Tie {
    std::string name, tied, host; ///< names of surfaces
    double tolerance_mm;
  };
  std::vector<Tie> ties;
  /// Without friction. Each side is a layer of solids (a carrier part).
  struct Contact {
    std::string name, lower, upper; ///< names of surfaces
    int lower_part, upper_part;
    double stiffness_MPa_per_mm;
    std::vector<std::pair<double, double>> pressure_by_overclosure; ///< MPa by mm, beginning with no pressure
  };
  std::vector<Contact> contacts;

  /// Sum of coefficient times displacement = 0; the first degree of freedom is in no other equation.
  struct Equation {
    struct Term {
      int node, direction; ///< 0, 1, 2
      double coefficient;
    };
    std::string name;
    std::vector<Term> terms;
  };
  std::vector<Equation> equations;

  std::vector<int> moment_nodes; ///< those that a couple is spread over
  /// All loads at the end of a step; they go there in proportion to time.
  struct Step {
    std::string name;
    double follower_share = 0;
    std::vector<std::pair<int, Vector3>> forces_N;
    Vector3 moment_Nmm = Vector3::Zero(); ///< on the moment nodes, fixed in space
  };
  std::vector<Step> steps;
  double follower_load_N = 0;

  /// What is written otherwise than it is solved here, or not at all: a sentence each, beginning with its name.
  std::vector<std::string> notes;
  std::vector<std::string> shape_notes; ///< the same of what the solids fill
  std::vector<std::string> all_notes() const
  {
    std::vector<std::string> all = shape_notes;
    all.insert(all.end(), notes.begin(), notes.end());
    return all;
  }

  int add_node(const Vector3 &position)
  {
    nodes.push_back(position);
    return static_cast<int>(nodes.size()) - 1;
  }
};

/// Formats by the words of the command.
enum class ExportFormat { abaqus, calculix, febio, stl, vtp };
std::vector<std::string> export_format_names();
/// UserError with the nearest match.
ExportFormat parse_export_format(const std::string &word);
/// Numbers of nodes that a format has for a hexahedron: Abaqus and CalculiX 8 and 20, FEBio 8, 20 and 27.
std::vector<int> solid_nodes_of(ExportFormat format);

/// Lattice index (i + 3 j + 9 k, of 27) of each node of a hexahedron in the order of Abaqus, CalculiX and FEBio:
/// corners below counter-clockwise, corners above, edges below, above and between; with 27 the middles of the faces
/// front, right, back, left, below, above, and the centre. @p n: 8, 20 or 27.
const std::vector<int> &solid_lattice(int n);
/// Nodes of a solid in that order.
std::vector<int> ordered_nodes(const ExportModel::Solid &solid);
/// Positions, within ordered_nodes(), of the nodes of a face: corners counter-clockwise seen from outside, then edges,
/// then the middle.
std::vector<int> face_positions(int face, int n_solid_nodes);

/// The same model with solids of @p n nodes in place of 27. What hung on a node that is gone hangs on the nodes that
/// are left, as the shape functions of the smaller solid say. std::logic_error when solids of 8 nodes were to get more.
ExportModel with_solid_nodes(const ExportModel &model, int n);
/// The greatest number of nodes of its solids.
int largest_solid(const ExportModel &model);
/// Whether a solid, spring, beam or equation uses each node.
std::vector<char> used_nodes(const ExportModel &model);
/// Volume of a solid (mm3) by 27 Gauss points, with its own shape functions; NaN where its Jacobian is not positive at
/// one of them.
double solid_volume(const ExportModel &model, const ExportModel::Solid &solid);

/// Forces (N) that make up a couple (N mm) on nodes in the reference configuration: f = (I^-1 m) x r from their
/// centroid, I = sum (r.r 1 - r r^T), as PureMoment spreads it.
std::vector<std::pair<int, Vector3>> couple_forces(const ExportModel &model, const Vector3 &moment_Nmm);

/// Solids that make one block of a file: of one part and one material.
struct SolidGroup {
  std::string name; ///< that of the part, with a number behind it where it has several materials
  int part, material;
  std::vector<int> solids;
};
std::vector<SolidGroup> solid_groups(const ExportModel &model);
/// Solids of each part and of each place (vertebra, disc), by name, without carriers.
std::map<std::string, std::vector<int>> solid_sets(const ExportModel &model);

/// "name, name and 3 more" of many names.
std::string shortened(const std::vector<std::string> &names, std::size_t most = 4);
} // namespace lumbarfem
