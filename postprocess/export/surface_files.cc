#include "postprocess/export/surface_files.h"

#include "base/user_error.h"

#include <vtkCellArray.h>
#include <vtkFieldData.h>
#include <vtkNew.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkSTLWriter.h>
#include <vtkStringArray.h>
#include <vtkXMLPolyDataWriter.h>

#include <algorithm>
#include <set>

namespace lumbarfem
{
namespace
{
/// Triangles of the faces that no other of the solids shares, outward.
vtkNew<vtkPolyData> surface_of(const ExportModel &model, const std::vector<int> &solids)
{
  std::map<std::vector<int>, std::pair<int, int>> faces; // sorted corners -> solid and face
  std::set<std::vector<int>> inner;
  for (const int k : solids) {
    const std::vector<int> nodes = ordered_nodes(model.solids[static_cast<std::size_t>(k)]);
    for (int face = 0; face < 6; ++face) {
      std::vector<int> corners;
      for (const int place : face_positions(face, static_cast<int>(nodes.size())))
        if (corners.size() < 4)
          corners.push_back(nodes[static_cast<std::size_t>(place)]);
      std::sort(corners.begin(), corners.end());
      if (!faces.emplace(corners, std::make_pair(k, face)).second)
        inner.insert(corners);
    }
  }
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  vtkNew<vtkCellArray> triangles;
  std::map<int, vtkIdType> point_of_node;
  const auto point = [&](int node) {
    const auto [found, is_new] = point_of_node.emplace(node, 0);
    if (is_new)
      found->second = points->InsertNextPoint(model.nodes[static_cast<std::size_t>(node)].data());
    return found->second;
  };
  const std::vector<std::array<int, 3>> of_4 = {{0, 1, 2}, {0, 2, 3}};
  const std::vector<std::array<int, 3>> of_8 = {{0, 4, 7}, {1, 5, 4}, {2, 6, 5}, {3, 7, 6}, {4, 5, 6}, {4, 6, 7}};
  const std::vector<std::array<int, 3>> of_9 = {{0, 4, 8}, {4, 1, 8}, {1, 5, 8}, {5, 2, 8},
                                                {2, 6, 8}, {6, 3, 8}, {3, 7, 8}, {7, 0, 8}};
  for (const auto &[corners, place] : faces) {
    if (inner.count(corners))
      continue;
    const std::vector<int> nodes = ordered_nodes(model.solids[static_cast<std::size_t>(place.first)]);
    const std::vector<int> positions = face_positions(place.second, static_cast<int>(nodes.size()));
    for (const auto &triangle : positions.size() == 4 ? of_4 : positions.size() == 8 ? of_8 : of_9) {
      triangles->InsertNextCell(3);
      for (const int k : triangle)
        triangles->InsertCellPoint(point(nodes[static_cast<std::size_t>(positions[static_cast<std::size_t>(k)])]));
    }
  }
  vtkNew<vtkPolyData> surface;
  surface->SetPoints(points);
  surface->SetPolys(triangles);
  return surface;
}

std::string suffix(ExportFormat format) { return format == ExportFormat::stl ? ".stl" : ".vtp"; }
} // namespace

std::vector<std::string> surface_file_names(const ExportModel &model, ExportFormat format)
{
  std::vector<std::string> names;
  for (const auto &[name, solids] : solid_sets(model))
    names.push_back(name + suffix(format));
  return names;
}

void write_surface_files(const ExportModel &model, ExportFormat format, const std::string &folder)
{
  for (const auto &[name, solids] : solid_sets(model)) {
    const vtkNew<vtkPolyData> surface = surface_of(model, solids);
    const std::string path = folder + "/" + name + suffix(format);
    bool is_written;
    if (format == ExportFormat::stl) {
      vtkNew<vtkSTLWriter> writer;
      writer->SetFileName(path.c_str());
      writer->SetFileTypeToBinary();
      writer->SetHeader(("LumbarFEM " + name + ", mm").c_str());
      writer->SetInputData(surface);
      is_written = writer->Write() && writer->GetErrorCode() == 0;
    } else {
      vtkNew<vtkStringArray> units;
      units->SetName("units");
      units->InsertNextValue("mm, axes LPS");
      surface->GetFieldData()->AddArray(units);
      vtkNew<vtkXMLPolyDataWriter> writer;
      writer->SetFileName(path.c_str());
      writer->SetInputData(surface);
      is_written = writer->Write() && writer->GetErrorCode() == 0;
    }
    if (!is_written)
      throw UserError("cannot write " + path);
  }
}
} // namespace lumbarfem
