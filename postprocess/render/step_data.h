/// One step of one variant as read from its files, with the anatomical names of its regions.
#pragma once

#include "base/region.h"
#include "postprocess/field_folder.h"

#include <vtkPolyData.h>
#include <vtkSmartPointer.h>
#include <vtkUnstructuredGrid.h>

#include <functional>

namespace lumbarfem
{
struct StepData {
  std::string run; ///< identity of the run that wrote it
  std::string study, variant, stage;
  std::string remark; ///< " (load control)": where the step is not of the run that is shown
  double load_factor = 0, moment_Nm = 0, preload_N = 0;
  vtkSmartPointer<vtkUnstructuredGrid> grid;  ///< in the reference configuration, with "displacement [mm]"
  vtkSmartPointer<vtkPolyData> lines, facets; ///< at their current place; null when the run has none
  std::vector<PartId> line_parts;             ///< numbered by the cell array "part" of the lines
  std::vector<Region> regions;
  /// No stress is known in the bone: its vertebrae were solved as rigid bodies.
  bool bone_is_rigid = false;

  const Region &region_of(vtkIdType cell) const;
  /// Part of each cell of the lines, or of what was made from them.
  std::vector<PartId> parts_of(vtkPolyData *made_from_lines) const;
  /// Whether some line is of this kind.
  bool has_lines(PartKind kind) const;
  /// Places in the order of the regions, from caudal to cranial as the mesh is built.
  std::vector<std::string> places(bool discs) const;
};

/// Throws UserError for files that VTK cannot read.
StepData read_step(const StepFiles &files, const std::string &variant);

using RegionFilter = std::function<bool(const Region &)>;
/// The cells of the regions that @p filter takes, with all their data.
vtkSmartPointer<vtkUnstructuredGrid> extract(const StepData &step, const RegionFilter &filter);
/// The same grid with every point moved by its displacement.
vtkSmartPointer<vtkUnstructuredGrid> deformed(vtkUnstructuredGrid *grid);
/// Names of the cell arrays of the solid that hold a quantity (not region, level, rank, cell).
std::vector<std::string> quantities_of_solid(const StepData &step);
} // namespace lumbarfem
