/// Field files of a run (.pvtu and .vtp), read back as plain arrays.
#pragma once

#include "base/region.h"
#include "base/types.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

class vtkPolyData;

namespace lumbarfem
{
/// One state of the solid. Cells in the order of the mesh, whatever the number of ranks; points shared between cells.
struct SolidFrame {
  std::vector<Vector3> points, displacement;    ///< reference positions, mm
  std::vector<std::vector<std::int32_t>> cells; ///< 8 nodes, or 27 of a quadratic cell, in VTK's order
  std::vector<Region> regions;
  std::vector<std::size_t> region;                   ///< by cell, which of them
  std::map<std::string, std::vector<double>> fields; ///< by name with unit, a value a cell
  const Region &region_of(std::size_t cell) const { return regions[region[cell]]; }
  bool bone_is_rigid = false; ///< no stress is known in the bone
  std::string run;            ///< identity of the run that wrote it
  std::string stage;
  double load_factor = 0, moment_Nm = 0;
};

/// Strands, rods, screws at their current places.
struct LineFrame {
  std::vector<std::array<Vector3, 2>> ends;
  std::vector<PartId> part;        ///< by line
  std::vector<double> diameter_mm; ///< by line; not a number where it has no section
  std::map<std::string, std::vector<double>> fields;
};

/// Facet surfaces at their current places.
struct FacetFrame {
  std::vector<Vector3> points;
  std::vector<int> joint; ///< by point: index into names
  std::vector<std::string> names;
  std::vector<std::array<std::uint32_t, 3>> triangles;
  std::map<std::string, std::vector<double>> fields; ///< a value a point
};

/// UserError when the file cannot be read or lacks what the field writer puts in.
SolidFrame read_solid(const std::string &path);
LineFrame read_lines(const std::string &path);
FacetFrame read_facets(const std::string &path);
/// The same of data in memory, as field_arrays.h makes them; @p path: where they are said to be from.
LineFrame line_frame(vtkPolyData *data, const std::string &path);
FacetFrame facet_frame(vtkPolyData *data, const std::string &path);
} // namespace lumbarfem
