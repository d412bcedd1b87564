#include "postprocess/render/step_data.h"

#include "base/user_error.h"
#include "postprocess/field_arrays.h"
#include "postprocess/field_heads.h"
#include "postprocess/part_arrays.h"

#include <vtkCellData.h>
#include <vtkFieldData.h>
#include <vtkIdList.h>
#include <vtkPointData.h>
#include <vtkXMLPUnstructuredGridReader.h>
#include <vtkXMLPolyDataReader.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace lumbarfem
{
namespace
{
template <typename Reader>
auto read_file(const std::string &path)
{
  if (!std::filesystem::exists(path))
    throw UserError(path + " is named by its series but is missing; run the study again");
  const auto reader = vtkSmartPointer<Reader>::New();
  reader->SetFileName(path.c_str());
  reader->Update();
  auto output = reader->GetOutput();
  using Data = std::remove_pointer_t<decltype(output)>;
  if (reader->GetErrorCode() != 0 || output->GetNumberOfCells() == 0)
    throw UserError(path + " holds no cells or is damaged; run the study again");
  return vtkSmartPointer<Data>(output);
}
} // namespace

const Region &StepData::region_of(vtkIdType cell) const
{
  return regions.at(static_cast<std::size_t>(grid->GetCellData()->GetArray("region")->GetTuple1(cell)));
}

std::vector<PartId> StepData::parts_of(vtkPolyData *made_from_lines) const
{
  vtkDataArray *part = made_from_lines->GetCellData()->GetArray("part");
  std::vector<PartId> parts;
  for (vtkIdType cell = 0; part && cell < made_from_lines->GetNumberOfCells(); ++cell)
    parts.push_back(line_parts.at(static_cast<std::size_t>(part->GetTuple1(cell))));
  return parts;
}

bool StepData::has_lines(PartKind kind) const
{
  return std::any_of(line_parts.begin(), line_parts.end(), [&](const PartId &part) { return part.kind == kind; });
}

std::vector<std::string> StepData::places(bool discs) const
{
  std::vector<std::string> result;
  for (const Region &region : regions)
    if ((region.place->lower != region.place->upper) == discs &&
        std::find(result.begin(), result.end(), region.place_name()) == result.end())
      result.push_back(region.place_name());
  return result;
}

StepData read_step(const StepFiles &files, const std::string &variant)
{
  StepData step;
  step.grid = read_file<vtkXMLPUnstructuredGridReader>(files.solid);
  const Description description = read_description(files.solid);
  const auto names = description.texts.find("region_names");
  if (names == description.texts.end() || !step.grid->GetCellData()->HasArray("region") ||
      !step.grid->GetPointData()->HasArray("displacement [mm]"))
    throw UserError(files.solid + " has no regions or no displacement: it was not written by lumbarfem run");
  for (const std::string &name : names->second)
    step.regions.push_back(parse_region(name));
  step.variant = variant;
  step.run = description.text("run");
  step.study = description.text("study");
  step.stage = description.text("stage");
  step.load_factor = description.number("load_factor");
  step.moment_Nm = description.number("moment [Nm]");
  step.preload_N = description.number("preload [N]");
  step.bone_is_rigid = description.number("rigid_bone") != 0;
  if (!files.lines.empty()) {
    step.lines = read_file<vtkXMLPolyDataReader>(files.lines);
    step.line_parts = read_parts(step.lines->GetFieldData(), files.lines);
    if (!step.lines->GetCellData()->HasArray("part"))
      throw UserError(files.lines + " does not number its parts: it was not written by lumbarfem run");
  }
  if (!files.facets.empty())
    step.facets = read_file<vtkXMLPolyDataReader>(files.facets);
  return step;
}

vtkSmartPointer<vtkUnstructuredGrid> extract(const StepData &step, const RegionFilter &filter)
{
  const auto result = vtkSmartPointer<vtkUnstructuredGrid>::New();
  const auto points = vtkSmartPointer<vtkPoints>::New();
  points->SetDataTypeToDouble();
  vtkPointData *point_data = step.grid->GetPointData();
  vtkCellData *cell_data = step.grid->GetCellData();
  result->Allocate(step.grid->GetNumberOfCells());
  result->GetPointData()->CopyAllocate(point_data);
  result->GetCellData()->CopyAllocate(cell_data);
  std::vector<vtkIdType> new_point(step.grid->GetNumberOfPoints(), -1);
  const auto ids = vtkSmartPointer<vtkIdList>::New();
  for (vtkIdType cell = 0; cell < step.grid->GetNumberOfCells(); ++cell) {
    if (!filter(step.region_of(cell)))
      continue;
    step.grid->GetCellPoints(cell, ids);
    for (vtkIdType k = 0; k < ids->GetNumberOfIds(); ++k) {
      const vtkIdType old = ids->GetId(k);
      if (new_point[old] < 0) {
        new_point[old] = points->InsertNextPoint(step.grid->GetPoint(old));
        result->GetPointData()->CopyData(point_data, old, new_point[old]);
      }
      ids->SetId(k, new_point[old]);
    }
    result->GetCellData()->CopyData(cell_data, cell, result->InsertNextCell(step.grid->GetCellType(cell), ids));
  }
  result->SetPoints(points);
  return result;
}

vtkSmartPointer<vtkUnstructuredGrid> deformed(vtkUnstructuredGrid *grid)
{
  const auto result = vtkSmartPointer<vtkUnstructuredGrid>::New();
  result->ShallowCopy(grid);
  vtkDataArray *displacement = grid->GetPointData()->GetArray("displacement [mm]");
  const auto points = vtkSmartPointer<vtkPoints>::New();
  points->SetDataTypeToDouble();
  points->SetNumberOfPoints(grid->GetNumberOfPoints());
  for (vtkIdType k = 0; k < grid->GetNumberOfPoints(); ++k) {
    double point[3], shift[3];
    grid->GetPoint(k, point);
    displacement->GetTuple(k, shift);
    points->SetPoint(k, point[0] + shift[0], point[1] + shift[1], point[2] + shift[2]);
  }
  result->SetPoints(points);
  return result;
}

std::vector<std::string> quantities_of_solid(const StepData &step)
{
  std::vector<std::string> result;
  vtkCellData *data = step.grid->GetCellData();
  for (int k = 0; k < data->GetNumberOfArrays(); ++k) {
    const std::string name = data->GetArrayName(k);
    if (data->GetArray(k)->GetNumberOfComponents() == 1 && is_quantity(name))
      result.push_back(name);
  }
  return result;
}
} // namespace lumbarfem
