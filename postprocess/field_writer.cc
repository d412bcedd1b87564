#include "postprocess/field_writer.h"

#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/field_arrays.h"

#include <vtkXMLPolyDataWriter.h>
#include <vtkXMLUnstructuredGridWriter.h>

#include <cstdio>
#include <filesystem>
#include <sstream>

namespace lumbarfem
{
namespace
{
template <typename Writer>
void write_vtk(const std::string &path, vtkDataSet *data)
{
  const std::string temporary = temporary_name(path);
  const auto writer = vtkSmartPointer<Writer>::New();
  writer->SetFileName(temporary.c_str());
  writer->SetInputData(data);
  writer->SetDataModeToAppended();
  writer->EncodeAppendedDataOff();
  writer->SetCompressorTypeToZLib();
  if (!writer->Write())
    throw UserError("cannot write " + path);
  move_into_place(path);
}

std::string in_attribute(const std::string &text)
{
  std::string result;
  for (const char character : text) {
    if (character == '&')
      result += "&amp;";
    else if (character == '<')
      result += "&lt;";
    else if (character == '"')
      result += "&quot;";
    else
      result += character;
  }
  return result;
}

std::string type_word(vtkDataArray *array) { return array->GetDataType() == VTK_INT ? "Int32" : "Float64"; }

std::string array_headers(vtkFieldData *data, const std::string &element)
{
  std::ostringstream text;
  text << "    <" << element << ">\n";
  for (int k = 0; k < data->GetNumberOfArrays(); ++k) {
    vtkDataArray *array = data->GetArray(k);
    text << "      <PDataArray type=\"" << type_word(array) << "\" Name=\"" << in_attribute(array->GetName())
         << "\" NumberOfComponents=\"" << array->GetNumberOfComponents() << "\"/>\n";
  }
  text << "    </" << element << ">\n";
  return text.str();
}

/// The head file of the pieces; written by hand because VTK's own writer wants a whole parallel pipeline for it.
std::string parallel_head(vtkUnstructuredGrid *grid, const std::vector<std::string> &pieces)
{
  std::ostringstream text;
  text << "<?xml version=\"1.0\"?>\n<VTKFile type=\"PUnstructuredGrid\" version=\"1.0\" byte_order=\"LittleEndian\" "
          "header_type=\"UInt64\">\n  <PUnstructuredGrid GhostLevel=\"0\">\n"
       << array_headers(grid->GetPointData(), "PPointData") << array_headers(grid->GetCellData(), "PCellData")
       << "    <PPoints>\n      <PDataArray type=\"Float64\" Name=\"Points\" NumberOfComponents=\"3\"/>\n"
          "    </PPoints>\n";
  for (const std::string &piece : pieces)
    text << "    <Piece Source=\"" << piece << "\"/>\n";
  text << "  </PUnstructuredGrid>\n</VTKFile>\n";
  return text.str();
}

std::string collection(const std::vector<std::pair<double, std::string>> &series)
{
  std::ostringstream text;
  text.precision(12);
  text << "<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"1.0\" byte_order=\"LittleEndian\">\n"
          "  <Collection>\n";
  for (const auto &[time, file] : series)
    text << "    <DataSet timestep=\"" << time << "\" group=\"\" part=\"0\" file=\"" << file << "\"/>\n";
  text << "  </Collection>\n</VTKFile>\n";
  return text.str();
}
} // namespace

FieldWriter::FieldWriter(const Model &model, std::string folder) : model_(model), folder_(std::move(folder))
{
  std::error_code error;
  if (model_.field.rank == 0)
    std::filesystem::create_directories(folder_, error);
  if (error)
    throw UserError("cannot make the folder " + folder_ + ": " + error.message());
  // The others must not write before the folder is there.
  MPI_Barrier(model_.field.communicator);
}

void FieldWriter::write(const State &state, const StepContext &context, double time, bool is_converged)
{
  char number[16];
  std::snprintf(number, sizeof number, "_%04d", count_++);
  const std::string mark = is_converged ? "" : "unconverged_";
  const std::string solid = mark + "solid" + number, lines = mark + "lines" + number + ".vtp";
  const FieldHeader header{context, time, is_converged};

  const auto piece_name = [&](int rank) {
    char suffix[16];
    std::snprintf(suffix, sizeof suffix, "_%03d.vtu", rank);
    return solid + suffix;
  };
  const vtkSmartPointer<vtkUnstructuredGrid> grid = solid_grid(model_, state, header);
  write_vtk<vtkXMLUnstructuredGridWriter>(folder_ + "/" + piece_name(model_.field.rank), grid);
  // The head and the series appear only when all pieces are there.
  MPI_Barrier(model_.field.communicator);
  solid_series_.emplace_back(time, solid + ".pvtu");
  if (model_.field.rank == 0) {
    std::vector<std::string> pieces;
    for (int rank = 0; rank < model_.field.n_ranks; ++rank)
      pieces.push_back(piece_name(rank));
    write_text(folder_ + "/" + solid + ".pvtu", parallel_head(grid, pieces));
    write_text(folder_ + "/solid.pvd", collection(solid_series_));
  }
  if (!model_.facets.empty()) {
    const std::string facets = mark + "facets" + number + ".vtp";
    facet_series_.emplace_back(time, facets);
    if (model_.field.rank == 0) {
      write_vtk<vtkXMLPolyDataWriter>(folder_ + "/" + facets, facet_data(model_, state, header));
      write_text(folder_ + "/facets.pvd", collection(facet_series_));
    }
  }
  std::vector<LineSegment> segments;
  for (const auto &contribution : model_.contributions)
    for (const LineSegment &segment : contribution->lines(state))
      segments.push_back(segment);
  if (segments.empty())
    return;
  line_series_.emplace_back(time, lines);
  if (model_.field.rank == 0) {
    write_vtk<vtkXMLPolyDataWriter>(folder_ + "/" + lines, line_data(segments, header));
    write_text(folder_ + "/lines.pvd", collection(line_series_));
  }
}
} // namespace lumbarfem
