/// A hexahedral mesh with named regions and surfaces, held completely by every rank.
#pragma once

#include "base/region.h"
#include "base/types.h"
#include "meshes/mesh_anatomy.h"

#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lumbarfem
{
/// A hexahedron with a tri-quadratic geometry: 27 nodes of the 3x3x3 lattice, index i + 3 j + 9 k for the lattice point
/// (i, j, k)/2 of the unit cell; (first, second, third) direction right-handed.
struct Cell {
  std::array<int, 27> nodes;
  int region = 0; ///< index into SpineMesh::regions
};

/// Where a cell of a disc lies, linear between the two ends of each lattice direction. For cells of the annulus
/// direction 0 runs outward, 1 counter-clockwise seen from above, 2 upward; for the core cells of the nucleus only the
/// height is meaningful.
struct DiscCoordinates {
  int disc = -1;                 ///< upper level of the disc as number, -1: not in a disc
  bool in_annulus = false;       ///< depth and angle are meaningful
  std::array<double, 2> depth{}; ///< 0 at the outer surface, 1 at the nucleus; at direction-0 ends
  /// Counter-clockwise from patient left (+x) about +z, at direction-1 ends: the angle in the unit disc that is
  /// stretched and bent to the section; anterior and posterior are exact, the polar angle in space differs by up to 13
  /// degrees.
  std::array<double, 2> angle_deg{};
  std::array<double, 2> height{}; ///< 0 at the lower bony endplate, 1 at the upper one; at direction-2 ends
};

/// Face f of a cell: 0, 1 = low and high end of direction 0; 2, 3 of direction 1; 4, 5 of direction 2.
struct CellFace {
  int cell;
  int face;
};

/// Local frame of a vertebra: origin = midpoint of the endplate centres; columns of axes = left, posterior, superior.
struct VertebraFrame {
  Level level;
  Vector3 origin;
  Matrix3 axes;
  Vector3 superior_centre, inferior_centre; ///< centres of the bony endplates' rim planes
  Vector3 superior_normal, inferior_normal; ///< outward
  double volume_mm3 = 0;                    ///< body incl. shell and bony endplates
  double inner_volume_mm3 = 0;              ///< inside the shell and the bony endplates
};

struct DiscFrame {
  Level upper;
  Vector3 origin;                                  ///< midpoint between the rim planes' centres
  Matrix3 axes;                                    ///< columns left, posterior, superior; the mid-plane
  double width_mm = 0, depth_mm = 0, area_mm2 = 0; ///< at mid-height
  double nucleus_volume_mm3 = 0, annulus_volume_mm3 = 0, cartilage_volume_mm3 = 0;
  double nucleus_offset_mm = 0; ///< centroid of the nucleus behind the centroid of the disc
};

struct SpineMesh {
  MeshAnatomy anatomy; ///< what it was made from
  std::vector<Vector3> nodes;
  std::vector<Cell> cells;
  std::vector<DiscCoordinates> disc_coordinates;         ///< one per cell
  std::vector<Region> regions;                           ///< "L3.cancellous", "L3-L4.annulus.ring2" ...
  std::map<std::string, std::vector<CellFace>> surfaces; ///< "L4.superior_endplate" ...; faces outward
  std::vector<VertebraFrame> vertebrae;                  ///< from cranial to caudal
  std::vector<DiscFrame> discs;                          ///< from cranial to caudal
  /// Flag per cell: its tissue was removed, and it stays for what fills it (a cage). Empty: no such cells.
  std::vector<char> emptied;
  /// By level or disc ("L4", "L3-L4"), of parts that were taken away: what was fixed there is fixed no more.
  std::map<std::string, std::vector<Vector3>> removed_nodes;

  bool is_emptied(int cell) const { return !emptied.empty() && emptied[static_cast<std::size_t>(cell)]; }
  /// Index of a region, -1 when absent.
  int region(const std::string &name) const;
  /// Indices of the regions that @p takes.
  std::vector<int> regions_where(const std::function<bool(const Region &)> &takes) const;
  /// The same with a new one if need be; UserError when that is no region of a spine.
  int region_or_new(const std::string &name);
  const Region &region_of(int cell) const { return regions[static_cast<std::size_t>(cells[cell].region)]; }
  std::vector<std::string> region_names() const;
};

/// Tri-quadratic shape functions of the 27 lattice nodes at a point of the unit cell; gradient: 27 x 3.
void lattice_shape(const Vector3 &unit_point, Eigen::Matrix<double, 27, 1> &value,
                   Eigen::Matrix<double, 27, 3> *gradient);
/// Position of a point of the unit cell.
Vector3 position(const SpineMesh &mesh, int cell, const Vector3 &unit_point);
/// The 9 lattice indices (0..26) of a face, and corners first if @p corners_only (4).
std::vector<int> face_lattice(int face, bool corners_only = false);
} // namespace lumbarfem
