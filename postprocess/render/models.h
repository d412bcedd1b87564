/// From a step's cells to coloured surfaces placed on the paper.
#pragma once

#include "base/types.h"
#include "postprocess/render/colour_scale.h"
#include "postprocess/render/step_data.h"

namespace lumbarfem
{
/// Colours of what carries no value.
inline constexpr Colour bone_colour = {226, 219, 201}, disc_colour = {168, 184, 201}, implant_colour = {96, 98, 104},
                        ghost_colour = {150, 150, 150}, outline_colour = {20, 20, 20};

/// How a model is looked at and where it stands: the axes of the paper in the model's space, the point that comes to
/// (x, y) on the paper, and millimetres of the paper per millimetre of the model.
struct Placement {
  Vector3 right, up, toward;
  Vector3 centre = Vector3::Zero();
  double x_mm = 0, y_mm = 0, scale = 1;

  Vector3 operator()(const Vector3 &point) const;
};
/// Looking from the patient's left, from behind, from above (anterior up).
Placement seen_from_left();
Placement seen_from_behind();
Placement seen_from_above();

/// Extent of points on the axes of a view: x0, x1, y0, y1.
struct Extent {
  double x0 = 1e300, x1 = -1e300, y0 = 1e300, y1 = -1e300;
  void add(const Placement &view, vtkPointSet *data);
  bool is_empty() const { return x1 < x0; }
  double width() const { return x1 - x0; }
  double height() const { return y1 - y0; }
};

vtkSmartPointer<vtkPolyData> surface_of(vtkDataSet *grid);
/// Section of the reference shape by the plane x = 0, carried along by the displacement: the same material section in
/// every state.
vtkSmartPointer<vtkPolyData> mid_sagittal_section(vtkUnstructuredGrid *grid);
/// The patient's right half of the reference shape.
vtkSmartPointer<vtkUnstructuredGrid> right_half(vtkUnstructuredGrid *grid);
/// Edges of polygons between different values of the cell array @p group, and free edges.
vtkSmartPointer<vtkPolyData> outlines(vtkPolyData *polygons, const std::vector<int> &group);
vtkSmartPointer<vtkPolyData> placed(vtkPolyData *data, const Placement &placement);
/// Tubes along the lines whose kind @p takes accepts, of their own diameter or of that of their kind.
vtkSmartPointer<vtkPolyData> tubes(const StepData &step, bool (*takes)(PartKind));

/// Give @p data an array "colours" for its cells or points; values that are not finite take @p otherwise.
void paint(vtkPolyData *data, const Colour &colour);
void paint_cells(vtkPolyData *data, const ColourScale &scale, const Colour &otherwise);
/// Cells of the regions that @p filter takes by their value, the others as bone or disc. @p data: cut from the step.
void paint_regions(vtkPolyData *data, const StepData &step, const ColourScale &scale, const RegionFilter &filter);
void paint_anatomy(vtkPolyData *data, const StepData &step);
void paint_points(vtkPolyData *data, const ColourScale &scale, const Colour &otherwise);
/// Values of a cell or point array, or the lengths of its vectors.
std::vector<double> values_of(vtkDataSetAttributes *data, const std::string &name);
} // namespace lumbarfem
