/// Maps of the contact pressure on the facets of all joints.
#include "postprocess/render/map_table.h"

#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkFieldData.h>
#include <vtkPointData.h>
#include <vtkStringArray.h>

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
constexpr double least_pressure_MPa = 0.001; ///< less is not worth a map

std::vector<std::string> joint_names(vtkPolyData *facets)
{
  const auto names = vtkStringArray::SafeDownCast(facets->GetFieldData()->GetAbstractArray("joint_names"));
  std::vector<std::string> result;
  for (vtkIdType k = 0; names && k < names->GetNumberOfValues(); ++k)
    result.push_back(names->GetValue(k));
  return result;
}

/// The polygons of one joint.
vtkSmartPointer<vtkPolyData> facet_of(vtkPolyData *facets, int joint)
{
  vtkDataArray *number = facets->GetPointData()->GetArray("joint");
  std::vector<vtkIdType> own(facets->GetNumberOfPoints(), -1);
  const auto result = vtkSmartPointer<vtkPolyData>::New();
  const auto points = vtkSmartPointer<vtkPoints>::New();
  points->SetDataTypeToDouble();
  result->GetPointData()->CopyAllocate(facets->GetPointData());
  for (vtkIdType k = 0; k < facets->GetNumberOfPoints(); ++k)
    if (static_cast<int>(number->GetTuple1(k)) == joint) {
      own[k] = points->InsertNextPoint(facets->GetPoint(k));
      result->GetPointData()->CopyData(facets->GetPointData(), k, own[k]);
    }
  const auto polygons = vtkSmartPointer<vtkCellArray>::New();
  const auto ids = vtkSmartPointer<vtkIdList>::New();
  for (vtkIdType cell = 0; cell < facets->GetNumberOfCells(); ++cell) {
    facets->GetCellPoints(cell, ids);
    if (own[ids->GetId(0)] < 0)
      continue;
    polygons->InsertNextCell(static_cast<int>(ids->GetNumberOfIds()));
    for (vtkIdType k = 0; k < ids->GetNumberOfIds(); ++k)
      polygons->InsertCellPoint(own[ids->GetId(k)]);
  }
  result->SetPoints(points);
  result->SetPolys(polygons);
  return result;
}

/// Along the facet's normal, from behind, cranial up.
Placement along_normal(vtkPolyData *facet)
{
  Placement view;
  const vtkIdType n = facet->GetNumberOfPoints();
  Vector3 point;
  view.centre = Vector3::Zero();
  for (vtkIdType k = 0; k < n; ++k) {
    facet->GetPoint(k, point.data());
    view.centre += point / static_cast<double>(n);
  }
  Matrix3 spread = Matrix3::Zero();
  for (vtkIdType k = 0; k < n; ++k) {
    facet->GetPoint(k, point.data());
    spread += (point - view.centre) * (point - view.centre).transpose();
  }
  view.toward = Eigen::SelfAdjointEigenSolver<Matrix3>(spread).eigenvectors().col(0);
  if (view.toward.y() < 0)
    view.toward = -view.toward;
  view.up = (Vector3::UnitZ() - view.toward.z() * view.toward).normalized();
  view.right = view.up.cross(view.toward);
  return view;
}
} // namespace

FigureResult draw_facets(const FigureInput &input)
{
  const std::string field = input.field.empty() ? "pressure [MPa]" : input.field;
  std::vector<double> values;
  MapTable table{"facets",
                 "Facet joints, inferior facets along their normal",
                 "looked at from behind, cranial up; below each map the largest value in " +
                     field.substr(field.find('[') + 1, field.find(']') - field.find('[') - 1),
                 {},
                 {},
                 {}};
  for (const StepData &step : input.steps) {
    if (!step.facets)
      continue;
    const std::vector<double> own = values_of(step.facets->GetPointData(), field);
    values.insert(values.end(), own.begin(), own.end());
    for (const std::string &name : joint_names(step.facets))
      if (std::find(table.column_names.begin(), table.column_names.end(), name) == table.column_names.end() &&
          (input.level.empty() || name.rfind(input.level + ".", 0) == 0))
        table.column_names.push_back(name);
  }
  const ColourScale scale(input.colour_map, field, values);
  if (scale.is_empty() || table.column_names.empty())
    return {"", "facets: the runs have no facet joints"};
  if (field == "pressure [MPa]" && scale.largest() < least_pressure_MPa)
    return {"", "facets: no joint bears more than " + short_number(least_pressure_MPa) + " MPa in this step"};
  for (const StepData *step : input.shown()) {
    if (!step->facets)
      continue;
    table.row_names.push_back(title_of(*step) + "\n" + load_words(*step, "\n"));
    const std::vector<std::string> names = joint_names(step->facets);
    for (std::size_t joint = 0; joint < names.size(); ++joint) {
      const auto column = std::find(table.column_names.begin(), table.column_names.end(), names[joint]);
      if (column == table.column_names.end())
        continue;
      const auto facet = facet_of(step->facets, static_cast<int>(joint));
      paint_points(facet, scale, disc_colour);
      double largest = 0;
      for (const double value : values_of(facet->GetPointData(), field))
        largest = std::max(largest, std::isfinite(value) ? value : 0.);
      table.maps.push_back({facet, along_normal(facet), table.row_names.size() - 1,
                            static_cast<std::size_t>(column - table.column_names.begin()), short_number(largest, 2)});
    }
  }
  if (table.maps.empty())
    return {"", "facets: the variants shown have no facet joints"};
  for (std::string &name : table.column_names)
    std::replace(name.begin(), name.end(), '.', '\n');
  return draw_table(input, table, scale);
}
} // namespace lumbarfem
