/// VTK data sets of a state: the solid with its fields, the lines with their forces. Names of arrays carry their unit.
#pragma once

#include "postprocess/result_row.h"
#include "postprocess/run_manifest.h"
#include "solver/model.h"

#include <vtkCellData.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkSmartPointer.h>
#include <vtkUnstructuredGrid.h>

namespace lumbarfem
{
/// What the field data say about the step.
struct FieldHeader {
  const StepContext &context;
  double time;
  RunIdentity identity;
};

/// Lattice index (i + 3 j + 9 k) of each of the 27 points of a VTK tri-quadratic hexahedron, and of each of the 8 of a
/// linear one.
extern const int vtk_lattice_27[27];
extern const int vtk_lattice_8[8];

/// Some of the own cells of this rank with all fields; nodes between two pieces appear in each.
vtkSmartPointer<vtkUnstructuredGrid> solid_grid(const Model &model, const State &state, const FieldHeader &header,
                                                const std::vector<int> &cells);
vtkSmartPointer<vtkPolyData> line_data(const std::vector<LineSegment> &segments, const FieldHeader &header);
/// The inferior facets of all joints that touch, at their current place, with the pressure on them.
vtkSmartPointer<vtkPolyData> facet_data(const Model &model, const State &state, const FieldHeader &header);
} // namespace lumbarfem
