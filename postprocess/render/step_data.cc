#include "postprocess/render/step_data.h"

#include "base/user_error.h"

#include <vtkCellData.h>
#include <vtkFieldData.h>
#include <vtkIdList.h>
#include <vtkPointData.h>
#include <vtkStringArray.h>
#include <vtkXMLPUnstructuredGridReader.h>
#include <vtkXMLPolyDataReader.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace lumbarfem
{
namespace
{
std::string text_of(vtkDataObject *data, const char *name)
{
  const auto array = vtkStringArray::SafeDownCast(data->GetFieldData()->GetAbstractArray(name));
  return array && array->GetNumberOfValues() > 0 ? std::string(array->GetValue(0)) : std::string();
}

double number_of(vtkDataObject *data, const char *name)
{
  vtkDataArray *array = data->GetFieldData()->GetArray(name);
  return array && array->GetNumberOfTuples() > 0 ? array->GetTuple1(0) : 0;
}

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

/// Whether the bone of the files carries any stress; rigid bodies are written with none.
bool has_no_bone_stress(const StepData &step)
{
  vtkDataArray *stress = step.grid->GetCellData()->GetArray("von Mises stress [MPa]");
  for (vtkIdType cell = 0; stress && cell < step.grid->GetNumberOfCells(); ++cell)
    if (step.region_of(cell).is_bone() && stress->GetTuple1(cell) > 1e-9)
      return false;
  return true;
}
} // namespace

Region parse_region(const std::string &name)
{
  Region region;
  const std::size_t dot = name.find('.');
  region.place = name.substr(0, dot);
  region.name = dot == std::string::npos ? "" : name.substr(dot + 1);
  const auto has = [&](const char *word) { return region.name.find(word) != std::string::npos; };
  if (has("bony_endplate"))
    region.tissue = Tissue::bony_endplate;
  else if (has("cartilage_endplate"))
    region.tissue = Tissue::cartilage_endplate;
  else if (has("annulus"))
    region.tissue = Tissue::annulus;
  else if (has("nucleus"))
    region.tissue = Tissue::nucleus;
  else if (has("cancellous") || has("cortical"))
    region.tissue = Tissue::body;
  else
    region.tissue = Tissue::arch;
  return region;
}

const Region &StepData::region_of(vtkIdType cell) const
{
  return regions.at(static_cast<std::size_t>(grid->GetCellData()->GetArray("region")->GetTuple1(cell)));
}

std::vector<std::string> StepData::places(bool discs) const
{
  std::vector<std::string> result;
  for (const Region &region : regions)
    if ((region.place.find('-') != std::string::npos) == discs &&
        std::find(result.begin(), result.end(), region.place) == result.end())
      result.push_back(region.place);
  return result;
}

StepData read_step(const StepFiles &files, const std::string &variant)
{
  StepData step;
  step.grid = read_file<vtkXMLPUnstructuredGridReader>(files.solid);
  const auto names = vtkStringArray::SafeDownCast(step.grid->GetFieldData()->GetAbstractArray("region_names"));
  if (!names || !step.grid->GetCellData()->HasArray("region") ||
      !step.grid->GetPointData()->HasArray("displacement [mm]"))
    throw UserError(files.solid + " has no regions or no displacement: it was not written by lumbarfem run");
  for (vtkIdType k = 0; k < names->GetNumberOfValues(); ++k)
    step.regions.push_back(parse_region(names->GetValue(k)));
  step.variant = variant;
  step.run = text_of(step.grid, "run");
  step.study = text_of(step.grid, "study");
  step.stage = text_of(step.grid, "stage");
  step.load_factor = number_of(step.grid, "load_factor");
  step.moment_Nm = number_of(step.grid, "moment [Nm]");
  step.preload_N = number_of(step.grid, "preload [N]");
  if (!files.lines.empty())
    step.lines = read_file<vtkXMLPolyDataReader>(files.lines);
  if (!files.facets.empty())
    step.facets = read_file<vtkXMLPolyDataReader>(files.facets);
  step.bone_is_rigid = has_no_bone_stress(step);
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
    if (data->GetArray(k)->GetNumberOfComponents() == 1 && name != "region" && name != "level" && name != "rank" &&
        name != "cell")
      result.push_back(name);
  }
  return result;
}
} // namespace lumbarfem
