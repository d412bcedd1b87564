#include "postprocess/render/models.h"

#include "postprocess/field_arrays.h"

#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkClipDataSet.h>
#include <vtkCutter.h>
#include <vtkDataSetSurfaceFilter.h>
#include <vtkDoubleArray.h>
#include <vtkFieldData.h>
#include <vtkIntArray.h>
#include <vtkPlane.h>
#include <vtkPointData.h>
#include <vtkTubeFilter.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace lumbarfem
{
namespace
{
/// A little beside the symmetry plane, which is full of cell faces.
constexpr double section_x_mm = -0.02;

vtkSmartPointer<vtkPlane> sagittal_plane()
{
  const auto plane = vtkSmartPointer<vtkPlane>::New();
  plane->SetOrigin(section_x_mm, 0, 0);
  plane->SetNormal(1, 0, 0);
  return plane;
}

vtkSmartPointer<vtkUnsignedCharArray> new_colours(vtkIdType n)
{
  const auto colours = vtkSmartPointer<vtkUnsignedCharArray>::New();
  colours->SetName("colours");
  colours->SetNumberOfComponents(3);
  colours->SetNumberOfTuples(n);
  return colours;
}

vtkSmartPointer<vtkUnsignedCharArray> colours_of(const std::vector<double> &values, const ColourScale &scale,
                                                 const Colour &otherwise)
{
  const auto colours = new_colours(static_cast<vtkIdType>(values.size()));
  for (std::size_t k = 0; k < values.size(); ++k)
    colours->SetTypedTuple(static_cast<vtkIdType>(k),
                           (std::isfinite(values[k]) ? scale.colour(values[k]) : otherwise).data());
  return colours;
}

/// Points moved by the array "displacement [mm]".
void carry_along(vtkPolyData *data)
{
  vtkDataArray *displacement = data->GetPointData()->GetArray("displacement [mm]");
  const auto points = vtkSmartPointer<vtkPoints>::New();
  points->SetDataTypeToDouble();
  points->SetNumberOfPoints(data->GetNumberOfPoints());
  for (vtkIdType k = 0; k < data->GetNumberOfPoints(); ++k) {
    Vector3 point, shift;
    data->GetPoint(k, point.data());
    displacement->GetTuple(k, shift.data());
    points->SetPoint(k, (point + shift).eval().data());
  }
  data->SetPoints(points);
}
} // namespace

Vector3 Placement::operator()(const Vector3 &point) const
{
  const Vector3 offset = scale * (point - centre);
  return {x_mm + right.dot(offset), y_mm + up.dot(offset), toward.dot(offset)};
}

Placement seen_from_left() { return {Vector3::UnitY(), Vector3::UnitZ(), Vector3::UnitX()}; }
Placement seen_from_behind() { return {-Vector3::UnitX(), Vector3::UnitZ(), Vector3::UnitY()}; }
Placement seen_from_above() { return {-Vector3::UnitX(), -Vector3::UnitY(), Vector3::UnitZ()}; }

void Extent::add(const Placement &view, vtkPointSet *data)
{
  for (vtkIdType k = 0; k < data->GetNumberOfPoints(); ++k) {
    Vector3 point;
    data->GetPoint(k, point.data());
    const Vector3 seen = view(point);
    x0 = std::min(x0, seen[0]);
    x1 = std::max(x1, seen[0]);
    y0 = std::min(y0, seen[1]);
    y1 = std::max(y1, seen[1]);
  }
}

vtkSmartPointer<vtkPolyData> surface_of(vtkDataSet *grid)
{
  const auto filter = vtkSmartPointer<vtkDataSetSurfaceFilter>::New();
  filter->SetInputData(grid);
  filter->Update();
  return filter->GetOutput();
}

vtkSmartPointer<vtkPolyData> mid_sagittal_section(vtkUnstructuredGrid *grid)
{
  const auto cutter = vtkSmartPointer<vtkCutter>::New();
  cutter->SetInputData(grid);
  cutter->SetCutFunction(sagittal_plane());
  cutter->GenerateTrianglesOff();
  cutter->Update();
  vtkSmartPointer<vtkPolyData> section = cutter->GetOutput();
  carry_along(section);
  return section;
}

vtkSmartPointer<vtkUnstructuredGrid> right_half(vtkUnstructuredGrid *grid)
{
  const auto clip = vtkSmartPointer<vtkClipDataSet>::New();
  clip->SetInputData(grid);
  clip->SetClipFunction(sagittal_plane());
  clip->InsideOutOn();
  clip->Update();
  return clip->GetOutput();
}

vtkSmartPointer<vtkPolyData> outlines(vtkPolyData *polygons, const std::vector<int> &group)
{
  std::map<std::pair<vtkIdType, vtkIdType>, std::vector<int>> sides;
  const auto ids = vtkSmartPointer<vtkIdList>::New();
  for (vtkIdType cell = 0; cell < polygons->GetNumberOfCells(); ++cell) {
    polygons->GetCellPoints(cell, ids);
    const vtkIdType n = ids->GetNumberOfIds();
    for (vtkIdType k = 0; n > 2 && k < n; ++k) {
      const vtkIdType a = ids->GetId(k), b = ids->GetId((k + 1) % n);
      sides[{std::min(a, b), std::max(a, b)}].push_back(group[cell]);
    }
  }
  const auto lines = vtkSmartPointer<vtkCellArray>::New();
  for (const auto &[edge, groups] : sides)
    if (groups.size() == 1 || std::adjacent_find(groups.begin(), groups.end(), std::not_equal_to<>()) != groups.end()) {
      const vtkIdType ends[2] = {edge.first, edge.second};
      lines->InsertNextCell(2, ends);
    }
  const auto result = vtkSmartPointer<vtkPolyData>::New();
  result->SetPoints(polygons->GetPoints());
  result->SetLines(lines);
  paint(result, outline_colour);
  return result;
}

vtkSmartPointer<vtkPolyData> placed(vtkPolyData *data, const Placement &placement)
{
  const auto result = vtkSmartPointer<vtkPolyData>::New();
  result->ShallowCopy(data);
  const auto points = vtkSmartPointer<vtkPoints>::New();
  points->SetDataTypeToDouble();
  points->SetNumberOfPoints(data->GetNumberOfPoints());
  for (vtkIdType k = 0; k < data->GetNumberOfPoints(); ++k) {
    Vector3 point;
    data->GetPoint(k, point.data());
    points->SetPoint(k, placement(point).data());
  }
  result->SetPoints(points);
  result->GetPointData()->SetNormals(nullptr); // they belong to the old place
  return result;
}

vtkSmartPointer<vtkPolyData> tubes(const StepData &step, bool (*takes)(PartKind))
{
  vtkPolyData *lines = step.lines;
  const std::vector<PartId> parts = step.parts_of(lines);
  vtkDataArray *diameter = lines->GetCellData()->GetArray("diameter [mm]");
  const auto chosen = vtkSmartPointer<vtkPolyData>::New();
  chosen->SetPoints(lines->GetPoints());
  const auto segments = vtkSmartPointer<vtkCellArray>::New();
  chosen->GetCellData()->CopyAllocate(lines->GetCellData());
  const auto radius = vtkSmartPointer<vtkDoubleArray>::New();
  radius->SetName("radius");
  radius->SetNumberOfTuples(lines->GetNumberOfPoints());
  radius->Fill(0);
  const auto ids = vtkSmartPointer<vtkIdList>::New();
  for (vtkIdType cell = 0; cell < lines->GetNumberOfCells(); ++cell) {
    if (!takes(parts[cell].kind))
      continue;
    lines->GetCellPoints(cell, ids);
    const double own = diameter ? diameter->GetTuple1(cell) : 0;
    for (vtkIdType k = 0; k < ids->GetNumberOfIds(); ++k)
      radius->SetTuple1(ids->GetId(k), own > 0 ? own / 2 : drawn_radius_mm(parts[cell].kind));
    chosen->GetCellData()->CopyData(lines->GetCellData(), cell, segments->InsertNextCell(ids));
  }
  chosen->SetLines(segments);
  chosen->GetPointData()->SetScalars(radius);
  const auto filter = vtkSmartPointer<vtkTubeFilter>::New();
  filter->SetInputData(chosen);
  filter->SetNumberOfSides(20);
  filter->CappingOn();
  filter->SetVaryRadiusToVaryRadiusByAbsoluteScalar();
  filter->Update();
  return filter->GetOutput();
}

void paint(vtkPolyData *data, const Colour &colour)
{
  const auto colours = new_colours(data->GetNumberOfCells());
  for (vtkIdType k = 0; k < data->GetNumberOfCells(); ++k)
    colours->SetTypedTuple(k, colour.data());
  data->GetCellData()->AddArray(colours);
}

void paint_cells(vtkPolyData *data, const ColourScale &scale, const Colour &otherwise)
{
  data->GetCellData()->AddArray(colours_of(values_of(data->GetCellData(), scale.field()), scale, otherwise));
}

namespace
{
const Region &region_of(const StepData &step, vtkDataArray *region, vtkIdType cell)
{
  return step.regions.at(static_cast<std::size_t>(region->GetTuple1(cell)));
}
} // namespace

void paint_regions(vtkPolyData *data, const StepData &step, const ColourScale &scale, const RegionFilter &filter)
{
  const std::vector<double> values = values_of(data->GetCellData(), scale.field());
  vtkDataArray *region = data->GetCellData()->GetArray("region");
  const auto colours = new_colours(data->GetNumberOfCells());
  for (vtkIdType cell = 0; cell < data->GetNumberOfCells(); ++cell) {
    const Region &own = region_of(step, region, cell);
    const bool has_value = filter(own) && std::isfinite(values[cell]);
    colours->SetTypedTuple(cell, (has_value       ? scale.colour(values[cell])
                                  : own.is_bone() ? bone_colour
                                                  : disc_colour)
                                     .data());
  }
  data->GetCellData()->AddArray(colours);
}

void paint_anatomy(vtkPolyData *data, const StepData &step)
{
  vtkDataArray *region = data->GetCellData()->GetArray("region");
  const auto colours = new_colours(data->GetNumberOfCells());
  for (vtkIdType cell = 0; cell < data->GetNumberOfCells(); ++cell)
    colours->SetTypedTuple(cell, (region_of(step, region, cell).is_bone() ? bone_colour : disc_colour).data());
  data->GetCellData()->AddArray(colours);
}

void paint_points(vtkPolyData *data, const ColourScale &scale, const Colour &otherwise)
{
  data->GetPointData()->AddArray(colours_of(values_of(data->GetPointData(), scale.field()), scale, otherwise));
}

std::vector<double> values_of(vtkDataSetAttributes *data, const std::string &name)
{
  std::vector<double> values;
  vtkDataArray *array = data->GetArray(name.c_str());
  for (vtkIdType k = 0; array && k < array->GetNumberOfTuples(); ++k) {
    double sum = 0;
    for (int i = 0; i < array->GetNumberOfComponents(); ++i)
      sum += array->GetComponent(k, i) * array->GetComponent(k, i);
    values.push_back(array->GetNumberOfComponents() == 1 ? array->GetTuple1(k) : std::sqrt(sum));
  }
  return values;
}
} // namespace lumbarfem
