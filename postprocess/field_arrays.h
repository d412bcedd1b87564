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

/// Whether an array of these files holds a quantity of the state; the others number things or say how large they are.
bool is_quantity(const std::string &array);
/// Radius with which a line without a section of its own is drawn: cord and spacer so that both are seen.
double drawn_radius_mm(PartKind kind);

/// Some of the own cells of this rank with all fields; nodes between two pieces appear in each. The cell array
/// "volume [mm3]" holds the cells' volumes in the reference configuration as the solver's quadrature sees them: VTK
/// gives a volume of zero for hexahedra of 27 nodes. The field data hold numbers only, see field_heads.h.
vtkSmartPointer<vtkUnstructuredGrid> solid_piece(const Model &model, const State &state, const FieldHeader &header,
                                                 const std::vector<int> &cells);
/// A piece without cells whose field data describe the state in words, too: the step, and the names of the regions that
/// the cell array "region" numbers. "rigid_bone" (1 or 0) in both: whether the bone was solved as rigid bodies.
vtkSmartPointer<vtkUnstructuredGrid> solid_head(const Model &model, const State &state, const FieldHeader &header);
/// Lines at their current place; the cell array "part" numbers the parts that the field data describe (part_arrays.h).
/// Quantities that a part does not have (the stress of a ligament) are not a number, those of no part are left out.
vtkSmartPointer<vtkPolyData> line_data(const std::vector<LineSegment> &segments, const FieldHeader &header);
/// The inferior facets of all joints that touch, at their current place, with the pressure on them.
vtkSmartPointer<vtkPolyData> facet_data(const Model &model, const State &state, const FieldHeader &header);
} // namespace lumbarfem
