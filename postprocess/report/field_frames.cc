#include "postprocess/report/field_frames.h"

#include "base/user_error.h"
#include "postprocess/field_arrays.h"
#include "postprocess/field_heads.h"
#include "postprocess/part_arrays.h"

#include <vtkCell.h>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkDataArray.h>
#include <vtkFieldData.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkSmartPointer.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLPUnstructuredGridReader.h>
#include <vtkXMLPolyDataReader.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

namespace lumbarfem
{
namespace
{
[[noreturn]] void fail(const std::string &path, const std::string &what)
{
  throw UserError(path + ": " + what + "; run the study again to write its fields anew");
}

/// VTK prints its own complaints; a file that is not whole gets one message instead.
template <typename Reader>
auto read_with(const std::string &path)
{
  if (!std::filesystem::exists(path))
    fail(path, "the file is missing");
  const auto reader = vtkSmartPointer<Reader>::New();
  vtkObject::GlobalWarningDisplayOff();
  reader->SetFileName(path.c_str());
  reader->Update();
  vtkObject::GlobalWarningDisplayOn();
  const auto data = vtkSmartPointer<std::remove_pointer_t<decltype(reader->GetOutput())>>(reader->GetOutput());
  if (!data || data->GetNumberOfPoints() == 0 || data->GetNumberOfCells() == 0)
    fail(path, "cannot be read, or holds no cells");
  return data;
}

vtkDataArray *needed(vtkDataArray *array, const std::string &path, const char *name)
{
  if (!array)
    fail(path, std::string("has no array \"") + name + "\"");
  return array;
}

/// Scalar quantities.
std::map<std::string, std::vector<double>> scalars(vtkFieldData *data)
{
  std::map<std::string, std::vector<double>> fields;
  for (int k = 0; k < data->GetNumberOfArrays(); ++k) {
    vtkDataArray *array = data->GetArray(k);
    if (!array || !array->GetName() || array->GetNumberOfComponents() != 1 || !is_quantity(array->GetName()))
      continue;
    std::vector<double> &values = fields[array->GetName()];
    for (vtkIdType i = 0; i < array->GetNumberOfTuples(); ++i)
      values.push_back(array->GetComponent(i, 0));
  }
  return fields;
}

Vector3 point_of(vtkDataSet *data, vtkIdType k)
{
  Vector3 point;
  data->GetPoint(k, point.data());
  return point;
}

/// Each point's number after points at the same place are taken for one: the pieces of several ranks repeat those that
/// they share.
std::vector<std::int32_t> merged_points(vtkUnstructuredGrid *grid, SolidFrame &frame)
{
  std::map<std::array<double, 3>, std::int32_t> known;
  std::vector<std::int32_t> number(static_cast<std::size_t>(grid->GetNumberOfPoints()));
  vtkDataArray *displacement = grid->GetPointData()->GetArray("displacement [mm]");
  for (vtkIdType k = 0; k < grid->GetNumberOfPoints(); ++k) {
    const Vector3 point = point_of(grid, k);
    const auto [entry, is_new] = known.emplace(std::array<double, 3>{point[0], point[1], point[2]},
                                               static_cast<std::int32_t>(frame.points.size()));
    number[static_cast<std::size_t>(k)] = entry->second;
    if (!is_new)
      continue;
    frame.points.push_back(point);
    frame.displacement.emplace_back(displacement->GetComponent(k, 0), displacement->GetComponent(k, 1),
                                    displacement->GetComponent(k, 2));
  }
  return number;
}

std::vector<std::int32_t> own_points(vtkUnstructuredGrid *grid, SolidFrame &frame)
{
  vtkDataArray *displacement = grid->GetPointData()->GetArray("displacement [mm]");
  for (vtkIdType k = 0; k < grid->GetNumberOfPoints(); ++k) {
    frame.points.push_back(point_of(grid, k));
    frame.displacement.emplace_back(displacement->GetComponent(k, 0), displacement->GetComponent(k, 1),
                                    displacement->GetComponent(k, 2));
  }
  std::vector<std::int32_t> number(frame.points.size());
  std::iota(number.begin(), number.end(), 0);
  return number;
}

/// Principal values of the cell's mean stress; only the least, the largest has a field of its own.
void add_minimum_principal(vtkUnstructuredGrid *grid, const std::vector<vtkIdType> &order, SolidFrame &frame)
{
  vtkDataArray *stress = grid->GetCellData()->GetArray("stress [MPa]");
  if (!stress || stress->GetNumberOfComponents() != 6 || frame.fields.count("minimum principal stress [MPa]"))
    return;
  std::vector<double> &values = frame.fields["minimum principal stress [MPa]"];
  for (const vtkIdType cell : order) {
    Vector6 voigt;
    for (int i = 0; i < 6; ++i)
      voigt[i] = stress->GetComponent(cell, i);
    const Eigen::SelfAdjointEigenSolver<Matrix3> solver(from_voigt(voigt), Eigen::EigenvaluesOnly);
    values.push_back(solver.eigenvalues()[0]);
  }
}
} // namespace

SolidFrame read_solid(const std::string &path)
{
  const vtkSmartPointer<vtkUnstructuredGrid> grid = read_with<vtkXMLPUnstructuredGridReader>(path);
  needed(grid->GetPointData()->GetArray("displacement [mm]"), path, "displacement [mm]");
  vtkDataArray *region = needed(grid->GetCellData()->GetArray("region"), path, "region");
  vtkDataArray *cell_number = needed(grid->GetCellData()->GetArray("cell"), path, "cell");
  const Description description = read_description(path);
  const auto regions = description.texts.find("region_names");
  SolidFrame frame;
  if (regions != description.texts.end())
    for (const std::string &name : regions->second)
      frame.regions.push_back(parse_region(name));
  vtkDataArray *rank = grid->GetCellData()->GetArray("rank");
  const bool is_one_piece = !rank || rank->GetRange()[0] == rank->GetRange()[1];
  const std::vector<std::int32_t> number = is_one_piece ? own_points(grid, frame) : merged_points(grid, frame);
  const std::size_t n = static_cast<std::size_t>(grid->GetNumberOfCells());
  std::vector<vtkIdType> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](vtkIdType a, vtkIdType b) {
    return cell_number->GetComponent(a, 0) < cell_number->GetComponent(b, 0);
  });
  for (const vtkIdType k : order) {
    vtkIdType n_nodes = 0;
    const vtkIdType *nodes = nullptr;
    grid->GetCells()->GetCellAtId(k, n_nodes, nodes);
    if (n_nodes != 8 && n_nodes != 27)
      fail(path, "holds a cell that is no hexahedron of 8 or 27 nodes");
    std::vector<std::int32_t> cell;
    for (vtkIdType i = 0; i < n_nodes; ++i)
      cell.push_back(number[static_cast<std::size_t>(nodes[i])]);
    frame.cells.push_back(cell);
    const auto index = static_cast<std::size_t>(region->GetComponent(k, 0));
    if (index >= frame.regions.size())
      fail(path, "does not name all its regions");
    frame.region.push_back(index);
  }
  for (auto &[name, values] : scalars(grid->GetCellData())) {
    std::vector<double> &sorted = frame.fields[name];
    for (const vtkIdType k : order)
      sorted.push_back(values[static_cast<std::size_t>(k)]);
  }
  add_minimum_principal(grid, order, frame);
  frame.run = description.text("run");
  frame.bone_is_rigid = description.number("rigid_bone") != 0;
  frame.stage = description.text("stage");
  frame.load_factor = description.number("load_factor");
  frame.moment_Nm = description.number("moment [Nm]");
  return frame;
}

LineFrame line_frame(vtkPolyData *data, const std::string &path)
{
  vtkDataArray *part = needed(data->GetCellData()->GetArray("part"), path, "part");
  vtkDataArray *diameter = data->GetCellData()->GetArray("diameter [mm]");
  const std::vector<PartId> parts = read_parts(data->GetFieldData(), path);
  LineFrame frame;
  for (vtkIdType k = 0; k < data->GetNumberOfCells(); ++k) {
    vtkIdType n = 0;
    const vtkIdType *nodes = nullptr;
    data->GetCellPoints(k, n, nodes);
    const auto index = static_cast<std::size_t>(part->GetComponent(k, 0));
    if (n != 2 || index >= parts.size())
      fail(path, "holds a line that is not of one named part");
    frame.ends.push_back({point_of(data, nodes[0]), point_of(data, nodes[1])});
    frame.part.push_back(parts[index]);
    frame.diameter_mm.push_back(diameter ? diameter->GetComponent(k, 0) : std::nan(""));
  }
  frame.fields = scalars(data->GetCellData());
  return frame;
}

LineFrame read_lines(const std::string &path) { return line_frame(read_with<vtkXMLPolyDataReader>(path), path); }

FacetFrame facet_frame(vtkPolyData *data, const std::string &path)
{
  vtkDataArray *joint = needed(data->GetPointData()->GetArray("joint"), path, "joint");
  FacetFrame frame;
  frame.names = read_texts(data->GetFieldData(), "joint_names");
  for (vtkIdType k = 0; k < data->GetNumberOfPoints(); ++k) {
    frame.points.push_back(point_of(data, k));
    frame.joint.push_back(static_cast<int>(joint->GetComponent(k, 0)));
    if (frame.joint.back() < 0 || frame.joint.back() >= static_cast<int>(frame.names.size()))
      fail(path, "does not name all its joints");
  }
  for (vtkIdType k = 0; k < data->GetNumberOfCells(); ++k) {
    vtkIdType n = 0;
    const vtkIdType *nodes = nullptr;
    data->GetCellPoints(k, n, nodes);
    for (vtkIdType i = 1; i + 1 < n; ++i)
      frame.triangles.push_back({static_cast<std::uint32_t>(nodes[0]), static_cast<std::uint32_t>(nodes[i]),
                                 static_cast<std::uint32_t>(nodes[i + 1])});
  }
  frame.fields = scalars(data->GetPointData());
  return frame;
}

FacetFrame read_facets(const std::string &path) { return facet_frame(read_with<vtkXMLPolyDataReader>(path), path); }
} // namespace lumbarfem
